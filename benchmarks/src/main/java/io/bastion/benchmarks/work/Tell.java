package io.bastion.benchmarks.work;

/** One thread outside of the system tells one actor, within the window of a {@link Gate}. An operation is a message. */
public final class Tell<S, R, C> implements Work.Load {
    private static final Object MESSAGE = new Object();

    private final Actors<S, R, C> actors;

    /** The workload on a system. */
    public Tell(Actors<S, R, C> actors) {
        this.actors = actors;
    }

    @Override
    public Run run(long operations) throws Exception {
        Counter<C> counter = new Counter<>(operations);
        R actor = actors.spawn(actors.spec(() -> counter));
        Gate gate = counter.gate();
        long start = System.nanoTime();
        for (long i = 1; i <= operations; i++) {
            actors.tell(actor, MESSAGE);
            if (Gate.isStep(i)) {
                gate.await(i);
            }
        }
        counter.await();
        long nanos = System.nanoTime() - start;
        actors.stop(actor);
        return new Run(operations, nanos);
    }
}
