package io.bastion.benchmarks.work;

import java.util.List;
import java.util.function.IntFunction;

/** The heap that a pair of actors holds at two nodes after a message and its acknowledgement, with all that the nodes know of each other's. */
public final class FarHeap implements Work.Survey {
    private static final int FULL = 10_000;

    private final IntFunction<Work.Load> pairs;
    private final Setup setup;

    /** The survey of so many pairs as the function is given. */
    public FarHeap(IntFunction<Work.Load> pairs, Setup setup) {
        this.pairs = pairs;
        this.setup = setup;
    }

    @Override
    public List<Series> take(int rounds) throws Exception {
        int size = setup.scaled(FULL);
        pairs.apply(1).run(1);
        Meters.awaitRest();
        long before = Meters.heapBytes(setup.collections());
        Work.Load load = pairs.apply(size);
        Run run = load.run(size);
        Meters.awaitRest();
        long after = Meters.heapBytes(setup.collections());
        Checks.equal("messages", run.operations(), size);
        return List.of(Series.of(Metric.HEAP_USED, (after - before) / (double) size));
    }
}
