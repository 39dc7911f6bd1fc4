package io.bastion.testkit;

import io.bastion.scheduler.Home;
import io.bastion.scheduler.Strand;
import io.bastion.scheduler.WorkFrame;
import java.util.concurrent.TimeUnit;
import reactor.core.Disposable;
import reactor.core.Disposables;
import reactor.core.Exceptions;
import reactor.core.scheduler.Scheduler;

/**
 * A Reactor {@code Worker} of a {@link DeterministicScheduler}: its tasks run in the order in which they were scheduled or
 * became due; what runs between two of them the seed decides. Thread-safe.
 */
final class SeededWorker extends Strand implements Scheduler.Worker {
    private final DeterministicScheduler scheduler;

    /** Tasks that have not run for the last time; has a lock of its own. */
    private final Disposable.Composite tasks = Disposables.composite();

    private volatile boolean disposed;

    SeededWorker(DeterministicScheduler scheduler, Home home) {
        super(home);
        this.scheduler = scheduler;
    }

    @Override
    public Disposable schedule(Runnable task) {
        return start(task, 0, SeededTask.ONCE);
    }

    @Override
    public Disposable schedule(Runnable task, long delay, TimeUnit unit) {
        return start(task, unit.toNanos(delay), SeededTask.ONCE);
    }

    @Override
    public Disposable schedulePeriodically(Runnable task, long initialDelay, long period, TimeUnit unit) {
        return start(task, unit.toNanos(initialDelay), Math.max(0, unit.toNanos(period)));
    }

    private Disposable start(Runnable action, long delayNanos, long periodNanos) {
        if (scheduler.isDisposed()) {
            throw Exceptions.failWithRejected();
        }
        SeededTask task = new SeededTask(action, this, home(), periodNanos);
        if (!tasks.add(task)) {
            throw Exceptions.failWithRejected();
        }
        task.start(delayNanos);
        return task;
    }

    VirtualTime time() {
        return scheduler.timer();
    }

    /** Gives a task its turn. */
    void enqueue(SeededTask task) {
        push(new Turn(task));
    }

    void forget(SeededTask task) {
        tasks.remove(task);
    }

    @Override
    protected Step process(Node node, WorkFrame frame) {
        if (node instanceof Turn turn) { // of a disposed worker all tasks are disposed
            frame.work(turn.task);
            turn.task.execute();
        }
        return Step.CONSUMED;
    }

    @Override
    public void dispose() {
        disposed = true;
        tasks.dispose();
    }

    @Override
    public boolean isDisposed() {
        return disposed;
    }

    /** A place in the worker's queue: a periodic task takes one for every run. */
    private static final class Turn extends Node {
        private final SeededTask task;

        Turn(SeededTask task) {
            this.task = task;
        }
    }
}
