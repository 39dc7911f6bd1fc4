package io.bastion.scheduler;

import java.util.concurrent.RejectedExecutionException;

/** A task that runs once, after a delay; on a {@link SerialWorker} in its turn. */
final class DelayedTask extends Task {
    private final NumaScheduler scheduler;
    private final Entry entry;

    DelayedTask(Runnable action, SerialWorker worker) {
        super(action, worker);
        scheduler = worker.scheduler();
        entry = new Entry(worker.home());
    }

    DelayedTask(Runnable action, NumaScheduler scheduler, Home home) {
        super(action, null);
        this.scheduler = scheduler;
        entry = new Entry(home);
    }

    /** Throws a RejectedExecutionException when the scheduler is disposed. */
    void start(long delayNanos) {
        scheduler.lifecycle.delayedTasks.increment();
        try {
            scheduler.rejectIfDisposed(); // after the line above, so that a graceful end waits for this task or is seen
            scheduler.timer().start(entry, delayNanos);
        } catch (RejectedExecutionException e) {
            dispose();
            throw e;
        }
    }

    @Override
    void ended() {
        entry.cancel();
        if (worker != null) {
            worker.forget(this);
        }
        scheduler.pool.delayedTaskEnded();
    }

    private final class Entry extends TimerEntry {
        Entry(Home home) {
            super(home);
        }

        @Override
        protected void due() {
            if (worker == null) {
                super.due();
            } else {
                // at once, so that the order of the timer becomes the order of the worker
                worker.enqueue(DelayedTask.this);
            }
        }

        @Override
        protected void run(WorkFrame frame) {
            frame.work(DelayedTask.this);
            execute();
        }
    }
}
