package io.bastion.scheduler;

import java.util.concurrent.TimeUnit;
import org.jspecify.annotations.Nullable;
import reactor.core.Disposable;
import reactor.core.Disposables;
import reactor.core.Exceptions;
import reactor.core.Scannable;
import reactor.core.scheduler.Scheduler;

/**
 * A Reactor {@code Worker}: a strand of tasks, which run one at a time, in the order in which they were scheduled or
 * became due, on whatever thread has time.
 */
final class SerialWorker extends Strand implements Scheduler.Worker, Scannable {
    private final NumaScheduler scheduler;

    /** Tasks that wait for the timer; has a lock of its own. */
    private final Disposable.Composite timed = Disposables.composite();

    private volatile boolean disposed;

    SerialWorker(NumaScheduler scheduler, Home home) {
        super(home);
        this.scheduler = scheduler;
    }

    NumaScheduler scheduler() {
        return scheduler;
    }

    @Override
    public Disposable schedule(Runnable task) {
        rejectIfDisposed();
        Task t = new Task(task, this);
        push(t);
        return t;
    }

    @Override
    public Disposable schedule(Runnable task, long delay, TimeUnit unit) {
        if (delay <= 0) {
            return schedule(task);
        }
        rejectIfDisposed();
        DelayedTask t = new DelayedTask(task, this);
        remember(t);
        t.start(unit.toNanos(delay));
        return t;
    }

    @Override
    public Disposable schedulePeriodically(Runnable task, long initialDelay, long period, TimeUnit unit) {
        rejectIfDisposed();
        PeriodicTask t = new PeriodicTask(task, this, unit.toNanos(period));
        remember(t);
        t.start(unit.toNanos(initialDelay));
        return t;
    }

    private void rejectIfDisposed() {
        if (disposed || scheduler.isDisposed()) {
            throw Exceptions.failWithRejected();
        }
    }

    private void remember(Task task) {
        if (!timed.add(task)) {
            throw Exceptions.failWithRejected();
        }
    }

    void forget(Task task) {
        timed.remove(task);
    }

    /** Appends a task, or a run of a periodic task, that the worker has accepted before. */
    void enqueue(Node node) {
        push(node);
    }

    @Override
    protected Step process(Node node, WorkFrame frame) {
        if (disposed || scheduler.lifecycle.isForced()) {
            return Step.CONSUMED; // drops it
        }
        if (node instanceof Task task) {
            frame.work(task);
            task.execute();
        } else if (node instanceof PeriodicTask.Run run) {
            frame.work(run.task());
            run.task().execute();
        }
        return Step.CONSUMED;
    }

    /** Disposes all tasks; like any disposed task, the one that runs just now is interrupted if this is another thread. */
    @Override
    public void dispose() {
        if (disposed) {
            return;
        }
        disposed = true;
        timed.dispose();
        if (!isRunByCurrentThread()) {
            scheduler.pool.disposeRunningTask(this);
        }
    }

    @Override
    public boolean isDisposed() {
        return disposed;
    }

    @Override
    @SuppressWarnings("rawtypes")
    public @Nullable Object scanUnsafe(Attr key) {
        if (key == Attr.TERMINATED || key == Attr.CANCELLED) {
            return disposed;
        }
        if (key == Attr.BUFFERED) {
            return depth() + timed.size();
        }
        if (key == Attr.CAPACITY) {
            return 1;
        }
        if (key == Attr.PARENT) {
            return scheduler;
        }
        if (key == Attr.NAME) {
            return scheduler + ".worker";
        }
        return null;
    }
}
