package io.bastion.actor;

import static io.bastion.testing.Conditions.await;
import static org.assertj.core.api.Assertions.assertThat;

import io.bastion.mailbox.Mailbox;
import io.bastion.supervision.Restart;
import io.bastion.testing.Seed;
import java.util.ArrayList;
import java.util.List;
import java.util.Random;
import java.util.concurrent.CopyOnWriteArrayList;
import java.util.concurrent.CountDownLatch;
import java.util.concurrent.atomic.AtomicInteger;
import java.util.concurrent.atomic.AtomicReference;
import java.util.function.Function;
import org.jspecify.annotations.Nullable;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.EnumSource;
import org.junit.jupiter.params.provider.ValueSource;
import org.reactivestreams.Publisher;
import org.reactivestreams.Subscription;
import reactor.core.publisher.BaseSubscriber;
import reactor.core.publisher.Flux;
import reactor.core.publisher.Mono;
import reactor.core.publisher.Sinks;
import reactor.core.scheduler.Schedulers;

/** How a flow begins, ends, fails and is replaced, and what becomes of the messages. */
class FlowLifecycleTest {
    private final List<Integer> handled = new CopyOnWriteArrayList<>();

    private static ActorSpec<Integer> flow(Function<Flux<Integer>, Publisher<?>> flow) {
        return ActorSpec.<Integer>anonymous(() -> Behavior.flow((context, inbox) -> flow.apply(inbox)))
                .restart(Restart.transientOnFailure());
    }

    private static void tellAll(MailboxLab lab, ActorRef<Integer> actor, int from, int to) {
        for (int i = from; i < to; i++) {
            lab.tell(actor, i);
        }
    }

    /** A subscriber whose demand a test makes by hand. */
    private final class Manual extends BaseSubscriber<Integer> {
        final AtomicReference<@Nullable Throwable> error = new AtomicReference<>();
        volatile @Nullable Subscription subscription;

        @Override
        protected void hookOnSubscribe(Subscription s) {
            subscription = s;
        }

        @Override
        protected void hookOnNext(Integer n) {
            handled.add(n);
        }

        @Override
        protected void hookOnError(Throwable t) {
            error.set(t);
        }

        Subscription subscribed() {
            await("subscribed", () -> subscription != null);
            Subscription s = subscription;
            if (s == null) {
                throw new AssertionError("not subscribed");
            }
            return s;
        }
    }

    @Test
    void withoutDemand_nothingIsEmitted_andDemandIsMetExactly() {
        try (MailboxLab lab = new MailboxLab()) {
            Manual manual = new Manual();
            ActorRef<Integer> actor = lab.spawn(flow(inbox -> {
                inbox.subscribe(manual);
                return Mono.never();
            }));
            tellAll(lab, actor, 0, 10);
            Subscription s = manual.subscribed();
            MailboxLab.awaitRounds(lab, actor);
            assertThat(handled).isEmpty();
            s.request(3);
            await("three", () -> handled.size() == 3);
            MailboxLab.awaitRounds(lab, actor);
            assertThat(handled).containsExactly(0, 1, 2);
            assertThat(actor.stats().queued()).isEqualTo(7);
            assertThat(actor.stats().conserved()).isTrue();
            s.request(1);
            s.request(1);
            await("five", () -> handled.size() == 5);
            MailboxLab.awaitRounds(lab, actor);
            assertThat(handled).hasSize(5);
            actor.stop();
            MailboxLab.awaitEnd(actor);
            assertThat(lab.deadLetters(DeadLetter.Reason.STOPPED)).containsExactly(5, 6, 7, 8, 9);
        }
    }

    @ParameterizedTest
    @ValueSource(longs = {0, -1, Long.MIN_VALUE})
    void requestThatIsNotPositive_isAnError_byRule39(long n) {
        try (MailboxLab lab = new MailboxLab()) {
            Manual manual = new Manual();
            AtomicReference<@Nullable Subscription> raw = new AtomicReference<>();
            ActorRef<Integer> actor = lab.spawn(flow(inbox -> {
                inbox.doOnSubscribe(raw::set).subscribe(manual);
                return Mono.never();
            }));
            manual.subscribed();
            Subscription s = raw.get();
            assertThat(s).isNotNull();
            s.request(n);
            await("error", () -> manual.error.get() != null);
            assertThat(manual.error.get())
                    .isInstanceOf(IllegalArgumentException.class)
                    .hasMessage("request: not positive (expected: > 0, Reactive Streams rule 3.9)");
            lab.tell(actor, 1);
            MailboxLab.awaitRounds(lab, actor);
            assertThat(actor.stats().queued()).isEqualTo(1);
        }
    }

    @Test
    void secondSubscriber_isRefused_andTheFirstGoesOn() {
        try (MailboxLab lab = new MailboxLab()) {
            AtomicReference<@Nullable Throwable> refused = new AtomicReference<>();
            ActorRef<Integer> actor = lab.spawn(flow(inbox -> {
                inbox.subscribe(handled::add);
                inbox.subscribe(n -> {}, refused::set);
                return Mono.never();
            }));
            tellAll(lab, actor, 0, 3);
            await("handled", () -> handled.size() == 3);
            assertThat(refused.get()).isInstanceOf(IllegalStateException.class);
        }
    }

    @Test
    void completion_stopsTheActor_andTheRestAreDeadLetters() {
        try (MailboxLab lab = new MailboxLab()) {
            ActorRef<Integer> actor = lab.spawn(flow(inbox -> inbox.concatMap(n -> {
                        handled.add(n);
                        return n == 2 ? Mono.error(new ArithmeticException()) : Mono.empty();
                    })
                    .onErrorComplete()));
            lab.tellAll(actor, List.of(0, 1, 2, 3, 4, 5)); // none comes when the actor is burying another
            assertThat(MailboxLab.awaitEnd(actor)).isEqualTo(TerminationReason.STOPPED);
            tellAll(lab, actor, 6, 8);
            assertThat(handled).containsExactly(0, 1, 2);
            assertThat(lab.deadLetters.stream().map(DeadLetter::message)).containsExactly(3, 4, 5, 6, 7);
        }
    }

    @Test
    void cancelOfTheInbox_withoutAnEndOfTheFlow_keepsMessagesQueued() {
        try (MailboxLab lab = new MailboxLab()) {
            ActorRef<Integer> actor =
                    lab.spawn(flow(inbox -> inbox.take(3).doOnNext(handled::add).thenMany(Mono.never())));
            tellAll(lab, actor, 0, 10);
            await("three", () -> handled.size() == 3);
            MailboxLab.awaitRounds(lab, actor);
            assertThat(handled).hasSize(3);
            assertThat(actor.stats().queued()).isEqualTo(7);
            assertThat(actor.stats().conserved()).isTrue();
            actor.stop();
            MailboxLab.awaitEnd(actor);
            assertThat(lab.deadLetters(DeadLetter.Reason.STOPPED)).containsExactly(3, 4, 5, 6, 7, 8, 9);
        }
    }

    @ParameterizedTest
    @EnumSource(Restart.Type.class)
    void drain_completesTheInbox_afterWhatIsQueued_andStopsTheActor(Restart.Type type) {
        try (MailboxLab lab = new MailboxLab()) {
            ActorRef<Integer> actor = lab.spawn(
                    flow(inbox -> inbox.publishOn(Schedulers.parallel(), 4).doOnNext(handled::add))
                            .restart(Restart.of(type)));
            tellAll(lab, actor, 0, 100);
            actor.drain();
            assertThat(MailboxLab.awaitEnd(actor)).isEqualTo(TerminationReason.STOPPED);
            assertThat(handled).hasSize(100).isSorted();
        }
    }

    @Test
    void failureWhileDraining_endsTheActor() {
        try (MailboxLab lab = new MailboxLab()) {
            ActorRef<Integer> actor = lab.spawn(
                    flow(inbox -> inbox.doOnNext(handled::add).then(Mono.error(new IllegalStateException("late")))));
            tellAll(lab, actor, 0, 3);
            actor.drain();
            MailboxLab.awaitEnd(actor);
            assertThat(handled).containsExactly(0, 1, 2);
        }
    }

    @Test
    void error_resubscribesToTheSameMailbox_andLaterMessagesFollowInOrder() {
        try (MailboxLab lab = new MailboxLab()) {
            AtomicInteger subscriptions = new AtomicInteger();
            ActorRef<Integer> actor = lab.spawn(flow(inbox -> {
                subscriptions.incrementAndGet();
                return inbox.map(n -> {
                    if (n % 10 == 5) {
                        throw new IllegalStateException("boom " + n);
                    }
                    handled.add(n);
                    return n;
                });
            }));
            tellAll(lab, actor, 0, 100);
            await("all but the failed", () -> handled.size() == 90);
            MailboxLab.awaitRest(actor);
            assertThat(handled).isSorted().doesNotHaveDuplicates();
            assertThat(subscriptions).hasValue(11);
            MessageStats stats = actor.stats();
            assertThat(stats.failed()).isEqualTo(10);
            assertThat(stats.handled()).isEqualTo(90);
            assertThat(lab.deadLetters).isEmpty();
        }
    }

    @ParameterizedTest
    @ValueSource(
            strings = {
                "concatMap",
                "concatMap 32",
                "concatMap hidden 32",
                "publishOn",
                "flatMapIterable",
                "flatMap",
                "limitRate",
                "window",
                "buffer"
            })
    void whatOperatorsHadTaken_isHandledFailedOrReported(String name) {
        Random random = new Random(Seed.of("whatOperatorsHadTaken " + name));
        int messages = 3_000;
        try (MailboxLab lab = new MailboxLab()) {
            AtomicInteger failures = new AtomicInteger();
            Function<Integer, Integer> work = n -> {
                if (random.nextInt(100) == 0) {
                    failures.incrementAndGet();
                    throw new IllegalStateException("boom " + n);
                }
                handled.add(n);
                return n;
            };
            ActorRef<Integer> actor = lab.spawn(flow(inbox -> switch (name) {
                case "concatMap" -> inbox.concatMap(n -> Mono.fromCallable(() -> work.apply(n)));
                case "concatMap 32" -> inbox.concatMap(n -> Mono.fromCallable(() -> work.apply(n)), 32);
                case "concatMap hidden 32" ->
                    inbox.hide()
                            .concatMap(
                                    n -> Mono.fromCallable(() -> work.apply(n)).subscribeOn(Schedulers.parallel()), 32);
                case "publishOn" -> inbox.publishOn(Schedulers.parallel(), 64).map(work);
                case "flatMapIterable" -> inbox.flatMapIterable(n -> List.of(work.apply(n)), 16);
                case "flatMap" -> inbox.flatMap(n -> Mono.just(work.apply(n)), 16);
                case "limitRate" -> inbox.limitRate(7).map(work);
                case "window" -> inbox.window(5).concatMap(w -> w.map(work));
                case "buffer" -> inbox.buffer(5).concatMapIterable(b -> b).map(work);
                default -> throw new IllegalArgumentException(name);
            }));
            tellAll(lab, actor, 0, messages);
            int lost = name.equals("window") || name.equals("buffer") ? 4 : 0;
            await(name + ": all accounted for", () -> {
                int discarded = lab.deadLetters(DeadLetter.Reason.DISCARDED).size();
                int sum = handled.size() + failures.get() + discarded;
                return MailboxLab.isAtRest(actor)
                        && (lost > 0
                                ? sum >= messages - lost * (failures.get() + 1)
                                // a failure on another thread is counted later, on the worker
                                : sum >= messages && actor.stats().failed() == failures.get());
            });
            int discarded = lab.deadLetters(DeadLetter.Reason.DISCARDED).size();
            assertThat(handled).isSorted().doesNotHaveDuplicates();
            MessageStats stats = actor.stats();
            if (lost == 0) {
                assertThat(handled.size() + failures.get() + discarded).isEqualTo(messages);
                assertThat(stats.failed()).isEqualTo(failures.get());
                assertThat(stats.dropped()).isEqualTo(discarded);
                assertThat(stats.handled()).isEqualTo(handled.size());
            }
            if (name.equals("concatMap") || name.equals("concatMap 32") || name.equals("flatMapIterable")) {
                assertThat(discarded).as("fused: nothing is taken ahead").isZero();
            }
            assertThat(stats.accepted()).isEqualTo(messages);
        }
    }

    @ParameterizedTest
    @ValueSource(booleans = {true, false})
    void messageThatCrossesTheEndOnAnotherThread_isReported_thoughItsOperatorForgetsIt(boolean failure) {
        try (MailboxLab lab = new MailboxLab()) {
            CountDownLatch beingTaken = new CountDownLatch(1);
            CountDownLatch hasEnded = new CountDownLatch(1);
            Sinks.Empty<Integer> end = Sinks.empty();
            ActorRef<Integer> actor = lab.spawn(flow(inbox -> inbox.hide()
                    .doOnNext(n -> {
                        if (n == 1) {
                            beingTaken.countDown();
                            await(hasEnded);
                        }
                    })
                    .concatMap(
                            n -> n == 0
                                    ? failure ? end.asMono() : Mono.never()
                                    : Mono.fromRunnable(() -> handled.add(n)),
                            32)
                    .takeUntilOther(failure ? Mono.never() : end.asMono())));
            tellAll(lab, actor, 0, 2);
            await(beingTaken);
            if (failure) {
                end.tryEmitError(new IllegalStateException("boom"));
            } else {
                end.tryEmitEmpty();
            }
            hasEnded.countDown();

            await(
                    "dead letter",
                    () -> lab.deadLetters(DeadLetter.Reason.DISCARDED).equals(List.of(1)));
            MailboxLab.awaitRest(actor);
            MessageStats stats = actor.stats();
            assertThat(List.of(stats.handled(), stats.failed(), stats.dropped()))
                    .isEqualTo(failure ? List.of(0L, 1L, 1L) : List.of(1L, 0L, 1L));
            assertThat(handled).isEmpty();
        }
    }

    @Test
    void oldIncarnation_requestAndCancel_doNothing() {
        try (MailboxLab lab = new MailboxLab()) {
            List<Manual> manuals = new CopyOnWriteArrayList<>();
            List<Subscription> raw = new CopyOnWriteArrayList<>();
            AtomicReference<@Nullable Runnable> fail = new AtomicReference<>();
            ActorRef<Integer> actor = lab.spawn(flow(inbox -> {
                Manual manual = new Manual();
                inbox.doOnSubscribe(raw::add).subscribe(manual);
                manuals.add(manual);
                return Mono.create(sink -> fail.set(() -> sink.error(new IllegalStateException("boom"))));
            }));
            await("first", () -> fail.get() != null && manuals.size() == 1);
            Runnable first = fail.get();
            assertThat(first).isNotNull();
            tellAll(lab, actor, 0, 5);
            first.run();
            await("second", () -> manuals.size() == 2);
            raw.get(0).request(100);
            raw.get(0).cancel();
            raw.get(0).request(100);
            MailboxLab.awaitRounds(lab, actor);
            assertThat(handled).isEmpty();
            manuals.get(1).subscribed().request(2);
            await("two", () -> handled.size() == 2);
            raw.get(0).cancel();
            raw.get(0).request(Long.MAX_VALUE);
            MailboxLab.awaitRounds(lab, actor);
            assertThat(handled).containsExactly(0, 1);
            manuals.get(1).subscribed().request(3);
            await("all", () -> handled.size() == 5);
            MailboxLab.awaitRest(actor);
        }
    }

    @Test
    void requestFromTheHandler_ofAHundredThousandMessages_doesNotRecurse() {
        try (MailboxLab lab = new MailboxLab()) {
            AtomicInteger count = new AtomicInteger();
            AtomicInteger inside = new AtomicInteger();
            AtomicInteger worst = new AtomicInteger();
            ActorRef<Integer> actor = lab.spawn(flow(inbox -> {
                        inbox.subscribe(new BaseSubscriber<>() {
                            @Override
                            protected void hookOnSubscribe(Subscription s) {
                                s.request(1);
                            }

                            @Override
                            protected void hookOnNext(Integer n) {
                                worst.accumulateAndGet(inside.incrementAndGet(), Math::max);
                                request(1);
                                inside.decrementAndGet();
                                count.incrementAndGet();
                            }
                        });
                        return Mono.never();
                    })
                    .mailbox(Mailbox.unbounded()));
            List<Integer> messages = new ArrayList<>(java.util.Collections.nCopies(100_000, 1));
            lab.tellAll(actor, messages);
            await("all", () -> count.get() == 100_000);
            assertThat(worst).hasValue(1);
            MailboxLab.awaitRest(actor);
        }
    }

    @Test
    void flowThatThrowsOrReturnsNull_failsItsIncarnation() {
        try (MailboxLab lab = new MailboxLab()) {
            AtomicInteger tries = new AtomicInteger();
            ActorRef<Integer> actor = lab.spawn(flow(inbox -> switch (tries.incrementAndGet()) {
                case 1 -> throw new IllegalStateException("boom");
                case 2 -> nothing();
                case 3 -> Mono.error(new IllegalStateException("boom"));
                default -> inbox.doOnNext(handled::add);
            }));
            tellAll(lab, actor, 0, 3);
            await("handled", () -> handled.size() == 3);
            assertThat(handled).containsExactly(0, 1, 2);
            assertThat(tries).hasValue(4);
            MailboxLab.awaitRest(actor);
        }
    }

    @SuppressWarnings({"NullAway", "TypeParameterUnusedInFormals"}) // on purpose
    private static <T> T nothing() {
        return null;
    }

    @Test
    void errorsThatReactorThrowsPastOnError_failTheIncarnationToo() {
        try (MailboxLab lab = new MailboxLab()) {
            ActorRef<Integer> actor = lab.spawn(flow(inbox -> inbox.map(n -> {
                if (n == 1) {
                    throw new LinkageError("boom");
                }
                if (n == 2) {
                    throw new StackOverflowError("boom");
                }
                handled.add(n);
                return n;
            })));
            tellAll(lab, actor, 0, 5);
            await("others", () -> handled.equals(List.of(0, 3, 4)));
            MailboxLab.awaitRest(actor);
            assertThat(actor.stats().failed()).isEqualTo(2);
        }
    }
}
