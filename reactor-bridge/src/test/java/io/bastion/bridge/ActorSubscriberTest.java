package io.bastion.bridge;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import io.bastion.actor.ActorRef;
import io.bastion.actor.ActorSpec;
import io.bastion.actor.ActorTerminatedException;
import io.bastion.actor.Behavior;
import io.bastion.actor.DeadLetter;
import io.bastion.actor.TerminationReason;
import io.bastion.mailbox.Mailbox;
import io.bastion.testkit.BastionTest;
import io.bastion.testkit.TestKit;
import java.util.List;
import java.util.concurrent.CancellationException;
import java.util.concurrent.CopyOnWriteArrayList;
import java.util.concurrent.atomic.AtomicLong;
import java.util.stream.IntStream;
import org.junit.jupiter.api.Test;
import reactor.core.publisher.Flux;
import reactor.core.publisher.Mono;
import reactor.test.publisher.TestPublisher;

/** An actor at the end of a stream. */
@BastionTest
class ActorSubscriberTest {
    private final List<Integer> handled = new CopyOnWriteArrayList<>();

    private ActorRef<Integer> collector(TestKit kit, int capacity) {
        return kit.spawn(ActorSpec.<Integer>anonymous(() -> Behavior.receive((context, n) -> {
                    if (n < 0) {
                        throw new IllegalStateException("negative");
                    }
                    handled.add(n);
                }))
                .mailbox(Mailbox.bounded(capacity)));
    }

    @Test
    void demand_followsTheFreeCapacity(TestKit kit) {
        AtomicLong requested = new AtomicLong();
        ActorRef<Integer> actor =
                kit.spawn(ActorSpec.<Integer>anonymous(() -> Behavior.receiveAsync((context, n) -> Mono.never()))
                        .mailbox(Mailbox.bounded(8)));
        ActorSubscriber<Integer> subscriber = ActorStreams.subscriber(actor);
        Flux.range(1, 100).doOnRequest(requested::addAndGet).subscribe(subscriber);
        kit.rest();
        assertThat(requested).hasValue(8);
        subscriber.dispose();
        actor.kill();
    }

    @Test
    void completion_isTold_andTheActorLives(TestKit kit) {
        ActorRef<Integer> actor = collector(kit, 16);
        ActorSubscriber<Integer> subscriber = ActorStreams.subscriber(actor);
        Flux.range(1, 100).subscribe(subscriber);
        kit.result(subscriber.whenDone());
        kit.rest();
        actor.tell(101);
        kit.rest();
        assertThat(handled).isEqualTo(IntStream.rangeClosed(1, 101).boxed().toList());
        assertThat(subscriber.isDisposed()).isTrue();
    }

    @Test
    void drainingSubscriber_drainsTheActorAfterTheLastElement(TestKit kit) {
        ActorRef<Integer> actor = collector(kit, 16);
        Flux.range(1, 100).subscribe(ActorStreams.drainingSubscriber(actor));
        assertThat(kit.result(actor.whenTerminated())).isEqualTo(TerminationReason.STOPPED);
        assertThat(handled).hasSize(100);
    }

    @Test
    void error_isTold_andTheActorLives(TestKit kit) {
        ActorRef<Integer> actor = collector(kit, 16);
        ActorSubscriber<Integer> subscriber = ActorStreams.subscriber(actor);
        Mono<Void> done = subscriber.whenDone();
        Flux.just(1, 2)
                .concatWith(Mono.error(new IllegalArgumentException("upstream")))
                .subscribe(subscriber);
        assertThatThrownBy(() -> kit.result(done)).hasMessage("upstream");
        actor.tell(3);
        kit.rest();
        assertThat(handled).containsExactly(1, 2, 3);
    }

    @Test
    void error_ofADrainingSubscriber_drainsTheActor_andIsNotLost(TestKit kit) {
        ActorRef<Integer> actor = collector(kit, 16);
        try (LateLog log = new LateLog()) {
            Flux.just(1, 2)
                    .concatWith(Mono.error(new IllegalArgumentException("upstream")))
                    .subscribe(ActorStreams.drainingSubscriber(actor));
            assertThat(kit.result(actor.whenTerminated())).isEqualTo(TerminationReason.STOPPED);
            assertThat(handled).containsExactly(1, 2);
            assertThat(log.errors()).containsExactly("upstream");
        }
    }

    @Test
    void restart_isNotSeenUpstream(TestKit kit) {
        ActorRef<Integer> actor = collector(kit, 16);
        ActorSubscriber<Integer> subscriber = ActorStreams.subscriber(actor);
        Flux.just(1, -2, 3).subscribe(subscriber);
        kit.result(subscriber.whenDone());
        kit.rest();
        assertThat(handled).containsExactly(1, 3);
    }

    @Test
    void endOfTheActor_cancelsThePublisher(TestKit kit) {
        ActorRef<Integer> actor = collector(kit, 16);
        ActorSubscriber<Integer> subscriber = ActorStreams.subscriber(actor);
        TestPublisher<Integer> source = TestPublisher.create();
        source.subscribe(subscriber);
        source.next(1);
        kit.rest();
        actor.stop();
        kit.rest();
        source.assertCancelled();
        assertThatThrownBy(() -> kit.result(subscriber.whenDone())).isInstanceOf(ActorTerminatedException.class);
    }

    @Test
    void terminatedActor_cancelsThePublisherAtOnce(TestKit kit) {
        ActorRef<Integer> actor = collector(kit, 16);
        actor.stop();
        kit.rest();
        TestPublisher<Integer> source = TestPublisher.create();
        ActorSubscriber<Integer> subscriber = ActorStreams.subscriber(actor);
        source.subscribe(subscriber);
        source.assertCancelled();
        assertThatThrownBy(() -> kit.result(subscriber.whenDone())).isInstanceOf(ActorTerminatedException.class);
    }

    @Test
    void dispose_cancelsThePublisher_andKeepsWhatHasCome(TestKit kit) {
        ActorRef<Integer> actor = collector(kit, 16);
        ActorSubscriber<Integer> subscriber = ActorStreams.subscriber(actor);
        TestPublisher<Integer> source = TestPublisher.create();
        source.subscribe(subscriber);
        source.next(1, 2);
        subscriber.dispose();
        source.assertCancelled();
        kit.rest();
        assertThat(handled).containsExactly(1, 2);
        assertThatThrownBy(() -> kit.result(subscriber.whenDone())).isInstanceOf(CancellationException.class);
        assertThat(kit.deadLetters()).extracting(DeadLetter::message).isEmpty();
    }

    @Test
    void errorOfAPublisherThatHasEnded_isNotCancelledBack(TestKit kit) {
        ActorRef<Integer> actor = collector(kit, 16);
        ActorSubscriber<Integer> subscriber = ActorStreams.subscriber(actor);
        TestPublisher<Integer> source = TestPublisher.create();
        Mono<Void> done = subscriber.whenDone();
        source.subscribe(subscriber);
        source.error(new IllegalStateException("over"));
        assertThatThrownBy(() -> kit.result(done)).hasMessage("over");
        source.assertNotCancelled();
    }

    @Test
    @SuppressWarnings("NullAway") // the point of the test
    void badInput_isRefusedAtTheCall() {
        assertThatThrownBy(() -> ActorStreams.subscriber(null)).hasMessage("actor: null (expected: an ActorRef)");
        assertThatThrownBy(() -> ActorStreams.drainingSubscriber(null))
                .hasMessage("actor: null (expected: an ActorRef)");
    }
}
