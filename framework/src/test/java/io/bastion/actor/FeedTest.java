package io.bastion.actor;

import static io.bastion.testing.Conditions.BOUND;
import static io.bastion.testing.Conditions.await;
import static org.assertj.core.api.Assertions.assertThat;

import io.bastion.actor.MailboxLab.Gate;
import io.bastion.mailbox.Mailbox;
import io.bastion.mailbox.Overflow;
import io.bastion.supervision.Restart;
import java.util.Comparator;
import java.util.List;
import java.util.concurrent.CopyOnWriteArrayList;
import java.util.concurrent.atomic.AtomicBoolean;
import java.util.concurrent.atomic.AtomicInteger;
import java.util.concurrent.atomic.AtomicLong;
import java.util.concurrent.atomic.AtomicReference;
import java.util.stream.IntStream;
import org.jspecify.annotations.Nullable;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;
import reactor.core.Disposable;
import reactor.core.publisher.Flux;
import reactor.core.publisher.Mono;
import reactor.core.scheduler.Schedulers;
import reactor.test.StepVerifier;
import reactor.test.publisher.TestPublisher;

/** {@link ActorRef#feed}: demand follows what was handled. */
class FeedTest {
    private final List<Integer> handled = new CopyOnWriteArrayList<>();
    private final AtomicInteger handledCount = new AtomicInteger();

    private ActorRef<Integer> spawn(MailboxLab lab, Mailbox mailbox) {
        return lab.spawn(ActorSpec.<Integer>anonymous(() -> Behavior.receive((context, n) -> {
                    handled.add(n);
                    handledCount.incrementAndGet();
                }))
                .mailbox(mailbox));
    }

    private static void countSent(MailboxLab lab, int n) {
        for (int i = 0; i < n; i++) {
            lab.sent(true);
        }
    }

    @ParameterizedTest
    @ValueSource(ints = {1, 2, 3, 4, 7, 100, 256, 1000})
    void requestedAndNotHandled_neverExceedsTheCredit(int capacity) {
        int credit = Math.min(256, capacity);
        int elements = 3_000;
        try (MailboxLab lab = new MailboxLab()) {
            AtomicLong requested = new AtomicLong();
            AtomicLong worst = new AtomicLong();
            ActorRef<Integer> actor = spawn(lab, Mailbox.bounded(capacity));
            Flux<Integer> source = Flux.range(0, elements).doOnRequest(n -> {
                long open = requested.addAndGet(n) - handledCount.get();
                worst.accumulateAndGet(open, Math::max);
            });
            StepVerifier.create(actor.feed(source)).verifyComplete();
            await("all handled", () -> handledCount.get() == elements);
            countSent(lab, elements);
            assertThat(worst.get()).isLessThanOrEqualTo(credit);
            assertThat(handled).isEqualTo(IntStream.range(0, elements).boxed().toList());
            MailboxLab.awaitRest(actor);
        }
    }

    @Test
    void blockedActor_stopsTheSource() {
        try (MailboxLab lab = new MailboxLab()) {
            Gate gate = new Gate();
            AtomicInteger emitted = new AtomicInteger();
            ActorRef<Integer> actor = lab.spawn(ActorSpec.<Integer>anonymous(() -> Behavior.receive((context, n) -> {
                        if (n == 0) {
                            gate.pass();
                        }
                        handledCount.incrementAndGet();
                    }))
                    .mailbox(Mailbox.bounded(10)));
            AtomicBoolean done = new AtomicBoolean();
            actor.feed(Flux.range(0, 1_000).doOnNext(n -> emitted.incrementAndGet()))
                    .subscribe(nothing -> {}, error -> {}, () -> done.set(true));
            gate.awaitReached();
            assertThat(emitted.get()).isEqualTo(10);
            assertThat(done).isFalse();
            gate.open();
            await("completed", done::get);
            await("all handled", () -> handledCount.get() == 1_000);
            countSent(lab, 1_000);
        }
    }

    @Test
    void asynchronousHandler_isFollowedToo() {
        try (MailboxLab lab = new MailboxLab()) {
            AtomicInteger emitted = new AtomicInteger();
            AtomicInteger worst = new AtomicInteger();
            ActorRef<Integer> actor = lab.spawn(ActorSpec.<Integer>anonymous(() ->
                            Behavior.receiveAsync((context, n) -> Mono.fromRunnable(() -> {
                                        worst.accumulateAndGet(emitted.get() - handledCount.get(), Math::max);
                                        handledCount.incrementAndGet();
                                    })
                                    .subscribeOn(Schedulers.parallel())))
                    .mailbox(Mailbox.bounded(8)));
            StepVerifier.create(actor.feed(Flux.range(0, 500).doOnNext(n -> emitted.incrementAndGet())))
                    .verifyComplete();
            await("all handled", () -> handledCount.get() == 500);
            countSent(lab, 500);
            assertThat(worst.get()).isLessThanOrEqualTo(8);
        }
    }

    @Test
    void errorOfTheSource_isTheFeedsError_andWhatCameBeforeIsHandled() {
        try (MailboxLab lab = new MailboxLab()) {
            ActorRef<Integer> actor = spawn(lab, Mailbox.defaults());
            IllegalStateException boom = new IllegalStateException("boom");
            StepVerifier.create(actor.feed(Flux.concat(Flux.just(1, 2), Mono.error(boom))))
                    .expectErrorMatches(e -> e == boom)
                    .verify(BOUND);
            await("handled", () -> handled.equals(List.of(1, 2)));
            countSent(lab, 2);
        }
    }

    @Test
    void cancel_cancelsTheSource_andForgetsTheFeed() {
        try (MailboxLab lab = new MailboxLab()) {
            ActorRef<Integer> actor = spawn(lab, Mailbox.bounded(4));
            TestPublisher<Integer> source = TestPublisher.create();
            Disposable feed = actor.feed(source).subscribe();
            source.assertMinRequested(4);
            source.next(1);
            feed.dispose();
            source.assertCancelled();
            await("handled", () -> handled.equals(List.of(1)));
            countSent(lab, 1);
            MailboxLab.awaitRounds(lab, actor);
            CellExtension<Integer> x = ((ActorCell<Integer>) actor).extension();
            await("forgotten", () -> x.feeds().isEmpty());
        }
    }

    @Test
    void endOfTheActor_cancelsTheSource_andFailsTheFeed() {
        try (MailboxLab lab = new MailboxLab()) {
            ActorRef<Integer> actor = spawn(lab, Mailbox.bounded(4));
            TestPublisher<Integer> source = TestPublisher.create();
            AtomicReference<@Nullable Throwable> error = new AtomicReference<>();
            actor.feed(source).subscribe(nothing -> {}, error::set);
            source.next(1);
            countSent(lab, 1);
            MailboxLab.awaitRest(actor);
            actor.stop();
            await("failed", () -> error.get() != null);
            assertThat(error.get()).isInstanceOf(ActorTerminatedException.class);
            source.assertCancelled();
        }
    }

    @Test
    void deadActor_failsTheFeedAtOnce() {
        try (MailboxLab lab = new MailboxLab()) {
            ActorRef<Integer> actor = spawn(lab, Mailbox.bounded(4));
            actor.stop();
            MailboxLab.awaitEnd(actor);
            StepVerifier.create(actor.feed(Flux.never()))
                    .expectError(ActorTerminatedException.class)
                    .verify(BOUND);
        }
    }

    @Test
    void severalFeeds_shareTheActor_eachInOrder() {
        try (MailboxLab lab = new MailboxLab()) {
            ActorRef<Integer> actor = spawn(lab, Mailbox.bounded(16));
            Mono<Void> all = Flux.range(0, 4)
                    .flatMap(f -> actor.feed(Flux.range(f * 10_000, 1_000).subscribeOn(Schedulers.parallel())))
                    .then();
            StepVerifier.create(all).expectComplete().verify(BOUND);
            await("all handled", () -> handledCount.get() == 4_000);
            countSent(lab, 4_000);
            for (int f = 0; f < 4; f++) {
                int from = f * 10_000;
                assertThat(handled.stream().filter(n -> n / 10_000 * 10_000 == from))
                        .containsExactlyElementsOf(
                                IntStream.range(from, from + 1_000).boxed().toList());
            }
            MailboxLab.awaitRest(actor);
        }
    }

    @Test
    void failuresOfTheActor_doNotEndTheFeed_norItsDemand() {
        try (MailboxLab lab = new MailboxLab()) {
            ActorRef<Integer> actor = lab.spawn(ActorSpec.<Integer>anonymous(() -> Behavior.receive((context, n) -> {
                        handledCount.incrementAndGet();
                        if (n % 10 == 0) {
                            throw new IllegalStateException("boom " + n);
                        }
                    }))
                    .restart(Restart.transientOnFailure())
                    .mailbox(Mailbox.bounded(3)));
            StepVerifier.create(actor.feed(Flux.range(0, 200))).expectComplete().verify(BOUND);
            await("all seen", () -> handledCount.get() == 200);
            countSent(lab, 200);
            MailboxLab.awaitRest(actor);
            assertThat(actor.stats().failed()).isEqualTo(20);
        }
    }

    @Test
    void evictedElements_giveTheirCreditBack() {
        try (MailboxLab lab = new MailboxLab()) {
            Gate gate = new Gate();
            ActorRef<Integer> actor = lab.spawn(ActorSpec.<Integer>anonymous(() -> Behavior.receive((context, n) -> {
                        if (n == -1) {
                            gate.pass();
                        }
                        handled.add(n);
                    }))
                    .mailbox(Mailbox.bounded(4).overflow(Overflow.DROP_OLDEST)));
            lab.tell(actor, -1);
            gate.awaitReached();
            AtomicBoolean done = new AtomicBoolean();
            actor.feed(Flux.range(0, 100)).subscribe(nothing -> {}, error -> {}, () -> done.set(true));
            // fed elements go past the bound, and now every tell makes one too many
            for (int i = 1000; i < 1010; i++) {
                assertThat(lab.tell(actor, i)).isEqualTo(TellResult.ACCEPTED);
            }
            gate.open();
            await("completed", done::get);
            MailboxLab.awaitRest(actor);
            countSent(lab, 100);
            assertThat(lab.deadLetters(DeadLetter.Reason.EVICTED)).startsWith(0, 1, 2, 3);
            assertThat(handled).contains(99, 1009).hasSize((int) actor.stats().handled());
        }
    }

    @Test
    void oneTellMoreThanTheBound_whileFedElementsAreOverIt_isAccepted() {
        try (MailboxLab lab = new MailboxLab()) {
            Gate gate = new Gate();
            ActorRef<Integer> actor = lab.spawn(ActorSpec.<Integer>anonymous(() -> Behavior.receive((context, n) -> {
                        if (n == -1) {
                            gate.pass();
                        }
                        handled.add(n);
                    }))
                    .mailbox(Mailbox.bounded(4).overflow(Overflow.DROP_OLDEST)));
            lab.tell(actor, -1);
            gate.awaitReached();
            lab.tellAll(actor, List.of(1, 2, 3));
            actor.feed(Flux.range(10, 3)).block(BOUND);
            countSent(lab, 3);
            assertThat(lab.tell(actor, 4)).isEqualTo(TellResult.ACCEPTED);
            gate.open();
            MailboxLab.awaitRest(actor);
            assertThat(handled).endsWith(10, 11, 12, 4);
        }
    }

    @Test
    void elementThatCannotBeCompared_failsTheFeed_notTheActor() {
        try (MailboxLab lab = new MailboxLab()) {
            ActorRef<Object> actor = lab.spawn(ActorSpec.<Object>anonymous(
                            () -> Behavior.receive((context, n) -> handled.add((Integer) n)))
                    .mailbox(Mailbox.bounded(1).priority(Comparator.<Object, Integer>comparing(n -> (Integer) n))));
            StepVerifier.create(actor.feed(Flux.just(1, 2, "text", 3)))
                    .expectError(ClassCastException.class)
                    .verify(BOUND);
            countSent(lab, 2);
            assertThat(lab.tell(actor, 5)).isEqualTo(TellResult.ACCEPTED);
            await("handled", () -> handled.equals(List.of(1, 2, 5)));
            MailboxLab.awaitRest(actor);
        }
    }

    @Test
    void sourceThatThrowsInRequest_failsTheFeed_notTheActor() {
        try (MailboxLab lab = new MailboxLab()) {
            ActorRef<Integer> actor = spawn(lab, Mailbox.bounded(1));
            AtomicInteger requests = new AtomicInteger();
            Mono<Void> feed = actor.feed(subscriber -> subscriber.onSubscribe(new org.reactivestreams.Subscription() {
                @Override
                public void request(long n) {
                    if (requests.incrementAndGet() == 2) {
                        throw new LinkageError("boom");
                    }
                    subscriber.onNext(1);
                }

                @Override
                public void cancel() {}
            }));
            StepVerifier.create(feed).expectError(LinkageError.class).verify(BOUND);
            lab.tell(actor, 2);
            await("handled", () -> handled.equals(List.of(1, 2)));
            countSent(lab, 1);
        }
    }
}
