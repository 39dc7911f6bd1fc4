package io.bastion.benchmarks.contender;

import io.bastion.benchmarks.work.Work;
import io.bastion.benchmarks.work.Workload;

/** A system that has been started to be measured. */
public interface Subject extends AutoCloseable {
    /**
     * A workload on this system.
     *
     * @throws IllegalArgumentException if it takes no part in it
     */
    Work work(Workload workload);

    /** Ends the system. */
    @Override
    void close();

    /** What {@link #work} throws for a workload in which a system takes no part. */
    static IllegalArgumentException noPart(Workload workload) {
        return new IllegalArgumentException(
                "workload: " + workload.id() + " (expected: one in which this system takes part)");
    }
}
