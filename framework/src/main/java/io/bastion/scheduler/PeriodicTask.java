package io.bastion.scheduler;

import java.util.concurrent.RejectedExecutionException;

/**
 * A task that runs at a fixed rate: late runs are made up for, an error does not end it. With a period of zero or less
 * it runs again as soon as it has run, until an error. This is what Reactor's schedulers do.
 */
final class PeriodicTask extends Task {
    private final SerialWorker serialWorker;
    private final Timer timer;
    private final long periodNanos;
    private final Entry entry;

    /** When the next run is due, on the timer's clock; written by whoever arranges it. */
    private long due;

    PeriodicTask(Runnable action, SerialWorker worker, long periodNanos) {
        super(action, worker);
        this.serialWorker = worker;
        this.periodNanos = periodNanos;
        this.timer = worker.scheduler().timer();
        this.entry = new Entry(worker.home());
    }

    void start(long initialDelayNanos) {
        due = timer.nanoTime() + Math.max(0, initialDelayNanos);
        if (initialDelayNanos > 0) {
            timer.start(entry, initialDelayNanos);
        } else {
            serialWorker.enqueue(new Run());
        }
    }

    @Override
    boolean isRepeated(boolean succeeded) {
        return succeeded || periodNanos > 0;
    }

    @Override
    void repeat() {
        if (serialWorker.scheduler().isDisposed()) {
            return;
        }
        if (periodNanos <= 0) {
            serialWorker.enqueue(new Run());
            return;
        }
        due += periodNanos;
        long delay = due - timer.nanoTime();
        if (delay <= 0) {
            serialWorker.enqueue(new Run());
            return;
        }
        try {
            timer.start(entry, delay);
        } catch (RejectedExecutionException e) {
            dispose(); // the timer was closed
        }
    }

    @Override
    void ended() {
        entry.cancel();
        serialWorker.forget(this);
    }

    /** A turn in the worker's queue. */
    final class Run extends Strand.Node {
        PeriodicTask task() {
            return PeriodicTask.this;
        }
    }

    private final class Entry extends TimerEntry {
        Entry(Home home) {
            super(home);
        }

        @Override
        protected void due() {
            if (!serialWorker.scheduler().isDisposed()) {
                serialWorker.enqueue(new Run());
            }
        }

        @Override
        protected void run(WorkFrame frame) {
            throw new AssertionError("the worker runs the task, not the entry");
        }
    }
}
