package io.bastion.testkit;

import io.bastion.scheduler.Home;
import io.bastion.scheduler.TimerEntry;
import io.bastion.scheduler.WorkFrame;
import java.util.Objects;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;
import reactor.core.Disposable;
import reactor.core.scheduler.Schedulers;

/**
 * A runnable that was given to a {@link SeededWorker}, with its delay and its {@link Disposable}. A periodic one keeps its
 * rate: late runs are made up for, an error does not end it.
 */
final class SeededTask extends TimerEntry implements Disposable {
    private static final Logger log = LoggerFactory.getLogger(SeededTask.class);

    /** The period of a task that runs once. */
    static final long ONCE = -1;

    private final Runnable action;
    private final SeededWorker worker;
    private final long period;

    /** When it is due; each run sets it for the next. */
    private long due;

    /** It has run for the last time, or was disposed. */
    private volatile boolean ended;

    /**
     * @param period nanoseconds between two runs; 0 to run again at once, until an error; or {@link #ONCE}
     */
    SeededTask(Runnable action, SeededWorker worker, Home home, long period) {
        super(home);
        this.action = Schedulers.onSchedule(Objects.requireNonNull(action, "task: null (expected: a Runnable)"));
        this.worker = worker;
        this.period = period;
    }

    void start(long delayNanos) {
        due = worker.time().nanoTime() + Math.max(0, delayNanos);
        await(delayNanos);
    }

    private void await(long delayNanos) {
        if (delayNanos > 0) {
            worker.time().start(this, delayNanos);
        } else {
            worker.enqueue(this);
        }
    }

    /** At once, so that the order of the time becomes the order of the worker. */
    @Override
    protected void due() {
        worker.enqueue(this);
    }

    /** Runs the action, in its turn. */
    void execute() {
        if (ended) {
            return;
        }
        boolean succeeded = false;
        try {
            action.run();
            succeeded = true;
        } catch (Throwable e) {
            report(e);
        }
        if (period == ONCE || period == 0 && !succeeded) {
            dispose();
        } else if (!ended) {
            due += period;
            await(due - worker.time().nanoTime());
        }
    }

    private static void report(Throwable error) {
        try {
            Home.report(error);
        } catch (Throwable e) {
            log.error("an error handler failed", e);
        }
    }

    /** A run that has begun goes on: there is no other thread that could want it to end. */
    @Override
    public void dispose() {
        ended = true;
        stopTimer();
        worker.forget(this);
    }

    @Override
    public boolean isDisposed() {
        return ended || worker.isDisposed();
    }

    @Override
    protected void run(WorkFrame frame) {
        throw new AssertionError("the worker runs the task, not the entry");
    }
}
