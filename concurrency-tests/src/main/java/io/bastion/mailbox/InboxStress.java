package io.bastion.mailbox;

import static org.openjdk.jcstress.annotations.Expect.ACCEPTABLE;
import static org.openjdk.jcstress.annotations.Expect.FORBIDDEN;

import org.jspecify.annotations.Nullable;
import org.openjdk.jcstress.annotations.Actor;
import org.openjdk.jcstress.annotations.Arbiter;
import org.openjdk.jcstress.annotations.JCStressTest;
import org.openjdk.jcstress.annotations.Outcome;
import org.openjdk.jcstress.annotations.State;
import org.openjdk.jcstress.infra.results.II_Result;
import org.openjdk.jcstress.infra.results.I_Result;
import org.reactivestreams.Subscription;
import reactor.core.CoreSubscriber;
import reactor.core.Fuseable;

/**
 * An {@link Inbox} whose subscriber asks for messages on another thread than the one that emits them.
 *
 * <p>The hole: the activation sees no demand and parks the mailbox while demand is made, so that a message waits beside its
 * demand; or two demands make two activations, which emit side by side.
 */
public final class InboxStress {
    private InboxStress() {}

    /** A mailbox that is read through an inbox. */
    private static final class Read extends DigitQueue {
        final Inbox<Integer> inbox = new Inbox<>(this);

        Read() {
            super(Mailbox.defaults());
        }

        @Override
        Step handle(int digit) {
            return inbox.emit(digit) ? Step.CONSUMED : Step.RETAINED;
        }

        @Override
        protected boolean ready() {
            return inbox.ready();
        }
    }

    /** Writes down what it gets. */
    private static class Reader implements CoreSubscriber<Integer> {
        /** Plain on purpose: what is not emitted serially loses digits. */
        int log;

        @Override
        public void onSubscribe(Subscription subscription) {}

        @Override
        public void onNext(@Nullable Integer digit) {
            if (digit != null) {
                log = log * 10 + digit;
            }
        }

        @Override
        public void onError(Throwable error) {
            log = -1;
        }

        @Override
        public void onComplete() {
            log = -1;
        }
    }

    /** A request against the activation that finds no demand. */
    @JCStressTest
    @Outcome(
            id = "1",
            expect = ACCEPTABLE,
            desc = "The message was emitted, by the first activation or by the request's")
    @Outcome(id = "0", expect = FORBIDDEN, desc = "The message waits although it was asked for")
    @Outcome(expect = FORBIDDEN, desc = "The message was emitted twice")
    @State
    public static class RequestAgainstPark {
        private final Read queue = new Read();
        private final Reader reader = new Reader();

        public RequestAgainstPark() {
            queue.inbox.subscribe(reader);
            queue.send(1);
            queue.begin();
        }

        @Actor
        public void worker() {
            queue.work();
        }

        @Actor
        public void subscriber() {
            queue.inbox.request(1);
        }

        @Arbiter
        public void result(I_Result r) {
            queue.work();
            r.r1 = reader.log;
        }
    }

    /** Two requests of one message each, and three messages. */
    @JCStressTest
    @Outcome(id = "12", expect = ACCEPTABLE, desc = "As many messages as were asked for, one after the other")
    @Outcome(expect = FORBIDDEN, desc = "A request was lost or served twice, or messages were emitted side by side")
    @State
    public static class TwoRequests {
        private final Read queue = new Read();
        private final Reader reader = new Reader();

        public TwoRequests() {
            queue.inbox.subscribe(reader);
            queue.send(1);
            queue.send(2);
            queue.send(3);
            queue.begin();
            queue.work();
        }

        @Actor
        public void first() {
            queue.inbox.request(1);
            queue.work();
        }

        @Actor
        public void second() {
            queue.inbox.request(1);
            queue.work();
        }

        @Arbiter
        public void result(I_Result r) {
            queue.work();
            r.r1 = reader.log;
        }
    }

    /** A fused subscriber that had no room for the message polls on another thread while the mailbox parks. */
    @JCStressTest
    @Outcome(
            id = "1, 0",
            expect = ACCEPTABLE,
            desc = "The poll got nothing there, but the message on the mailbox's thread")
    @Outcome(id = "0, 0", expect = FORBIDDEN, desc = "The message waits although it was polled for")
    @Outcome(expect = FORBIDDEN, desc = "The message was got on another thread, or twice")
    @State
    public static class PollAgainstPark {
        private final Read queue = new Read();
        private final Poller reader = new Poller(queue.inbox);

        public PollAgainstPark() {
            queue.inbox.requestFusion(Fuseable.ASYNC);
            queue.inbox.subscribe(reader);
            queue.send(1);
            queue.begin();
        }

        @Actor
        public void worker() {
            queue.work();
        }

        @Actor
        public void subscriber(II_Result r) {
            reader.room = true;
            r.r2 = queue.inbox.poll() == null ? 0 : 1;
        }

        @Arbiter
        public void result(II_Result r) {
            queue.work();
            r.r1 = reader.log;
        }

        private static final class Poller extends Reader {
            private final Inbox<Integer> inbox;
            volatile boolean room;

            Poller(Inbox<Integer> inbox) {
                this.inbox = inbox;
            }

            @Override
            public void onNext(@Nullable Integer digit) {
                if (room) {
                    super.onNext(inbox.poll());
                }
            }
        }
    }
}
