package io.bastion.bridge;

import static org.assertj.core.api.Assertions.assertThat;

import io.bastion.actor.DeadLetter;
import io.bastion.supervision.Restart;
import io.bastion.testkit.BastionTest;
import io.bastion.testkit.TestKit;
import java.io.IOException;
import java.time.Duration;
import java.util.ArrayList;
import java.util.List;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.EnumSource;
import org.reactivestreams.Publisher;
import org.reactivestreams.Subscriber;
import org.reactivestreams.Subscription;
import reactor.core.publisher.Flux;
import reactor.core.publisher.Sinks;
import reactor.test.publisher.TestPublisher;
import reactor.test.subscriber.TestSubscriber;

/** Elements and errors that would be lost, and publishers that break the rules. */
@BastionTest
class PipelineLossesTest {
    private static final IOException FAILURE = new IOException("line is down");

    private final PipelineStats stats = new PipelineStats();

    private <T> PipelineSpec<T> pipeline(Tries<T> tries) {
        return Pipelines.<T>supervise("ticks", tries)
                .restart(Restart.transientOnFailure())
                .stats(stats);
    }

    private static List<Object> dead(TestKit kit) {
        kit.rest();
        assertThat(kit.deadLetters()).allSatisfy(letter -> {
            assertThat(letter.reason()).isEqualTo(DeadLetter.Reason.DISCARDED);
            assertThat(letter.recipient().path()).endsWith("/flow");
        });
        return kit.deadLetters().stream().map(DeadLetter::message).toList();
    }

    private static <T> TestSubscriber<T> subscribe(TestKit kit, Flux<T> flux) {
        TestSubscriber<T> subscriber = TestSubscriber.create();
        flux.subscribe(subscriber);
        kit.rest();
        return subscriber;
    }

    @Test
    void elementThatAnOperatorFailsAt_isCountedAndADeadLetter(TestKit kit) {
        Tries<Integer> tries = Tries.of(n -> n == 0 ? Flux.range(0, 5).filter(e -> 10 / (2 - e) > 0) : Flux.empty());
        TestSubscriber<Integer> consumer = subscribe(kit, pipeline(tries).cold(kit.system()));
        assertThat(consumer.getReceivedOnNext()).containsExactly(0, 1);
        assertThat(stats.failed()).isOne();
        assertThat(stats.discarded()).isZero();
        assertThat(dead(kit)).containsExactly(2);
    }

    /** Five are in the queue of the operator that hears of the failure. */
    @Test
    void elementsThatOperatorsHoldAtAFailure_areCountedAndDeadLetters(TestKit kit) {
        Sinks.Many<Integer> line = Sinks.many().unicast().onBackpressureBuffer();
        Tries<Integer> tries = Tries.of(n -> n > 0
                ? Flux.empty()
                : Flux.merge(
                        line.asFlux(),
                        Flux.error(FAILURE)
                                .delaySubscription(Duration.ofSeconds(1))
                                .cast(Integer.class)));
        TestSubscriber<Integer> consumer =
                TestSubscriber.builder().initialRequest(2).build();
        pipeline(tries).cold(kit.system()).subscribe(consumer);
        kit.rest();
        for (int i = 0; i < 7; i++) {
            line.emitNext(i, Sinks.EmitFailureHandler.FAIL_FAST);
        }
        kit.advanceBy(Duration.ofSeconds(1));
        assertThat(consumer.getReceivedOnNext()).containsExactly(0, 1);
        assertThat(stats.discarded()).isEqualTo(5);
        assertThat(dead(kit)).containsExactly(2, 3, 4, 5, 6);
    }

    @Test
    void elementsThatOperatorsHoldAtACancellation_areCountedAndDeadLetters_andTheConsumersOwnHookGetsThem(TestKit kit) {
        Sinks.Many<Integer> line = Sinks.many().unicast().onBackpressureBuffer();
        List<Integer> discarded = new ArrayList<>();
        TestSubscriber<Integer> consumer =
                TestSubscriber.builder().initialRequest(2).build();
        pipeline(Tries.of(n -> line.asFlux().publishOn(kit.scheduler())))
                .cold(kit.system())
                .doOnDiscard(Integer.class, discarded::add)
                .subscribe(consumer);
        kit.rest();
        for (int i = 0; i < 5; i++) {
            line.emitNext(i, Sinks.EmitFailureHandler.FAIL_FAST);
        }
        kit.rest();
        consumer.cancel();
        kit.rest();
        assertThat(stats.discarded()).isEqualTo(3);
        assertThat(discarded).containsExactly(2, 3, 4);
        assertThat(dead(kit)).containsExactly(2, 3, 4);
    }

    @Test
    void whatAFilterTurnsDown_isNoLossWhileTheSubscriptionLasts(TestKit kit) {
        Tries<Integer> tries = Tries.of(n -> Flux.range(0, 100).filter(e -> e % 10 == 0));
        TestSubscriber<Integer> consumer = subscribe(kit, pipeline(tries).cold(kit.system()));
        assertThat(consumer.getReceivedOnNext()).hasSize(10);
        assertThat(stats.discarded()).isZero();
        assertThat(dead(kit)).isEmpty();
    }

    @Test
    void whatAFilterTurnedDownSinceTheLastElement_countsAtAFailure_andSoManyAreDeadLetters(TestKit kit) {
        Tries<Integer> tries = Tries.of(n -> n > 0
                ? Flux.empty()
                : Flux.range(0, 1_000).filter(e -> e % 500 == 0).concatWith(Flux.error(FAILURE)));
        subscribe(kit, pipeline(tries).cold(kit.system()));
        assertThat(stats.discarded()).isEqualTo(499);
        assertThat(dead(kit)).hasSize(256).endsWith(999);
    }

    @Test
    void errorsAfterTheEnd_areCounted_andReachNoHookOfReactor(TestKit kit) {
        TestPublisher<Integer> rogue = TestPublisher.createNoncompliant(TestPublisher.Violation.CLEANUP_ON_TERMINATE);
        Tries<Integer> tries = Tries.of(n -> n == 0 ? rogue.flux().map(e -> e) : Flux.just(7));
        TestSubscriber<Integer> consumer = subscribe(kit, pipeline(tries).cold(kit.system()));
        rogue.next(1);
        rogue.error(FAILURE);
        rogue.error(new IOException("again"));
        rogue.next(2);
        kit.rest();
        assertThat(consumer.getReceivedOnNext()).containsExactly(1, 7);
        assertThat(stats.lateErrors()).isOne();
        assertThat(stats.discarded()).isOne();
        assertThat(dead(kit)).containsExactly(2);
        assertThat(kit.takeLostErrors()).isEmpty();
    }

    /** What a publisher does that breaks the rules, as its first subscription; the second is a good one. */
    enum Rogue {
        NULL_ELEMENT("[1, 7]", "[]") {
            @Override
            @SuppressWarnings("NullAway")
            void emit(Subscriber<? super Integer> s) {
                s.onNext(1);
                s.onNext(null);
            }
        },
        NULL_ERROR("[1, 7]", "[]") {
            @Override
            @SuppressWarnings("NullAway")
            void emit(Subscriber<? super Integer> s) {
                s.onNext(1);
                s.onError(null);
            }
        },
        NULL_SUBSCRIPTION("[7]", "[]") {
            @Override
            @SuppressWarnings("NullAway")
            void begin(Subscriber<? super Integer> s) {
                s.onSubscribe(null);
            }
        },
        NO_SUBSCRIPTION("[7]", "[1]") {
            @Override
            void begin(Subscriber<? super Integer> s) {
                s.onNext(1);
            }
        },
        NO_SUBSCRIPTION_AND_FAILURE("[7]", "[]") {
            @Override
            void begin(Subscriber<? super Integer> s) {
                s.onError(FAILURE);
            }
        },
        MORE_THAN_REQUESTED("[1, 2, 3, 7]", "[4, 5]") {
            @Override
            void emit(Subscriber<? super Integer> s) {
                for (int i = 1; i <= 5; i++) {
                    s.onNext(i);
                }
            }
        },
        ELEMENT_AFTER_FAILURE("[7]", "[1]") {
            @Override
            void emit(Subscriber<? super Integer> s) {
                s.onError(FAILURE);
                s.onNext(1);
                s.onComplete();
            }
        },
        TWO_SUBSCRIPTIONS("[1, 7]", "[]") {
            @Override
            void begin(Subscriber<? super Integer> s) {
                super.begin(s);
                s.onSubscribe(subscription(s));
            }

            @Override
            void emit(Subscriber<? super Integer> s) {
                s.onNext(1);
                s.onError(FAILURE);
            }
        },
        REQUEST_THAT_THROWS("[7]", "[]") {
            @Override
            void emit(Subscriber<? super Integer> s) {
                throw new IllegalStateException("request");
            }
        },
        CANCEL_THAT_THROWS("[1, 7]", "[]") {
            @Override
            @SuppressWarnings("NullAway")
            void emit(Subscriber<? super Integer> s) {
                s.onNext(1);
                s.onNext(null);
            }

            @Override
            void cancelled() {
                throw new IllegalStateException("cancel");
            }
        };

        private final String seen;
        private final String dead;

        Rogue(String seen, String dead) {
            this.seen = seen;
            this.dead = dead;
        }

        void begin(Subscriber<? super Integer> s) {
            s.onSubscribe(subscription(s));
        }

        void emit(Subscriber<? super Integer> s) {}

        void cancelled() {}

        Subscription subscription(Subscriber<? super Integer> s) {
            return new Subscription() {
                @Override
                public void request(long n) {
                    emit(s);
                }

                @Override
                public void cancel() {
                    cancelled();
                }
            };
        }

        Publisher<Integer> publisher() {
            return this::begin;
        }
    }

    @ParameterizedTest
    @EnumSource
    void rogue_costsNoHangAndNoSilentLoss(Rogue rogue, TestKit kit) {
        int[] subscriptions = {0};
        TestSubscriber<Integer> consumer =
                TestSubscriber.builder().initialRequest(3).build();
        Pipelines.<Integer>supervise("ticks", () -> subscriptions[0]++ == 0 ? rogue.publisher() : Flux.just(7))
                .restart(Restart.transientOnFailure())
                .stats(stats)
                .cold(kit.system())
                .subscribe(consumer);
        kit.rest();
        consumer.request(10);
        kit.rest();
        assertThat(dead(kit)).hasToString(rogue.dead);
        assertThat(consumer.getReceivedOnNext()).hasToString(rogue.seen);
        assertThat(consumer.isTerminatedComplete()).isTrue();
        assertThat(stats.discarded()).isEqualTo(dead(kit).size());
        assertThat(kit.takeLostErrors()).isEmpty();
    }

    @Test
    void requestThatThrows_isNotTheConsumers(TestKit kit) {
        Tries<Integer> tries = Tries.of(n -> n == 0 ? Rogue.REQUEST_THAT_THROWS.publisher() : Flux.just(7));
        TestSubscriber<Integer> consumer =
                TestSubscriber.builder().initialRequest(0).build();
        pipeline(tries).cold(kit.system()).subscribe(consumer);
        kit.rest();
        consumer.request(1);
        kit.rest();
        assertThat(consumer.getReceivedOnNext()).containsExactly(7);
    }

    @Test
    void cancelThatThrows_isNotTheConsumers(TestKit kit) {
        Tries<Integer> tries = Tries.of(n -> Rogue.CANCEL_THAT_THROWS.publisher());
        TestSubscriber<Integer> consumer =
                TestSubscriber.builder().initialRequest(0).build();
        pipeline(tries).cold(kit.system()).subscribe(consumer);
        kit.rest();
        consumer.cancel();
        kit.rest();
        assertThat(stats.lateErrors()).isOne();
    }
}
