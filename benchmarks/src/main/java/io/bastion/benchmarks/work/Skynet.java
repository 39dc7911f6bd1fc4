package io.bastion.benchmarks.work;

import org.jspecify.annotations.Nullable;

/**
 * A tree of actors, ten children each, down to 1 000 000 leaves, whose numbers are summed on the way up. An operation is
 * the whole life of an actor.
 */
public final class Skynet<S, R, C> implements Work.Load {
    private static final int FULL = 1_000_000;
    private static final int BRANCHES = 10;

    private final Actors<S, R, C> actors;
    private final S spec;
    private final long fullLeaves;
    private Finish finish = new Finish(1);
    private volatile long result;

    /** The workload on a system. */
    public Skynet(Actors<S, R, C> actors, Setup setup) {
        this.actors = actors;
        spec = actors.spec(Member::new);
        fullLeaves = powerOfTen(setup.scaled(FULL));
    }

    /** Tells an actor to grow its part of the tree. */
    private record Grow<R>(@Nullable R parent, long number, long leaves) {}

    @Override
    public Run run(long operations) throws Exception {
        long leaves = powerOfTen(Math.min(fullLeaves, operations));
        long trees = Math.max(1, operations / actorsIn(leaves));
        long start = System.nanoTime();
        for (long i = 0; i < trees; i++) {
            finish = new Finish(1);
            actors.tell(actors.spawn(spec), new Grow<R>(null, 0, leaves));
            finish.await();
            Checks.equal("sum", result, leaves * (leaves - 1) / 2);
        }
        return new Run(trees * actorsIn(leaves), System.nanoTime() - start);
    }

    @Override
    public long least() {
        return fullLeaves;
    }

    private static long powerOfTen(long most) {
        long power = BRANCHES;
        while (power * BRANCHES <= most) {
            power *= BRANCHES;
        }
        return power;
    }

    private static long actorsIn(long leaves) {
        long count = 0;
        for (long level = leaves; level > 0; level /= BRANCHES) {
            count += level;
        }
        return count;
    }

    private final class Member implements Receiver<C> {
        private @Nullable R parent;
        private long sum;
        private int missing = BRANCHES;

        @Override
        @SuppressWarnings("unchecked") // nothing else is sent than numbers and this
        public boolean receive(C context, Object message) {
            if (message instanceof Long part) {
                sum += part;
                return --missing > 0 || report(sum);
            }
            Grow<R> grow = (Grow<R>) message;
            parent = grow.parent;
            if (grow.leaves == 1) {
                return report(grow.number);
            }
            long share = grow.leaves / BRANCHES;
            R self = actors.self(context);
            for (int i = 0; i < BRANCHES; i++) {
                actors.tell(actors.spawn(context, spec), new Grow<>(self, grow.number + i * share, share));
            }
            return true;
        }

        private boolean report(long number) {
            R to = parent;
            if (to == null) {
                result = number;
                finish.reached();
            } else {
                actors.tell(to, number);
            }
            return false;
        }
    }
}
