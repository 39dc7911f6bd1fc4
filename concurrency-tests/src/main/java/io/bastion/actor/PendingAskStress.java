package io.bastion.actor;

import static org.openjdk.jcstress.annotations.Expect.ACCEPTABLE;
import static org.openjdk.jcstress.annotations.Expect.FORBIDDEN;

import io.bastion.scheduler.NumaScheduler;
import io.bastion.scheduler.WorkFrame;
import java.time.Duration;
import org.jspecify.annotations.Nullable;
import org.openjdk.jcstress.annotations.Actor;
import org.openjdk.jcstress.annotations.Arbiter;
import org.openjdk.jcstress.annotations.JCStressTest;
import org.openjdk.jcstress.annotations.Outcome;
import org.openjdk.jcstress.annotations.State;
import org.openjdk.jcstress.infra.results.III_Result;
import org.openjdk.jcstress.infra.results.II_Result;
import org.reactivestreams.Subscription;
import reactor.core.CoreSubscriber;

/**
 * An ask that is replied to, times out and is cancelled at a time.
 *
 * <p>The hole: each of these ends the ask on a thread of its own, and the reply may come before there is demand for it.
 * Two that both believe to be first would signal twice; two that each leave it to the other would not signal at all.
 */
public final class PendingAskStress {
    private static final ActorSystem SYSTEM = ActorSystem.builder("stress")
            .scheduler(NumaScheduler.builder().workersPerNode(1).build())
            .build();
    private static final ActorRef<Integer> ASKED =
            SYSTEM.spawn(ActorSpec.anonymous(() -> Behavior.receive((context, message) -> {})));

    @SuppressWarnings("unchecked") // asking an actor makes an AskMono
    private static final AskMono<Integer, Integer> ASK =
            (AskMono<Integer, Integer>) ASKED.<Integer>ask(replyTo -> 1, Duration.ofHours(1));

    private PendingAskStress() {}

    private static final class Asker implements CoreSubscriber<Integer> {
        final PendingAsk<Integer, Integer> ask = new PendingAsk<>(ASK, this);

        /** The sum of the replies; plain on purpose. */
        int replies;

        int ends;

        @Override
        public void onSubscribe(Subscription subscription) {}

        @Override
        public void onNext(@Nullable Integer reply) {
            replies += reply == null ? 0 : reply;
        }

        @Override
        public void onError(Throwable error) {
            ends += 10;
        }

        @Override
        public void onComplete() {
            ends++;
        }
    }

    /** A reply against the end of the time. */
    @JCStressTest
    @Outcome(id = "7, 1, 1", expect = ACCEPTABLE, desc = "The reply came in time")
    @Outcome(id = "0, 10, 0", expect = ACCEPTABLE, desc = "The time was over; the replier was told so")
    @Outcome(expect = FORBIDDEN, desc = "Both or neither were signalled, or the replier was told otherwise")
    @State
    public static class ReplyAgainstTimeout {
        private final Asker asker = new Asker();

        public ReplyAgainstTimeout() {
            asker.ask.request(1);
        }

        @Actor
        public void replier(III_Result r) {
            r.r3 = asker.ask.tell(7).accepted() ? 1 : 0;
        }

        @Actor
        public void timer() {
            asker.ask.run(new WorkFrame());
        }

        @Arbiter
        public void result(III_Result r) {
            r.r1 = asker.replies;
            r.r2 = asker.ends;
        }
    }

    /** A reply against the first demand for it. */
    @JCStressTest
    @Outcome(id = "7, 1", expect = ACCEPTABLE, desc = "The reply was emitted once, by whoever came second")
    @Outcome(expect = FORBIDDEN, desc = "The reply was lost, emitted twice, or emitted without its content")
    @State
    public static class ReplyAgainstRequest {
        private final Asker asker = new Asker();

        @Actor
        public void replier() {
            asker.ask.tell(7);
        }

        @Actor
        public void subscriber() {
            asker.ask.request(1);
        }

        @Arbiter
        public void result(II_Result r) {
            r.r1 = asker.replies;
            r.r2 = asker.ends;
        }
    }

    /** A reply against cancellation. */
    @JCStressTest
    @Outcome(id = "7, 1, 1", expect = ACCEPTABLE, desc = "The reply came in time")
    @Outcome(id = "0, 0, 0", expect = ACCEPTABLE, desc = "The ask was cancelled; the replier was told so")
    @Outcome(expect = FORBIDDEN, desc = "A signal after the cancellation, or the replier was told otherwise")
    @State
    public static class ReplyAgainstCancel {
        private final Asker asker = new Asker();

        public ReplyAgainstCancel() {
            asker.ask.request(1);
        }

        @Actor
        public void replier(III_Result r) {
            r.r3 = asker.ask.tell(7).accepted() ? 1 : 0;
        }

        @Actor
        public void subscriber() {
            asker.ask.cancel();
        }

        @Arbiter
        public void result(III_Result r) {
            r.r1 = asker.replies;
            r.r2 = asker.ends;
        }
    }
}
