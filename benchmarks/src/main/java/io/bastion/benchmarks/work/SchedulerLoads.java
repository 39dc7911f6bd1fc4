package io.bastion.benchmarks.work;

import java.util.concurrent.atomic.AtomicLong;
import reactor.core.scheduler.Scheduler;

/** Work for Reactor schedulers. An operation is a task. */
public final class SchedulerLoads {
    private static final int WORKERS = 64;

    private SchedulerLoads() {}

    /** One thread outside schedules on one {@code Worker}, within the window of a {@link Gate}. */
    public static Work.Load worker(Scheduler scheduler) {
        return operations -> {
            Counter<Void> counter = new Counter<>(operations);
            Scheduler.Worker worker = scheduler.createWorker();
            Gate gate = counter.gate();
            Runnable task = counter::count;
            long start = System.nanoTime();
            for (long i = 1; i <= operations; i++) {
                worker.schedule(task);
                if (Gate.isStep(i)) {
                    gate.await(i);
                }
            }
            counter.await();
            long nanos = System.nanoTime() - start;
            worker.dispose();
            return new Run(operations, nanos);
        };
    }

    /** One thread outside schedules on the scheduler itself, without order, within the window of a {@link Gate}. */
    public static Work.Load direct(Scheduler scheduler) {
        return operations -> {
            AtomicLong count = new AtomicLong();
            Gate gate = new Gate();
            Finish finish = new Finish(1);
            Runnable task = () -> {
                long n = count.incrementAndGet();
                if (Gate.isStep(n)) {
                    gate.handled(n);
                }
                if (n == operations) {
                    finish.reached();
                }
            };
            long start = System.nanoTime();
            for (long i = 1; i <= operations; i++) {
                scheduler.schedule(task);
                if (Gate.isStep(i)) {
                    gate.await(i);
                }
            }
            finish.await();
            long nanos = System.nanoTime() - start;
            Checks.equal("tasks", count.get(), operations);
            return new Run(operations, nanos);
        };
    }

    /** 64 {@code Worker}s each run a task that schedules itself again. */
    public static Work.Load workers(Scheduler scheduler) {
        return operations -> {
            long each = Math.max(1, operations / WORKERS);
            Finish finish = new Finish(WORKERS);
            long start = System.nanoTime();
            for (int i = 0; i < WORKERS; i++) {
                Scheduler.Worker worker = scheduler.createWorker();
                worker.schedule(new Again(worker, each, finish));
            }
            finish.await();
            return new Run(each * WORKERS, System.nanoTime() - start);
        };
    }

    private static final class Again implements Runnable {
        private final Scheduler.Worker worker;
        private final Finish finish;
        private long left;

        Again(Scheduler.Worker worker, long times, Finish finish) {
            this.worker = worker;
            this.finish = finish;
            left = times;
        }

        @Override
        public void run() {
            if (--left == 0) {
                worker.dispose();
                finish.reached();
            } else {
                worker.schedule(this);
            }
        }
    }
}
