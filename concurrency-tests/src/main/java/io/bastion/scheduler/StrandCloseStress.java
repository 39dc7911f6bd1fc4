package io.bastion.scheduler;

import static org.openjdk.jcstress.annotations.Expect.ACCEPTABLE;
import static org.openjdk.jcstress.annotations.Expect.FORBIDDEN;

import io.bastion.scheduler.DigitStrand.Digit;
import org.openjdk.jcstress.annotations.Actor;
import org.openjdk.jcstress.annotations.Arbiter;
import org.openjdk.jcstress.annotations.JCStressTest;
import org.openjdk.jcstress.annotations.Outcome;
import org.openjdk.jcstress.annotations.State;
import org.openjdk.jcstress.infra.results.III_Result;

/**
 * The end of a {@link Strand} against pushes.
 *
 * <p>The hole: a pusher that read the top before the strand was closed appends to it after that. The node must be refused
 * or be among those that the last activation still processes; accepted and forgotten is what must not be.
 */
public final class StrandCloseStress {
    private StrandCloseStress() {}

    /** A strand that ends with digit 1; 9 stands for the end. */
    private static final class Ending extends DigitStrand {
        @Override
        protected Step process(Node node, WorkFrame frame) {
            if (((Digit) node).digit == 1) {
                closeQueue();
            }
            return super.process(node, frame);
        }

        @Override
        protected void closed() {
            log = log * 10 + 9;
        }
    }

    /** One node. */
    @JCStressTest
    @Outcome(id = "129, 1, 1", expect = ACCEPTABLE, desc = "The node was accepted, and processed before the end")
    @Outcome(id = "19, 0, 1", expect = ACCEPTABLE, desc = "The node was refused")
    @Outcome(id = "19, 1, 1", expect = FORBIDDEN, desc = "The node was accepted and lost")
    @Outcome(expect = FORBIDDEN, desc = "The node was refused but processed, or processed after the end or twice")
    @State
    public static class PushAgainstClose {
        private final Ending strand = new Ending();

        public PushAgainstClose() {
            strand.send(1);
        }

        @Actor
        public void worker() {
            strand.work();
        }

        @Actor
        public void pusher(III_Result r) {
            r.r2 = strand.send(2) ? 1 : 0;
        }

        @Arbiter
        public void result(III_Result r) {
            strand.work();
            r.r1 = strand.log;
            r.r3 = strand.schedules();
        }
    }

    /** Several nodes, the last two of which go in one step. */
    @JCStressTest
    @Outcome(id = "12349, 1, 1", expect = ACCEPTABLE, desc = "All were accepted, and processed before the end")
    @Outcome(id = "129, 1, 0", expect = ACCEPTABLE, desc = "The end came between: the later ones were refused")
    @Outcome(id = "19, 0, 0", expect = ACCEPTABLE, desc = "All were refused")
    @Outcome(expect = FORBIDDEN, desc = "A node was accepted and lost, or refused but processed, or a chain was torn")
    @State
    public static class ChainAgainstClose {
        private final Ending strand = new Ending();

        public ChainAgainstClose() {
            strand.send(1);
        }

        @Actor
        public void worker() {
            strand.work();
        }

        @Actor
        public void pusher(III_Result r) {
            r.r2 = strand.send(2) ? 1 : 0;
            r.r3 = strand.send(3, 4, Integer.MAX_VALUE) ? 1 : 0;
        }

        @Arbiter
        public void result(III_Result r) {
            strand.work();
            r.r1 = strand.log;
        }
    }
}
