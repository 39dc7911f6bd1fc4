package io.bastion.benchmarks;

import io.bastion.benchmarks.contender.Contender;
import io.bastion.benchmarks.work.Workload;

/**
 * One workload on one system.
 *
 * @param contender the system
 * @param workload takes part in it
 */
record Cell(Contender contender, Workload workload) {
    Cell {
        if (!contender.workloads().contains(workload)) {
            throw new IllegalArgumentException(
                    "workload: " + workload.id() + " (expected: one in which " + contender.id() + " takes part)");
        }
    }

    @Override
    public String toString() {
        return workload.id() + " on " + contender.id();
    }
}
