package io.bastion.testkit;

import io.bastion.scheduler.Activity;
import io.bastion.scheduler.Home;
import io.bastion.scheduler.WorkFrame;
import java.util.concurrent.ExecutionException;
import java.util.concurrent.ExecutorService;
import java.util.concurrent.Executors;
import java.util.concurrent.Future;
import org.jspecify.annotations.Nullable;
import reactor.core.Disposable;
import reactor.core.Disposables;
import reactor.core.scheduler.Scheduler;

/**
 * A thread on which one may block, for tasks that are steps of a deterministic scheduler: the stepped thread waits for each.
 */
final class LentThread implements Scheduler {
    private final ExecutorService thread;
    private final Home steps;
    private volatile @Nullable Thread current;

    LentThread(String name, Home steps) {
        this.steps = steps;
        thread = Executors.newSingleThreadExecutor(task -> {
            Thread t = new Thread(null, task, name, 0, false);
            t.setDaemon(true);
            current = t;
            return t;
        });
    }

    /** Whether the calling thread is this one, for which the stepped thread waits. */
    boolean isCurrent() {
        return Thread.currentThread() == current;
    }

    @Override
    public Disposable schedule(Runnable task) {
        new Step(task).queue();
        return Disposables.disposed();
    }

    @Override
    public Worker createWorker() {
        throw new UnsupportedOperationException("createWorker: for homes only (expected: schedule)");
    }

    @Override
    public void dispose() {
        thread.shutdownNow();
    }

    private final class Step extends Activity {
        private final Runnable task;

        Step(Runnable task) {
            super(steps);
            this.task = task;
        }

        void queue() {
            schedule();
        }

        @Override
        protected void run(WorkFrame frame) {
            Future<?> done = thread.submit(task);
            try {
                done.get();
            } catch (InterruptedException e) {
                done.cancel(true); // the scheduler is disposed
                Thread.currentThread().interrupt();
            } catch (ExecutionException e) {
                throw new IllegalStateException("a step has failed", e);
            }
        }
    }
}
