package io.bastion.benchmarks.work;

import java.util.List;

/** The heap that a million living actors hold, before their first message and after it. */
public final class HeapSurvey implements Work.Survey {
    private static final int FULL = 1_000_000;

    private final Population population;
    private final int size;
    private final int collections;

    /** The survey of a population. */
    public HeapSurvey(Population population, Setup setup) {
        this.population = population;
        size = setup.scaled(FULL);
        collections = setup.collections();
    }

    /** Actors of one kind. */
    public interface Population {
        /** Starts one actor for each place of the array, and puts what it is told by there. */
        void populate(Object[] actors) throws Exception;

        /** Sends one message. */
        void tell(Object actor);

        /** Messages handled so far. */
        long handled() throws Exception;
    }

    @Override
    public List<Series> take(int rounds) throws Exception {
        Object[] actors = new Object[size];
        long before = Meters.heapBytes(collections);
        population.populate(actors);
        Meters.awaitRest();
        long idle = Meters.heapBytes(collections);
        for (Object actor : actors) {
            population.tell(actor);
        }
        Meters.awaitRest();
        long used = Meters.heapBytes(collections);
        awaitHandled();
        return List.of(
                Series.of(Metric.HEAP_IDLE, (idle - before) / (double) size),
                Series.of(Metric.HEAP_USED, (used - before) / (double) size));
    }

    private void awaitHandled() throws Exception {
        long start = System.nanoTime();
        long limit = Finish.limitNanos();
        while (population.handled() < size && System.nanoTime() - start < limit) {
            Thread.sleep(1);
        }
        Checks.equal("messages", population.handled(), size);
    }
}
