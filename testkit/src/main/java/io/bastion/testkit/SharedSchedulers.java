package io.bastion.testkit;

import java.util.concurrent.ThreadFactory;
import java.util.concurrent.TimeUnit;
import reactor.core.Disposable;
import reactor.core.scheduler.Scheduler;
import reactor.core.scheduler.Schedulers;

/**
 * Puts one scheduler in the place of Reactor's {@code parallel} and {@code single}, so that operators of which nothing is
 * said run there, and in its time. Not of {@code boundedElastic}, on which one may block.
 */
record SharedSchedulers(Scheduler scheduler) implements Schedulers.Factory {
    @Override
    public Scheduler newParallel(int parallelism, ThreadFactory threadFactory) {
        return new Shared(scheduler);
    }

    @Override
    public Scheduler newSingle(ThreadFactory threadFactory) {
        return new Shared(scheduler);
    }

    /** Leaves the end of the scheduler to its owner. */
    private record Shared(Scheduler scheduler) implements Scheduler {
        @Override
        public Disposable schedule(Runnable task) {
            return scheduler.schedule(task);
        }

        @Override
        public Disposable schedule(Runnable task, long delay, TimeUnit unit) {
            return scheduler.schedule(task, delay, unit);
        }

        @Override
        public Disposable schedulePeriodically(Runnable task, long initialDelay, long period, TimeUnit unit) {
            return scheduler.schedulePeriodically(task, initialDelay, period, unit);
        }

        @Override
        public Worker createWorker() {
            return scheduler.createWorker();
        }

        @Override
        public long now(TimeUnit unit) {
            return scheduler.now(unit);
        }

        @Override
        public boolean isDisposed() {
            return scheduler.isDisposed();
        }
    }
}
