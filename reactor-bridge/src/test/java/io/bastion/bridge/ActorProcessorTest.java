package io.bastion.bridge;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import io.bastion.actor.ActorContext;
import io.bastion.actor.ActorTerminatedException;
import io.bastion.actor.DeadLetter;
import io.bastion.actor.TerminationReason;
import io.bastion.mailbox.Mailbox;
import io.bastion.supervision.Backoff;
import io.bastion.supervision.InFlight;
import io.bastion.supervision.Restart;
import io.bastion.testkit.Await;
import io.bastion.testkit.BastionTest;
import io.bastion.testkit.TestKit;
import java.time.Duration;
import java.util.ArrayList;
import java.util.List;
import java.util.Objects;
import java.util.concurrent.CopyOnWriteArrayList;
import java.util.concurrent.atomic.AtomicBoolean;
import java.util.concurrent.atomic.AtomicInteger;
import java.util.concurrent.atomic.AtomicLong;
import java.util.concurrent.atomic.AtomicReference;
import java.util.function.BooleanSupplier;
import java.util.stream.IntStream;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.EnumSource;
import org.reactivestreams.Subscription;
import reactor.core.CoreSubscriber;
import reactor.core.publisher.BaseSubscriber;
import reactor.core.publisher.Flux;
import reactor.core.publisher.Sinks;
import reactor.core.scheduler.Schedulers;
import reactor.test.publisher.TestPublisher;

/** What each side of a processor sees of the other, and of the actor between them. */
@BastionTest
class ActorProcessorTest {
    private static int failingAt5(int n) {
        if (n == 5) {
            throw new IllegalStateException("five");
        }
        return n;
    }

    private static List<Integer> upTo(int n) {
        return IntStream.rangeClosed(1, n).boxed().toList();
    }

    /** Requests by hand, and keeps what comes. */
    private static final class Consumer<T> extends BaseSubscriber<T> {
        final List<T> got = new CopyOnWriteArrayList<>();
        final AtomicReference<String> end = new AtomicReference<>("");

        @Override
        protected void hookOnSubscribe(Subscription subscription) {}

        @Override
        protected void hookOnNext(T value) {
            got.add(value);
        }

        @Override
        protected void hookOnComplete() {
            end.set("complete");
        }

        @Override
        protected void hookOnError(Throwable throwable) {
            end.set(throwable.toString());
        }
    }

    @Test
    void elements_passInOrder_andTheirEndDrainsTheActor(TestKit kit) {
        ActorProcessor<Integer, String> p =
                ActorStreams.processor("p", (context, in) -> in.map(n -> "#" + n), kit.system()::spawn);
        Flux.range(1, 1_000).subscribe(p);
        assertThat(kit.result(p.flux().collectList()))
                .isEqualTo(
                        IntStream.rangeClosed(1, 1_000).mapToObj(n -> "#" + n).toList());
        assertThat(kit.result(p.ref().whenTerminated())).isEqualTo(TerminationReason.STOPPED);
        assertThat(p.isDisposed()).isTrue();
    }

    @Test
    void failure_restartsTheFlow_andTheSubscriberMissesOnlyTheMessageInWork(TestKit kit) {
        List<Integer> incarnations = new CopyOnWriteArrayList<>();
        ActorProcessor<Integer, Integer> p = ActorStreams.processor(
                "p",
                (context, in) -> {
                    incarnations.add(context.incarnation());
                    return in.map(ActorProcessorTest::failingAt5);
                },
                kit.system()::spawn);
        Flux.range(1, 8).subscribe(p);
        assertThat(kit.result(p.flux().collectList())).containsExactly(1, 2, 3, 4, 6, 7, 8);
        assertThat(incarnations).containsExactly(0, 1);
    }

    @Test
    void failure_whileTheFlowEmitsElsewhere_losesNothingThatItHadEmitted(TestKit kit) {
        ActorProcessor<Integer, Integer> p = ActorStreams.processor(
                "p",
                (context, in) -> in.flatMapIterable(n -> List.of(n, -n))
                        .publishOn(Schedulers.boundedElastic())
                        .map(ActorProcessorTest::failingAt5),
                spec -> kit.spawn(spec.mailbox(Mailbox.bounded(1))));
        Consumer<Integer> consumer = new Consumer<>();
        p.subscribe(consumer);
        consumer.requestUnbounded();
        for (int n = 1; n <= 5; n++) {
            p.ref().tell(n);
            int emitted = n < 5 ? 2 * n : 8;
            awaitElsewhere(kit, "all of " + n, () -> consumer.got.size() == emitted);
        }
        awaitElsewhere(kit, "a new incarnation", () -> p.ref().stats().failed() == 1);
        kit.rest();
        p.ref().tell(6);
        awaitElsewhere(kit, "those of the new incarnation", () -> consumer.got.size() == 10);
        assertThat(consumer.got).containsExactly(1, -1, 2, -2, 3, -3, 4, -4, 6, -6);
        p.dispose();
    }

    /** Lets the system run while threads of others bring it work. */
    private static void awaitElsewhere(TestKit kit, String what, BooleanSupplier condition) {
        Await.until(what, () -> {
            kit.rest();
            return condition.getAsBoolean();
        });
    }

    @Test
    void flowOnAnotherThread_emitsInOrder_onTheActorsWorker(TestKit kit) {
        AtomicReference<ActorContext<Integer>> actor = new AtomicReference<>();
        ActorProcessor<Integer, Integer> p = ActorStreams.processor(
                "p",
                (context, in) -> {
                    actor.set(context);
                    return in.publishOn(Schedulers.boundedElastic());
                },
                kit.system()::spawn);
        AtomicInteger strays = new AtomicInteger();
        List<Integer> got = new CopyOnWriteArrayList<>();
        AtomicBoolean done = new AtomicBoolean();
        p.flux()
                .subscribe(
                        n -> {
                            if (!Objects.requireNonNull(actor.get()).isCurrent()) {
                                strays.incrementAndGet();
                            }
                            got.add(n);
                        },
                        error -> {},
                        () -> done.set(true));
        Flux.range(1, 2_000).subscribe(p);
        awaitElsewhere(kit, "the end", done::get);
        assertThat(got).isEqualTo(upTo(2_000));
        assertThat(strays).hasValue(0);
    }

    @Test
    void withoutDemand_nothingIsProcessed_andThePublisherIsAskedForNoMoreThanTheMailboxHolds(TestKit kit) {
        AtomicInteger processed = new AtomicInteger();
        AtomicLong requested = new AtomicLong();
        ActorProcessor<Integer, Integer> p = ActorStreams.processor(
                "p",
                (context, in) -> in.doOnNext(n -> processed.incrementAndGet()),
                spec -> kit.spawn(spec.mailbox(Mailbox.bounded(8))));
        Consumer<Integer> consumer = new Consumer<>();
        p.subscribe(consumer);
        Flux.range(1, 1_000).doOnRequest(requested::addAndGet).subscribe(p);
        kit.rest();
        assertThat(processed).hasValue(0);
        assertThat(requested).hasValue(8);

        consumer.request(3);
        kit.rest();
        assertThat(consumer.got).containsExactly(1, 2, 3);
        assertThat(processed).hasValue(3);

        consumer.request(10);
        kit.rest();
        assertThat(consumer.got).isEqualTo(upTo(13));
        assertThat(requested.get()).isBetween(13L, 21L);
        p.dispose();
    }

    @Test
    void demandOfAFailedIncarnation_goesToTheNext(TestKit kit) {
        ActorProcessor<Integer, Integer> p = ActorStreams.processor(
                "p", (context, in) -> in.map(ActorProcessorTest::failingAt5), kit.system()::spawn);
        Consumer<Integer> consumer = new Consumer<>();
        p.subscribe(consumer);
        consumer.request(6);
        Flux.range(1, 20).subscribe(p);
        kit.rest();
        assertThat(consumer.got).containsExactly(1, 2, 3, 4, 6, 7);
        p.dispose();
    }

    @Test
    void actorThatGivesUp_failsTheSubscriberWithTheCause_andCancelsThePublisher(TestKit kit) {
        TestPublisher<Integer> source = TestPublisher.create();
        ActorProcessor<Integer, Integer> p = ActorStreams.processor(
                "p",
                (context, in) -> in.map(ActorProcessorTest::failingAt5),
                spec -> kit.spawn(spec.restart(Restart.temporary())));
        Consumer<Integer> consumer = new Consumer<>();
        p.subscribe(consumer);
        consumer.requestUnbounded();
        source.subscribe(p);
        source.next(4, 5, 6);
        kit.rest();
        assertThat(consumer.got).containsExactly(4);
        assertThat(consumer.end).hasValue("java.lang.IllegalStateException: five");
        source.assertCancelled();
        assertThat(kit.deadLetters()).extracting(DeadLetter::message).containsExactly(6);
    }

    @Test
    void errorOfThePublisher_comesAfterWhatWasBeforeIt(TestKit kit) {
        ActorProcessor<Integer, Integer> p =
                ActorStreams.processor("p", (context, in) -> in.map(n -> 2 * n), kit.system()::spawn);
        Flux.range(1, 3)
                .concatWith(Flux.error(new IllegalArgumentException("upstream")))
                .subscribe(p);
        Consumer<Integer> consumer = new Consumer<>();
        p.subscribe(consumer);
        kit.rest();
        assertThat(consumer.end).hasValue("");
        consumer.request(3);
        kit.rest();
        assertThat(consumer.got).containsExactly(2, 4, 6);
        assertThat(consumer.end).hasValue("java.lang.IllegalArgumentException: upstream");
        assertThat(kit.result(p.ref().whenTerminated())).isEqualTo(TerminationReason.STOPPED);
    }

    @ParameterizedTest
    @EnumSource(Restart.Type.class)
    void cancellation_cancelsThePublisher_andEndsTheActor(Restart.Type type, TestKit kit) {
        Restart restart = switch (type) {
            case PERMANENT -> Restart.permanent();
            case TRANSIENT -> Restart.transientOnFailure();
            case TEMPORARY -> Restart.temporary();
        };
        TestPublisher<Integer> source = TestPublisher.create();
        ActorProcessor<Integer, Integer> p =
                ActorStreams.processor("p", (context, in) -> in, spec -> kit.spawn(spec.restart(restart)));
        Consumer<Integer> consumer = new Consumer<>();
        p.subscribe(consumer);
        source.subscribe(p);
        consumer.request(1);
        source.next(1, 2);
        kit.until("the first", () -> consumer.got.size() == 1);
        consumer.cancel();
        assertThat(kit.result(p.ref().whenTerminated())).isNotNull();
        source.assertCancelled();
        assertThat(consumer.got).containsExactly(1);
        assertThat(kit.deadLetters()).extracting(DeadLetter::message).containsExactly(2);
    }

    @Test
    void stop_completesTheSubscriber_andKill_failsIt(TestKit kit) {
        ActorProcessor<Integer, Integer> stopped =
                ActorStreams.processor("stopped", (context, in) -> in, kit.system()::spawn);
        ActorProcessor<Integer, Integer> killed =
                ActorStreams.processor("killed", (context, in) -> in, kit.system()::spawn);
        stopped.ref().stop();
        killed.ref().kill();
        assertThat(kit.result(stopped.flux().then())).isNull();
        assertThatThrownBy(() -> kit.result(killed.flux().then()))
                .isInstanceOf(ActorTerminatedException.class)
                .hasMessageContaining("killed");
    }

    @Test
    void flowThatCompletes_completesTheSubscriber_andCancelsThePublisher(TestKit kit) {
        TestPublisher<Integer> source = TestPublisher.create();
        ActorProcessor<Integer, Integer> p =
                ActorStreams.processor("p", (context, in) -> in.take(2), kit.system()::spawn);
        source.subscribe(p);
        Consumer<Integer> consumer = new Consumer<>();
        p.subscribe(consumer);
        consumer.requestUnbounded();
        source.next(1, 2);
        kit.rest();
        assertThat(consumer.got).containsExactly(1, 2);
        assertThat(consumer.end).hasValue("complete");
        source.assertCancelled();
    }

    @Test
    void permanentFlowThatCompletes_beginsAnew_andTheOutputGoesOn(TestKit kit) {
        ActorProcessor<Integer, Integer> p = Spawner.processor(
                kit,
                spec -> spec.restart(Restart.permanent()),
                (context, in) -> in.take(2).reduce(0, Integer::sum));
        Flux.range(1, 6).subscribe(p);
        assertThat(kit.result(p.flux().collectList())).startsWith(3, 7, 11);
    }

    @Test
    void redeliveredMessage_isEmittedOnce(TestKit kit) {
        AtomicBoolean first = new AtomicBoolean(true);
        ActorProcessor<Integer, Integer> p = ActorStreams.processor(
                "p",
                (context, in) -> in.map(n -> {
                    if (n == 2 && first.getAndSet(false)) {
                        throw new IllegalStateException("once");
                    }
                    return n;
                }),
                spec -> kit.spawn(spec.restart(Restart.transientOnFailure().inFlight(InFlight.REDELIVER_ONCE))));
        Flux.range(1, 3).subscribe(p);
        assertThat(kit.result(p.flux().collectList())).doesNotHaveDuplicates().contains(1, 3);
    }

    @Test
    void secondSubscriber_isRefused(TestKit kit) {
        ActorProcessor<Integer, Integer> p = ActorStreams.processor("p", (context, in) -> in, kit.system()::spawn);
        Consumer<Integer> first = new Consumer<>();
        Consumer<Integer> second = new Consumer<>();
        p.subscribe(first);
        p.subscribe(second);
        assertThat(second.end.get()).contains("processor: has a subscriber already (expected: one;");
        assertThat(first.end).hasValue("");
        p.dispose();
    }

    @Test
    void contextOfTheSubscriber_reachesThePublisher(TestKit kit) {
        ActorProcessor<Integer, Integer> p = ActorStreams.processor("p", (context, in) -> in, kit.system()::spawn);
        AtomicReference<Object> seen = new AtomicReference<>();
        Consumer<Integer> consumer = new Consumer<>();
        p.flux().contextWrite(c -> c.put("user", "ann")).subscribe(consumer);
        Flux.deferContextual(context -> {
                    seen.set(context.get("user"));
                    return Flux.<Integer>empty();
                })
                .subscribe(p);
        assertThat(seen).hasValue("ann");
        kit.rest();
        assertThat(consumer.end).hasValue("complete");
    }

    @Test
    void subscriberThatThrows_isGivenUp_andTheActorIsNotBlamed(TestKit kit) {
        List<Integer> incarnations = new ArrayList<>();
        ActorProcessor<Integer, Integer> p = ActorStreams.processor(
                "p",
                (context, in) -> {
                    incarnations.add(context.incarnation());
                    return in;
                },
                kit.system()::spawn);
        p.subscribe(new CoreSubscriber<>() {
            @Override
            public void onSubscribe(Subscription s) {
                s.request(Long.MAX_VALUE);
            }

            @Override
            public void onNext(Integer n) {
                throw new IllegalStateException("rude");
            }

            @Override
            public void onError(Throwable t) {}

            @Override
            public void onComplete() {}
        });
        try (LateLog log = new LateLog()) {
            p.ref().tell(1);
            assertThat(kit.result(p.ref().whenTerminated())).isEqualTo(TerminationReason.STOPPED);
            assertThat(incarnations).containsExactly(0);
            assertThat(log.errors()).containsExactly("rude");
        }
    }

    @Test
    void backoff_isSeenAsAPause(TestKit kit) {
        ActorProcessor<Integer, Integer> p = ActorStreams.processor(
                "p",
                (context, in) -> in.map(ActorProcessorTest::failingAt5),
                spec -> kit.spawn(
                        spec.restart(Restart.transientOnFailure().backoff(Backoff.constant(Duration.ofSeconds(1))))));
        Sinks.Many<Integer> source = Sinks.many().unicast().onBackpressureBuffer();
        source.asFlux().subscribe(p);
        kit.<Integer>verify(p::flux)
                .then(() -> upTo(6).forEach(source::tryEmitNext))
                .thenAwait()
                .expectNext(1, 2, 3, 4)
                .expectNoEvent(Duration.ofMillis(999))
                .thenAwait(Duration.ofMillis(1))
                .expectNext(6)
                .then(source::tryEmitComplete)
                .thenAwait()
                .verifyComplete();
    }

    @Test
    @SuppressWarnings("NullAway") // the point of the test
    void badInput_isRefusedAtTheCall(TestKit kit) {
        assertThatThrownBy(() -> ActorStreams.<Integer, Integer>processor("", (context, in) -> in, kit.system()::spawn))
                .hasMessageStartingWith("name: \"\" (expected: ");
        assertThatThrownBy(() -> ActorStreams.<Integer, Integer>processor("p", null, kit.system()::spawn))
                .hasMessage("flow: null (expected: a flow)");
        assertThatThrownBy(() -> ActorStreams.<Integer, Integer>processor("p", (context, in) -> in, null))
                .hasMessage("spawn: null (expected: a function that spawns the actor)");
        assertThatThrownBy(() -> ActorStreams.<Integer, Integer>processor("p", (context, in) -> in, spec -> null))
                .hasMessage("spawn: returned null (expected: the actor that was spawned)");
    }
}
