package io.bastion.scheduler;

import static org.openjdk.jcstress.annotations.Expect.ACCEPTABLE;
import static org.openjdk.jcstress.annotations.Expect.FORBIDDEN;

import io.bastion.scheduler.DigitStrand.Digit;
import org.openjdk.jcstress.annotations.Actor;
import org.openjdk.jcstress.annotations.Arbiter;
import org.openjdk.jcstress.annotations.JCStressTest;
import org.openjdk.jcstress.annotations.Outcome;
import org.openjdk.jcstress.annotations.State;
import org.openjdk.jcstress.infra.results.II_Result;
import org.openjdk.jcstress.infra.results.I_Result;

/**
 * Pushes to a {@link Strand} that race each other and the strand's falling asleep.
 *
 * <p>The hole: a strand's last activation finds nothing more and goes idle while a pusher takes it for awake. Unless both
 * go through one compare-and-set of the same word a node stays behind with nobody to process it, or two activations come
 * into being and process side by side.
 */
public final class StrandPushStress {
    private StrandPushStress() {}

    /** Two threads push, and each runs the strand if it finds it scheduled. */
    @JCStressTest
    @Outcome(id = "12, 1", expect = ACCEPTABLE, desc = "One activation saw both nodes, the first one's before")
    @Outcome(id = "21, 1", expect = ACCEPTABLE, desc = "One activation saw both nodes, the second one's before")
    @Outcome(id = "12, 2", expect = ACCEPTABLE, desc = "The second pusher found the strand idle again")
    @Outcome(id = "21, 2", expect = ACCEPTABLE, desc = "The first pusher found the strand idle again")
    @Outcome(expect = FORBIDDEN, desc = "A node was lost or processed twice, or two activations ran at a time")
    @State
    public static class TwoPushers {
        private final DigitStrand strand = new DigitStrand();

        @Actor
        public void first() {
            strand.send(1);
            strand.work();
        }

        @Actor
        public void second() {
            strand.send(2);
            strand.work();
        }

        @Arbiter
        public void result(II_Result r) {
            strand.work();
            r.r1 = strand.log;
            r.r2 = strand.schedules();
        }
    }

    /** Two threads push two nodes each while nothing is processed. */
    @JCStressTest
    @Outcome(
            id = {"1234, 4", "1324, 4", "1342, 4", "3124, 4", "3142, 4", "3412, 4"},
            expect = ACCEPTABLE,
            desc = "Each pusher's nodes in its order, all in that of the pushes' compare-and-sets")
    @Outcome(expect = FORBIDDEN, desc = "A pusher's order was broken, a node was lost, or the count of nodes is wrong")
    @State
    public static class Order {
        private final Ordered strand = new Ordered();

        @Actor
        public void first() {
            strand.send(1);
            strand.send(2);
        }

        @Actor
        public void second() {
            strand.send(3);
            strand.send(4);
        }

        @Arbiter
        public void result(II_Result r) {
            strand.open();
            strand.work();
            r.r1 = strand.log;
            r.r2 = strand.ascents;
        }
    }

    private static final class Ordered extends DigitStrand {
        /** Nodes whose sequence, which the push assigned, was by one above the number of those before. */
        int ascents;

        Ordered() {
            super(new ManualHome(), true);
        }

        @Override
        protected Step process(Node node, WorkFrame frame) {
            if (node.sequence == ascents + 1) {
                ascents++;
            }
            return super.process(node, frame);
        }
    }

    /**
     * A push against the activation that finds its queue empty. A pusher that linked its node to one that was processed
     * meanwhile must cut that link when it tries again.
     */
    @JCStressTest
    @Outcome(id = "12, 1", expect = ACCEPTABLE, desc = "The node came before the strand went idle: same activation")
    @Outcome(id = "12, 2", expect = ACCEPTABLE, desc = "The node came after the strand went idle: a new activation")
    @Outcome(id = "1, 1", expect = FORBIDDEN, desc = "The wake-up was lost")
    @Outcome(expect = FORBIDDEN, desc = "A node was processed twice, or two activations ran at a time")
    @State
    public static class PushAgainstIdle {
        private final DigitStrand strand = new DigitStrand();

        public PushAgainstIdle() {
            strand.send(1);
        }

        @Actor
        public void worker() {
            strand.work();
        }

        @Actor
        public void pusher() {
            strand.send(2);
        }

        @Arbiter
        public void result(II_Result r) {
            strand.work();
            r.r1 = strand.log;
            r.r2 = strand.schedules();
        }
    }

    /** Plain writes before a push, read where the node is processed. */
    @JCStressTest
    @Outcome(id = "-1", expect = ACCEPTABLE, desc = "The strand went idle before the push")
    @Outcome(id = "7", expect = ACCEPTABLE, desc = "What was written before the push was seen")
    @Outcome(expect = FORBIDDEN, desc = "The node was processed without what was written before its push")
    @State
    public static class Publication {
        private final Reading strand = new Reading();
        private int payload;

        public Publication() {
            strand.send(1);
        }

        @Actor
        public void pusher() {
            payload = 7;
            strand.send(2);
        }

        @Actor
        public void worker(I_Result r) {
            strand.work();
            r.r1 = strand.seen;
        }

        private final class Reading extends DigitStrand {
            int seen = -1;

            @Override
            protected Step process(Node node, WorkFrame frame) {
                if (((Digit) node).digit == 2) {
                    seen = payload;
                }
                return Step.CONSUMED;
            }
        }
    }

    /** A push against an activation that has used up its budget and goes to the back of the run queue. */
    @JCStressTest
    @Outcome(id = "66, 1", expect = ACCEPTABLE, desc = "The node came while there was an activation, waiting or not")
    @Outcome(id = "66, 2", expect = ACCEPTABLE, desc = "The node came after the strand went idle")
    @Outcome(expect = FORBIDDEN, desc = "A node was lost or processed twice, or two activations ran at a time")
    @State
    public static class PushAgainstYield {
        private static final int PATIENCE = 300;

        private final Counting strand = new Counting();

        public PushAgainstYield() {
            for (int i = 0; i <= Strand.BUDGET; i++) {
                strand.send(0);
            }
        }

        @Actor
        public void worker() {
            strand.work();
        }

        /** Another worker, which takes the strand the moment it is in the run queue again. */
        @Actor
        public void pusher() {
            strand.send(0);
            for (int i = 0; i < PATIENCE; i++) {
                strand.work();
            }
        }

        @Arbiter
        public void result(II_Result r) {
            strand.work();
            r.r1 = strand.log;
            r.r2 = strand.schedules();
        }
    }

    private static final class Counting extends DigitStrand {
        @Override
        protected Step process(Node node, WorkFrame frame) {
            log++;
            return Step.CONSUMED;
        }
    }

    /** A push against the creator's giving the baton away; a second push finds the strand as it is after that. */
    @JCStressTest
    @Outcome(
            id = "12, 2",
            expect = ACCEPTABLE,
            desc = "Each push came to an idle strand, or to its opener's activation")
    @Outcome(expect = FORBIDDEN, desc = "A node was lost or processed twice, or two activations ran at a time")
    @State
    public static class PushAgainstOpen {
        private final DigitStrand strand = new DigitStrand(new ManualHome(), true);

        @Actor
        public void creator() {
            strand.open();
            strand.work();
        }

        @Actor
        public void pusher() {
            strand.send(1);
            strand.work();
        }

        @Arbiter
        public void result(II_Result r) {
            strand.work();
            strand.send(2);
            strand.work();
            r.r1 = strand.log;
            r.r2 = strand.schedules();
        }
    }
}
