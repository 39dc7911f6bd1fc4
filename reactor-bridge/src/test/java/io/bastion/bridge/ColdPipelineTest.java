package io.bastion.bridge;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import io.bastion.actor.ActorRef;
import io.bastion.actor.Callbacks;
import io.bastion.actor.TerminationReason;
import io.bastion.actor.TreeNode;
import io.bastion.supervision.Backoff;
import io.bastion.supervision.BudgetSpentException;
import io.bastion.supervision.Directive;
import io.bastion.supervision.Restart;
import io.bastion.testkit.BastionTest;
import io.bastion.testkit.TestKit;
import java.io.IOException;
import java.time.Duration;
import java.util.ArrayList;
import java.util.List;
import java.util.Objects;
import java.util.concurrent.atomic.AtomicInteger;
import java.util.stream.Stream;
import org.jspecify.annotations.Nullable;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.EnumSource;
import org.junit.jupiter.params.provider.MethodSource;
import org.reactivestreams.Publisher;
import org.reactivestreams.Subscription;
import reactor.core.CoreSubscriber;
import reactor.core.publisher.BaseSubscriber;
import reactor.core.publisher.Flux;
import reactor.core.publisher.Mono;
import reactor.core.publisher.Sinks;
import reactor.test.subscriber.TestSubscriber;
import reactor.util.context.Context;

/** A pipeline of one subscriber. */
@BastionTest
class ColdPipelineTest {
    private static final Duration SECOND = Duration.ofSeconds(1);
    private static final IOException FAILURE = new IOException("line is down");
    private static final Restart AT_ONCE = Restart.transientOnFailure();

    private static <T> TestSubscriber<T> subscribe(Flux<T> flux) {
        TestSubscriber<T> subscriber = TestSubscriber.create();
        flux.subscribe(subscriber);
        return subscriber;
    }

    private static int actors(TestKit kit) {
        return Objects.requireNonNull(kit.result(kit.system().tree()))
                .children()
                .size();
    }

    @Test
    void publisherThatFails_isSubscribedToAgain_andItsConsumerSeesOneStream(TestKit kit) {
        Tries<Integer> ticks = Tries.of(n -> n < 2 ? Tries.thenFail(FAILURE, 10 * n, 10 * n + 1) : Flux.just(20, 21));
        TestSubscriber<Integer> consumer =
                subscribe(Pipelines.supervise("ticks", ticks).restart(AT_ONCE).cold(kit.system()));
        kit.rest();
        assertThat(consumer.getReceivedOnNext()).containsExactly(0, 1, 10, 11, 20, 21);
        assertThat(consumer.isTerminatedComplete()).isTrue();
        assertThat(actors(kit)).isZero();
    }

    @Test
    void backoff_runsInTheTimeOfTheSystem(TestKit kit) {
        Tries<Integer> ticks = Tries.of(n -> n < 2 ? Flux.error(FAILURE) : Flux.just(1));
        Restart restart = AT_ONCE.backoff(Backoff.exponential(SECOND, Duration.ofMinutes(1)));
        kit.<Integer>verify(() ->
                        Pipelines.supervise("ticks", ticks).restart(restart).cold(kit.system()))
                .expectSubscription()
                .expectNoEvent(Duration.ofMillis(2_999)) // 1 s, then 2 s
                .thenAwait(Duration.ofMillis(1))
                .expectNext(1)
                .verifyComplete();
        assertThat(ticks.count).hasValue(3);
    }

    /** Without a successful subscription, the default gives up within the time that its documentation says. */
    @Test
    void defaults_giveUpAfterElevenFailures(TestKit kit) {
        Tries<Integer> ticks = Tries.of(n -> Flux.error(FAILURE));
        TestSubscriber<Integer> consumer =
                subscribe(Pipelines.supervise("ticks", ticks).cold(kit.system()));
        kit.rest();
        kit.advanceBy(Duration.ofSeconds(42));
        assertThat(consumer.isTerminated()).isFalse();
        kit.advanceBy(Duration.ofSeconds(18));
        assertThat(consumer.expectTerminalError()).isSameAs(FAILURE);
        assertThat(ticks.count).hasValue(11);
    }

    @Test
    void budget_countsWithinItsWindow(TestKit kit) {
        Sinks.Many<Throwable> failures = Sinks.many().unicast().onBackpressureBuffer();
        Flux<Throwable> shared = failures.asFlux().publish().autoConnect(1);
        TestSubscriber<Integer> consumer =
                subscribe(Pipelines.<Integer>supervise("ticks", () -> shared.flatMap(Mono::error))
                        .restart(AT_ONCE)
                        .budget(2, Duration.ofSeconds(5))
                        .cold(kit.system()));
        for (int i = 0; i < 6; i++) { // two within each window, for ever
            kit.rest();
            failures.emitNext(FAILURE, Sinks.EmitFailureHandler.FAIL_FAST);
            kit.rest();
            kit.advanceBy(Duration.ofMillis(2_501));
        }
        assertThat(consumer.isTerminated()).isFalse();
        for (int i = 0; i < 2; i++) {
            failures.emitNext(FAILURE, Sinks.EmitFailureHandler.FAIL_FAST);
            kit.rest();
        }
        assertThat(consumer.expectTerminalError()).isSameAs(FAILURE);
    }

    static Stream<Throwable> everyKind() {
        return Stream.of(
                new IllegalStateException(),
                FAILURE,
                new AssertionError(),
                new StackOverflowError(),
                new NoClassDefFoundError(),
                new OutOfMemoryError("thrown by a test"));
    }

    @SuppressWarnings("unchecked")
    private static <E extends Throwable> int sneak(Throwable t) throws E {
        throw (E) t;
    }

    @ParameterizedTest
    @MethodSource("everyKind")
    void supplierOperatorOrSubscription_thatThrowsAnything_fails(Throwable failure, TestKit kit) {
        Tries<Integer> ticks = Tries.of(n -> switch (n) {
            case 0 -> subscriber -> ColdPipelineTest.sneak(failure);
            case 1 -> Flux.just(1).map(one -> ColdPipelineTest.sneak(failure));
            case 2 -> Flux.from(s -> Flux.just(1).subscribe(s)).map(one -> ColdPipelineTest.sneak(failure));
            default -> Flux.just(n);
        });
        AtomicInteger calls = new AtomicInteger();
        TestSubscriber<Integer> consumer = subscribe(Pipelines.<Integer>supervise("ticks", () -> {
                    if (calls.getAndIncrement() == 0) {
                        sneak(failure);
                    }
                    return ticks.get();
                })
                .restart(AT_ONCE)
                .cold(kit.system()));
        kit.rest();
        assertThat(consumer.getReceivedOnNext()).containsExactly(3);
        assertThat(consumer.isTerminatedComplete()).isTrue();
    }

    @Test
    @SuppressWarnings("NullAway") // what this is about
    void supplierThatReturnsNull_fails(TestKit kit) {
        TestSubscriber<Integer> consumer = subscribe(Pipelines.<Integer>supervise("ticks", () -> null)
                .budget(1, SECOND)
                .restart(AT_ONCE)
                .cold(kit.system()));
        kit.rest();
        assertThat(consumer.expectTerminalError()).hasMessage("source: returned null (expected: a Publisher)");
    }

    /** How giving up comes about. */
    enum GivingUp {
        BUDGET(AT_ONCE, 4),
        TRIES(AT_ONCE.tries(1), 2),
        TEMPORARY(Restart.temporary(), 1),
        STOP(AT_ONCE.on(IOException.class, Directive.STOP), 1),
        ESCALATE(AT_ONCE.on(IOException.class, Directive.ESCALATE), 1);

        private final Restart restart;
        private final int subscriptions;

        GivingUp(Restart restart, int subscriptions) {
            this.restart = restart;
            this.subscriptions = subscriptions;
        }
    }

    @ParameterizedTest
    @EnumSource
    void givingUp_isTheConsumersErrorAndNobodyElses(GivingUp how, TestKit kit) {
        Tries<Integer> ticks = Tries.of(n -> Tries.thenFail(FAILURE, n));
        TestSubscriber<Integer> consumer = subscribe(Pipelines.supervise("ticks", ticks)
                .restart(how.restart)
                .budget(3, SECOND)
                .cold(kit.system()));
        kit.rest();
        assertThat(consumer.expectTerminalError()).isSameAs(FAILURE);
        assertThat(consumer.getReceivedOnNext()).hasSize(how.subscriptions);
        assertThat(ticks.count).hasValue(how.subscriptions);
        assertThat(actors(kit)).isZero();
        assertThat(Objects.requireNonNull(kit.result(kit.system().tree())).state())
                .isEqualTo(TreeNode.State.RUNNING);
    }

    @Test
    void permanent_subscribesAgainOnCompletion(TestKit kit) {
        Tries<Integer> ticks = Tries.of(n -> Flux.just(n));
        TestSubscriber<Integer> consumer = subscribe(Pipelines.supervise("ticks", ticks)
                .restart(Restart.permanent())
                .budget(3, SECOND)
                .cold(kit.system()));
        kit.rest();
        assertThat(consumer.getReceivedOnNext()).containsExactly(0, 1, 2, 3);
        assertThat(consumer.expectTerminalError()).isInstanceOf(BudgetSpentException.class);
    }

    @Test
    void cancel_cancelsThePublisherAtOnceAndEndsTheActors(TestKit kit) {
        Tries<Integer> ticks = Tries.of(n -> Flux.never());
        TestSubscriber<Integer> consumer =
                subscribe(Pipelines.supervise("ticks", ticks).cold(kit.system()));
        kit.rest();
        assertThat(actors(kit)).isOne();
        consumer.cancel();
        assertThat(ticks.cancelled).hasValue(1);
        kit.rest();
        assertThat(actors(kit)).isZero();
        assertThat(kit.time().pending()).isZero();
    }

    @Test
    void cancel_duringABackoff_endsIt(TestKit kit) {
        Tries<Integer> ticks = Tries.of(n -> Flux.error(FAILURE));
        Restart restart = AT_ONCE.backoff(Backoff.exponential(Duration.ofHours(1), Duration.ofHours(2)));
        TestSubscriber<Integer> consumer =
                subscribe(Pipelines.supervise("ticks", ticks).restart(restart).cold(kit.system()));
        kit.rest();
        consumer.cancel();
        kit.rest();
        assertThat(kit.time().pending()).isZero();
        assertThat(actors(kit)).isZero();
        kit.advanceBy(Duration.ofHours(3));
        assertThat(ticks.count).hasValue(1);
    }

    @Test
    void cancel_inTheSubscriptionOrInAnElement_startsAndLeavesNothing(TestKit kit) {
        Tries<Integer> ticks = Tries.of(n -> Flux.range(0, 1_000));
        Flux<Integer> cold = Pipelines.supervise("ticks", ticks).cold(kit.system());
        cold.subscribe(new BaseSubscriber<>() {
            @Override
            protected void hookOnSubscribe(Subscription s) {
                cancel();
            }
        });
        kit.rest();
        assertThat(ticks.count).hasValue(0);
        TestSubscriber<Integer> consumer = subscribe(cold.take(2));
        kit.rest();
        assertThat(consumer.getReceivedOnNext()).containsExactly(0, 1);
        assertThat(actors(kit)).isZero();
    }

    @Test
    void eachSubscriber_hasAPipelineOfItsOwn(TestKit kit) {
        Tries<Integer> ticks = Tries.of(n -> Flux.just(n));
        Flux<Integer> cold = Pipelines.supervise("ticks", ticks).cold(kit.system());
        List<TestSubscriber<Integer>> consumers = List.of(subscribe(cold), subscribe(cold));
        kit.rest();
        assertThat(consumers.stream().flatMap(c -> c.getReceivedOnNext().stream()))
                .containsExactlyInAnyOrder(0, 1);
    }

    @Test
    void contextOfTheSubscriber_reachesEachSubscription_overThatOfThePipeline(TestKit kit) {
        List<String> seen = new ArrayList<>();
        Flux<Integer> cold = Pipelines.<Integer>supervise(
                        "ticks",
                        () -> Flux.deferContextual(context -> {
                            seen.add(context.get("user") + "@" + context.get("host"));
                            return seen.size() < 3 ? Flux.error(FAILURE) : Flux.just(1);
                        }))
                .context(Context.of("user", "nobody", "host", "here"))
                .restart(AT_ONCE)
                .cold(kit.system());
        subscribe(cold.contextWrite(Context.of("user", "ann")));
        kit.rest();
        assertThat(seen).containsExactly("ann@here", "ann@here", "ann@here");
    }

    @Test
    void callbacks_areAroundEachSubscription(TestKit kit) {
        List<String> seen = new ArrayList<>();
        Tries<Integer> ticks = Tries.of(n -> {
            seen.add("subscribe");
            return n == 0 ? Flux.error(FAILURE) : Flux.just(1);
        });
        Callbacks callbacks = new Callbacks() {
            private Publisher<?> add(String hook) {
                return Mono.fromRunnable(() -> seen.add(hook));
            }

            @Override
            public Publisher<?> beforeStart(ActorRef<?> self) {
                return add("beforeStart");
            }

            @Override
            public Publisher<?> afterStart(ActorRef<?> self) {
                return add("afterStart");
            }

            @Override
            public Publisher<?> beforeRestart(ActorRef<?> self, @Nullable Throwable cause, @Nullable Object message) {
                return add("beforeRestart " + (cause == FAILURE));
            }

            @Override
            public Publisher<?> afterRestart(ActorRef<?> self, @Nullable Throwable cause) {
                return add("afterRestart " + (cause == FAILURE));
            }

            @Override
            public Publisher<?> afterStop(ActorRef<?> self, TerminationReason reason) {
                return add("afterStop");
            }
        };
        subscribe(Pipelines.supervise("ticks", ticks)
                .restart(AT_ONCE)
                .callbacks(callbacks)
                .cold(kit.system())
                .doOnComplete(() -> seen.add("complete")));
        kit.rest();
        assertThat(seen)
                .containsExactly(
                        "beforeStart",
                        "afterStart",
                        "subscribe",
                        "beforeRestart true",
                        "afterRestart true",
                        "subscribe",
                        "afterStop",
                        "complete");
    }

    @Test
    void hookThatFails_isAFailureOfTheSubscription(TestKit kit) {
        TestSubscriber<Integer> consumer = subscribe(Pipelines.supervise("ticks", () -> Flux.just(1))
                .callbacks(new Callbacks() {
                    @Override
                    public Publisher<?> afterStart(ActorRef<?> self) {
                        return Mono.error(FAILURE);
                    }
                })
                .cold(kit.system()));
        kit.rest();
        assertThat(consumer.expectTerminalError()).isSameAs(FAILURE);
    }

    @Test
    void systemThatStops_isAnErrorAndNoCompletion(TestKit kit) {
        Flux<Integer> cold =
                Pipelines.<Integer>supervise("ticks", () -> Flux.never()).cold(kit.system());
        TestSubscriber<Integer> consumer = subscribe(cold);
        kit.rest();
        kit.system().stop();
        kit.rest();
        assertThat(consumer.expectTerminalError())
                .isInstanceOf(PipelineException.class)
                .hasMessage("pipeline: ticks was stopped (expected: an end of its own)");
        TestSubscriber<Integer> late = subscribe(cold);
        assertThat(late.expectTerminalError()).isInstanceOf(IllegalStateException.class);
    }

    @Test
    void consumerThatThrows_isCancelledAndHurtsNobody(TestKit kit) {
        Tries<Integer> ticks = Tries.of(n -> Flux.range(0, 10));
        AtomicInteger calls = new AtomicInteger();
        Pipelines.supervise("ticks", ticks).cold(kit.system()).subscribe(new CoreSubscriber<>() {
            @Override
            public void onSubscribe(Subscription s) {
                s.request(10);
            }

            @Override
            public void onNext(Integer element) {
                calls.incrementAndGet();
                throw new IllegalStateException("consumer");
            }

            @Override
            public void onError(Throwable t) {
                calls.addAndGet(100);
            }

            @Override
            public void onComplete() {
                calls.addAndGet(100);
            }
        });
        kit.rest();
        assertThat(calls).hasValue(1);
        assertThat(ticks.count).hasValue(1);
        assertThat(actors(kit)).isZero();
    }

    @Test
    void badSettings_areRefusedWhereTheyAreMade() {
        PipelineSpec<Integer> spec = Pipelines.supervise("ticks", () -> Flux.just(1));
        assertThatThrownBy(() -> Pipelines.supervise("a/b", () -> Flux.just(1))).hasMessageStartingWith("name: ");
        assertThatThrownBy(() -> Pipelines.supervise("a".repeat(236), () -> Flux.just(1)))
                .hasMessage("name: 236 characters (expected: 1 to 235)");
        assertThatThrownBy(() -> spec.prefetch(0)).hasMessage("prefetch: 0 (expected: >= 1)");
        assertThatThrownBy(() -> spec.budget(-1, SECOND)).hasMessageStartingWith("maxRestarts: -1");
    }
}
