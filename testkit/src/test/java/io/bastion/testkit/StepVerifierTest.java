package io.bastion.testkit;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import io.bastion.actor.ActorRef;
import io.bastion.actor.ActorSpec;
import io.bastion.actor.Behavior;
import java.time.Duration;
import java.util.concurrent.TimeUnit;
import org.junit.jupiter.api.Test;
import reactor.core.publisher.Flux;
import reactor.core.scheduler.Schedulers;
import reactor.test.scheduler.VirtualTimeScheduler;

/** Verifiers whose waiting moves the kit's time. */
class StepVerifierTest extends OnEachKit {
    private static final Duration SECOND = Duration.ofSeconds(1);

    @Test
    void thenAwait_movesTheTime() {
        kit.<Long>verify(() -> Flux.interval(SECOND).take(3))
                .expectSubscription()
                .expectNoEvent(SECOND)
                .expectNext(0L)
                .thenAwait(SECOND.multipliedBy(2))
                .expectNext(1L, 2L)
                .expectComplete()
                .verify(Await.BOUND);
        assertThat(kit.time().now()).isEqualTo(SECOND.multipliedBy(3));
    }

    @Test
    void operatorOnTheSystemsScheduler_followsTheSameTime() {
        kit.<String>verify(() ->
                        Flux.just("a", "b").delayElements(SECOND, kit.system().scheduler()))
                .thenAwait(SECOND)
                .expectNext("a")
                .thenAwait(SECOND)
                .expectNext("b")
                .expectComplete()
                .verify(Await.BOUND);
    }

    @Test
    void actorsRun_whenTheVerifierSubscribes_andAwaits() {
        record Ask(ActorRef<Integer> replyTo) {}
        int[] asked = new int[1];
        ActorRef<Ask> counter = kit.spawn(ActorSpec.of(
                "counter",
                () -> Behavior.receive((context, ask) -> ask.replyTo().tell(++asked[0]))));
        kit.<Integer>verify(() -> counter.ask(Ask::new, SECOND))
                .expectNext(1)
                .expectComplete()
                .verify(Await.BOUND);
        kit.<Integer>verify(() -> Flux.interval(SECOND).concatMap(tick -> counter.<Integer>ask(Ask::new, SECOND)), 0)
                .thenRequest(1)
                .thenAwait(SECOND)
                .expectNext(2)
                .thenCancel()
                .verify(Await.BOUND);
    }

    @Test
    void unmetExpectation_fails() {
        assertThatThrownBy(() -> kit.<Long>verify(() -> Flux.interval(SECOND))
                        .expectNoEvent(SECOND.multipliedBy(2))
                        .thenCancel()
                        .verify(Await.BOUND))
                .isInstanceOf(AssertionError.class)
                .hasMessageContaining("expected no event");
    }

    @Test
    void schedulersOfTheKit_areBackAfterwards() {
        kit.<Long>verify(() -> Flux.interval(SECOND).take(1))
                .thenAwait(SECOND)
                .expectNext(0L)
                .expectComplete()
                .verify(Await.BOUND);
        assertThat(VirtualTimeScheduler.isFactoryEnabled()).isFalse();
        assertThat(Schedulers.parallel().now(TimeUnit.SECONDS)).isEqualTo(1);
    }
}
