package io.bastion.benchmarks.contender;

import io.bastion.benchmarks.work.FarActors;
import io.bastion.benchmarks.work.FarHeap;
import io.bastion.benchmarks.work.FarTells;
import io.bastion.benchmarks.work.RoundTrips;
import io.bastion.benchmarks.work.Setup;
import io.bastion.benchmarks.work.Work;
import io.bastion.benchmarks.work.Workload;

/** The workloads between two nodes, which every system runs by the same code. */
final class ClusterLoads {
    /** Where both nodes of a system listen. */
    static final String HOST = "127.0.0.1";

    private static final int FEW = 5;
    private static final int SOME = 100;
    private static final int MANY = 10_000;

    private ClusterLoads() {}

    static <R> Work work(Workload workload, FarActors<R> actors, Setup setup) {
        return switch (workload) {
            case CLUSTER_RAW_1 -> FarTells.raw(actors, 1);
            case CLUSTER_RAW_5 -> FarTells.raw(actors, FEW);
            case CLUSTER_RAW_100, CLUSTER_TLS -> FarTells.raw(actors, SOME);
            case CLUSTER_RAW_10K -> FarTells.raw(actors, setup.scaled(MANY));
            case CLUSTER_SLOW -> FarTells.besideSlow(actors, SOME);
            case CLUSTER_TYPED, CLUSTER_TYPED_FORY -> FarTells.typed(actors, SOME);
            case CLUSTER_ROUND_TRIP -> new RoundTrips<>(actors, setup);
            case CLUSTER_HEAP -> new FarHeap(pairs -> FarTells.raw(actors, pairs), setup);
            default -> throw Subject.noPart(workload);
        };
    }
}
