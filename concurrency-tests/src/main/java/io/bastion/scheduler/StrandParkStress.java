package io.bastion.scheduler;

import static org.openjdk.jcstress.annotations.Expect.ACCEPTABLE;
import static org.openjdk.jcstress.annotations.Expect.FORBIDDEN;

import io.bastion.scheduler.DigitStrand.Digit;
import java.util.concurrent.atomic.AtomicInteger;
import org.openjdk.jcstress.annotations.Actor;
import org.openjdk.jcstress.annotations.Arbiter;
import org.openjdk.jcstress.annotations.JCStressTest;
import org.openjdk.jcstress.annotations.Outcome;
import org.openjdk.jcstress.annotations.State;
import org.openjdk.jcstress.infra.results.II_Result;

/**
 * A {@link Strand} that parks for want of demand, against the one who brings it.
 *
 * <p>The hole: the strand writes <i>parked</i> and reads <i>demand</i>, the other writes <i>demand</i> and reads
 * <i>parked</i>. Without a full fence between the write and the read on both sides each may read the old value, and the
 * strand sleeps although there is demand. And when both see the other's write only one may run the strand.
 */
public final class StrandParkStress {
    private StrandParkStress() {}

    /** A strand that takes a digit only for demand. */
    private static class OnDemand extends DigitStrand {
        private final AtomicInteger demand = new AtomicInteger();

        /** How much of the demand was used; written by the activation. */
        private volatile int used;

        final void bring(int n) {
            demand.getAndAdd(n);
            unpark();
        }

        @Override
        protected boolean ready() {
            return used < demand.get();
        }

        @Override
        @SuppressWarnings("NonAtomicVolatileUpdate") // only the activation writes it
        protected Step process(Node node, WorkFrame frame) {
            if (!ready()) {
                return Step.RETAINED;
            }
            used++;
            return super.process(node, frame);
        }
    }

    /** Demand against parking before a node. */
    @JCStressTest
    @Outcome(
            id = "1, 1",
            expect = ACCEPTABLE,
            desc = "The activation saw the demand: it did not park, or took itself back")
    @Outcome(id = "1, 2", expect = ACCEPTABLE, desc = "The strand was parked, and unparked by the demand")
    @Outcome(id = "0, 1", expect = FORBIDDEN, desc = "The strand is stuck: it parked and did not see the demand")
    @Outcome(expect = FORBIDDEN, desc = "The node was processed twice")
    @State
    public static class DemandAgainstPark {
        private final OnDemand strand = new OnDemand();

        public DemandAgainstPark() {
            strand.send(1);
        }

        @Actor
        public void worker() {
            strand.work();
        }

        @Actor
        public void consumer() {
            strand.bring(1);
        }

        @Arbiter
        public void result(II_Result r) {
            strand.work();
            r.r1 = strand.log;
            r.r2 = strand.schedules();
        }
    }

    /** Two who bring demand for one node each, while whoever finds the strand scheduled runs it, and parks it again. */
    @JCStressTest
    @Outcome(
            id = "12, 2",
            expect = ACCEPTABLE,
            desc = "One of them unparked it; it did not park again, or took itself back")
    @Outcome(id = "12, 3", expect = ACCEPTABLE, desc = "Each of them unparked it")
    @Outcome(expect = FORBIDDEN, desc = "The strand is stuck, or two activations ran at a time")
    @State
    public static class TwoDemands {
        private final OnDemand strand = new OnDemand();

        public TwoDemands() {
            strand.send(1);
            strand.send(2);
            strand.work();
        }

        @Actor
        public void first() {
            strand.bring(1);
            strand.work();
        }

        @Actor
        public void second() {
            strand.bring(1);
            strand.work();
        }

        @Arbiter
        public void result(II_Result r) {
            strand.work();
            r.r1 = strand.log;
            r.r2 = strand.schedules();
        }
    }

    /** A push and demand for it against parking behind a node that was consumed. */
    @JCStressTest
    @Outcome(id = "12, 1", expect = ACCEPTABLE, desc = "The activation saw the demand before it parked or just after")
    @Outcome(id = "12, 2", expect = ACCEPTABLE, desc = "The strand was parked, and unparked by the demand")
    @Outcome(id = "1, 1", expect = FORBIDDEN, desc = "The strand is stuck: it parked and did not see the demand")
    @Outcome(expect = FORBIDDEN, desc = "A node was processed twice")
    @State
    public static class PushAgainstPark {
        private final OnDemand strand = new OnDemand() {
            @Override
            protected Step process(Node node, WorkFrame frame) {
                if (((Digit) node).digit == 1) {
                    log = 1;
                    return Step.PARK;
                }
                return super.process(node, frame);
            }
        };

        public PushAgainstPark() {
            strand.send(1);
        }

        @Actor
        public void worker() {
            strand.work();
        }

        @Actor
        public void pusher() {
            strand.send(2);
            strand.bring(1);
        }

        @Arbiter
        public void result(II_Result r) {
            strand.work();
            r.r1 = strand.log;
            r.r2 = strand.schedules();
        }
    }

    /** Waking against parking; the word that the waker leaves is what makes the strand ready. */
    @JCStressTest
    @Outcome(id = "10, 1", expect = ACCEPTABLE, desc = "The activation had not parked yet, or took itself back")
    @Outcome(id = "10, 2", expect = ACCEPTABLE, desc = "The strand was parked, and unparked by the waker")
    @Outcome(id = "1, 1", expect = FORBIDDEN, desc = "The strand is stuck: it parked and was not woken")
    @Outcome(expect = FORBIDDEN, desc = "A node was processed twice")
    @State
    public static class WakeAgainstPark {
        private final Waking strand = new Waking();

        public WakeAgainstPark() {
            strand.send(1);
        }

        @Actor
        public void worker() {
            strand.work();
        }

        @Actor
        public void waker() {
            strand.word = true;
            strand.wake();
        }

        @Arbiter
        public void result(II_Result r) {
            strand.work();
            r.r1 = strand.log;
            r.r2 = strand.schedules();
        }

        private static final class Waking extends DigitStrand {
            volatile boolean word;

            @Override
            protected boolean ready() {
                return word;
            }

            @Override
            protected Step process(Node node, WorkFrame frame) {
                super.process(node, frame);
                return Step.PARK;
            }
        }
    }
}
