package io.bastion.mailbox;

import static org.openjdk.jcstress.annotations.Expect.ACCEPTABLE;
import static org.openjdk.jcstress.annotations.Expect.FORBIDDEN;

import java.util.Comparator;
import org.openjdk.jcstress.annotations.Actor;
import org.openjdk.jcstress.annotations.Arbiter;
import org.openjdk.jcstress.annotations.JCStressTest;
import org.openjdk.jcstress.annotations.Outcome;
import org.openjdk.jcstress.annotations.State;
import org.openjdk.jcstress.infra.results.III_Result;

/**
 * A {@link MessageQueue} that keeps its messages in a {@link MessageStore} beside the strand.
 *
 * <p>The hole: a message is stored in one step and its ticket pushed in another. Between them the activation may take the
 * message on an older ticket, another sender may evict it, and the queue may be closed.
 */
public final class MessageQueueStress {
    private MessageQueueStress() {}

    /** A sender for whom there is room only if the oldest goes, against the activation that takes it. */
    @JCStressTest
    @Outcome(id = "123, 0, 0", expect = ACCEPTABLE, desc = "The first was handled before the second came")
    @Outcome(id = "23, 1, 0", expect = ACCEPTABLE, desc = "The first was evicted")
    @Outcome(expect = FORBIDDEN, desc = "A message was lost, or handled and evicted, or handled twice")
    @State
    public static class EvictionAgainstTake {
        private final DigitQueue queue = new DigitQueue(Mailbox.bounded(1).overflow(Overflow.DROP_OLDEST));

        public EvictionAgainstTake() {
            queue.send(1);
            queue.begin();
        }

        @Actor
        public void worker() {
            queue.work();
        }

        @Actor
        public void sender() {
            queue.send(2);
        }

        @Arbiter
        public void result(III_Result r) {
            queue.work();
            queue.send(3);
            queue.work();
            r.r1 = queue.log;
            r.r2 = queue.evicted;
            r.r3 = queue.orphaned;
        }
    }

    /** A message to a queue with an order of its own, against its end. */
    @JCStressTest
    @Outcome(id = "12, 1, 0", expect = ACCEPTABLE, desc = "The message was handled before the end")
    @Outcome(id = "1, 0, 0", expect = ACCEPTABLE, desc = "The message came too late, and was refused")
    @Outcome(id = "1, 1, 0", expect = FORBIDDEN, desc = "The message was accepted and lost")
    @Outcome(expect = FORBIDDEN, desc = "The message was handled twice, or refused but handled")
    @State
    public static class SendAgainstEnd {
        private final DigitQueue queue = new Ending();

        public SendAgainstEnd() {
            queue.send(1);
            queue.begin();
        }

        @Actor
        public void worker() {
            queue.work();
        }

        @Actor
        public void sender(III_Result r) {
            r.r2 = queue.send(2) == MessageQueue.Offer.ACCEPTED ? 1 : 0;
        }

        @Arbiter
        public void result(III_Result r) {
            queue.work();
            r.r1 = queue.log;
            r.r3 = queue.orphaned;
        }
    }

    /** A message that is taken before those that wait, against the end of the queue. */
    @JCStressTest
    @Outcome(
            id = "132, 1, 0",
            expect = ACCEPTABLE,
            desc = "Both were handled before the end, the urgent one after the end began")
    @Outcome(id = "123, 1, 0", expect = ACCEPTABLE, desc = "Both were handled before the end, in the order of arrival")
    @Outcome(id = "12, 0, 0", expect = ACCEPTABLE, desc = "The urgent one came too late, and was refused")
    @Outcome(
            id = "13, 1, 2",
            expect = ACCEPTABLE,
            desc = "The urgent one was handled on the other's ticket, which is lost")
    @Outcome(expect = FORBIDDEN, desc = "A message was lost in silence, handled twice, or refused but handled")
    @State
    public static class UrgentAgainstEnd {
        private final DigitQueue queue = new Ending();

        public UrgentAgainstEnd() {
            queue.send(1);
            queue.send(2);
            queue.begin();
        }

        @Actor
        public void worker() {
            queue.work();
        }

        @Actor
        public void sender(III_Result r) {
            r.r2 = queue.send(3) == MessageQueue.Offer.ACCEPTED ? 1 : 0;
        }

        @Arbiter
        public void result(III_Result r) {
            queue.work();
            r.r1 = queue.log;
            r.r3 = queue.orphaned;
        }
    }

    /** A queue that ends with digit 1; after that, the greater a digit the sooner it is taken. */
    private static final class Ending extends DigitQueue {
        Ending() {
            super(Mailbox.defaults()
                    .priority(Comparator.<Integer, Boolean>comparing(digit -> digit != 1)
                            .thenComparing(Comparator.reverseOrder())));
        }

        @Override
        Step handle(int digit) {
            if (digit == 1) {
                closeQueue();
            }
            return super.handle(digit);
        }
    }
}
