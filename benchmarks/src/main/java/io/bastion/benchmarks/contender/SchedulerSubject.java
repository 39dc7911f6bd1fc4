package io.bastion.benchmarks.contender;

import io.bastion.benchmarks.work.SchedulerLoads;
import io.bastion.benchmarks.work.Work;
import io.bastion.benchmarks.work.Workload;
import reactor.core.scheduler.Scheduler;

/** A Reactor scheduler. */
record SchedulerSubject(Scheduler scheduler) implements Subject {
    @Override
    public Work work(Workload workload) {
        return switch (workload) {
            case WORKER -> SchedulerLoads.worker(scheduler);
            case WORKERS -> SchedulerLoads.workers(scheduler);
            case DIRECT -> SchedulerLoads.direct(scheduler);
            default -> throw Subject.noPart(workload);
        };
    }

    @Override
    public void close() {
        scheduler.dispose();
    }
}
