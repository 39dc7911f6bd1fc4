package io.bastion.scheduler;

import static org.openjdk.jcstress.annotations.Expect.ACCEPTABLE;
import static org.openjdk.jcstress.annotations.Expect.FORBIDDEN;

import org.openjdk.jcstress.annotations.Actor;
import org.openjdk.jcstress.annotations.Arbiter;
import org.openjdk.jcstress.annotations.JCStressTest;
import org.openjdk.jcstress.annotations.Outcome;
import org.openjdk.jcstress.annotations.State;
import org.openjdk.jcstress.infra.results.III_Result;
import org.openjdk.jcstress.infra.results.II_Result;

/**
 * The capacity of a {@link Strand}, which no counter of its own guards.
 *
 * <p>The hole: the depth is the difference of two numbers that are read one after the other, the newest node's sequence
 * and the count of those taken. A pusher must not be let in on a depth that was right for another top than the one which
 * it replaces.
 */
public final class StrandBoundStress {
    private StrandBoundStress() {}

    /** Two pushers for the last place. */
    @JCStressTest
    @Outcome(id = "12, 1, 0", expect = ACCEPTABLE, desc = "The first got the place")
    @Outcome(id = "13, 0, 1", expect = ACCEPTABLE, desc = "The second got the place")
    @Outcome(id = ".*, 0, 0", expect = FORBIDDEN, desc = "Nobody got the place")
    @Outcome(expect = FORBIDDEN, desc = "Both got the place, or what was refused is in the queue")
    @State
    public static class OnePlaceForTwo {
        private final DigitStrand strand = new DigitStrand(new ManualHome(), true);

        public OnePlaceForTwo() {
            strand.send(1);
        }

        @Actor
        public void first(III_Result r) {
            r.r2 = strand.sendWithin(2, 2) ? 1 : 0;
        }

        @Actor
        public void second(III_Result r) {
            r.r3 = strand.sendWithin(3, 2) ? 1 : 0;
        }

        @Arbiter
        public void result(III_Result r) {
            strand.open();
            strand.work();
            r.r1 = strand.log;
        }
    }

    /** A chain and a single node for two places: the chain goes in as a whole or not at all. */
    @JCStressTest
    @Outcome(id = "12, 1, 0", expect = ACCEPTABLE, desc = "The chain took both places")
    @Outcome(id = "3, 0, 1", expect = ACCEPTABLE, desc = "The single node came first and left too little room")
    @Outcome(expect = FORBIDDEN, desc = "The capacity was exceeded, the chain was torn, or nobody was let in")
    @State
    public static class ChainAgainstNode {
        private final DigitStrand strand = new DigitStrand(new ManualHome(), true);

        @Actor
        public void chain(III_Result r) {
            r.r2 = strand.send(1, 2, 2) ? 1 : 0;
        }

        @Actor
        public void single(III_Result r) {
            r.r3 = strand.sendWithin(3, 2) ? 1 : 0;
        }

        @Arbiter
        public void result(III_Result r) {
            strand.open();
            strand.work();
            r.r1 = strand.log;
        }
    }

    /** A strand whose count of taken nodes is exact, as it is for small capacities. */
    private static final class Exact extends DigitStrand {
        @Override
        protected int depthLag() {
            return 0;
        }
    }

    /** A pusher against the activation that makes room, and then goes idle. */
    @JCStressTest
    @Outcome(id = "12, 1, 1", expect = ACCEPTABLE, desc = "There was room again, and there is room afterwards")
    @Outcome(id = "1, 0, 1", expect = ACCEPTABLE, desc = "The queue was still full; there is room afterwards")
    @Outcome(id = ".*, .*, 0", expect = FORBIDDEN, desc = "The queue is empty and takes nothing")
    @Outcome(expect = FORBIDDEN, desc = "A node was lost, or was refused but processed")
    @State
    public static class PushAgainstRoom {
        private final Exact strand = new Exact();

        public PushAgainstRoom() {
            strand.sendWithin(1, 1);
        }

        @Actor
        public void worker() {
            strand.work();
        }

        @Actor
        public void pusher(III_Result r) {
            r.r2 = strand.sendWithin(2, 1) ? 1 : 0;
        }

        @Arbiter
        public void result(III_Result r) {
            strand.work();
            r.r1 = strand.log;
            r.r3 = strand.sendWithin(3, 1) ? 1 : 0;
        }
    }

    /** A pusher that finds the strand idle, while another one brings it to life and lets it fall asleep again. */
    @JCStressTest
    @Outcome(
            id = {"0, 2", "1, 2"},
            expect = ACCEPTABLE,
            desc = "The capacity was kept")
    @Outcome(id = "1, 3", expect = FORBIDDEN, desc = "The pusher counted from before the other's node: one too many")
    @Outcome(expect = FORBIDDEN, desc = "The capacity was exceeded, or not used")
    @State
    public static class PushAgainstRevival {
        private final Exact strand = new Exact();

        @Actor
        public void pusher() {
            strand.sendWithin(2, 2);
        }

        @Actor
        public void other() {
            strand.sendWithin(1, 2);
            strand.work();
        }

        @Arbiter
        public void result(II_Result r) {
            int handled = digits(strand.log);
            int accepted = 2;
            while (strand.sendWithin(3, 2)) {
                accepted++;
            }
            r.r1 = handled > 0 ? 1 : 0;
            r.r2 = accepted - handled;
        }
    }

    private static int digits(int log) {
        return log == 0 ? 0 : 1 + digits(log / 10);
    }
}
