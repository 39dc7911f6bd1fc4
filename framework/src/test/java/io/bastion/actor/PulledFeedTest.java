package io.bastion.actor;

import static io.bastion.testing.Conditions.await;
import static org.assertj.core.api.Assertions.assertThat;

import io.bastion.actor.MailboxLab.Gate;
import io.bastion.mailbox.Mailbox;
import java.util.ArrayList;
import java.util.Iterator;
import java.util.List;
import java.util.concurrent.CopyOnWriteArrayList;
import java.util.concurrent.atomic.AtomicBoolean;
import java.util.concurrent.atomic.AtomicInteger;
import java.util.stream.IntStream;
import org.junit.jupiter.api.Test;
import reactor.core.publisher.Flux;
import reactor.core.publisher.Mono;
import reactor.core.scheduler.Schedulers;
import reactor.test.StepVerifier;
import reactor.test.publisher.TestPublisher;

/** {@link ActorRef#feed} of a source whose elements are there to be taken: the worker takes them. */
class PulledFeedTest {
    private final List<Integer> handled = new CopyOnWriteArrayList<>();

    private static void countSent(MailboxLab lab, int n) {
        for (int i = 0; i < n; i++) {
            lab.sent(true);
        }
    }

    private static List<Integer> range(int from, int to) {
        return IntStream.range(from, to).boxed().toList();
    }

    @Test
    void elements_areTakenInOrder_onTheWorker() {
        try (MailboxLab lab = new MailboxLab()) {
            AtomicInteger strays = new AtomicInteger();
            ActorRef<Integer> actor =
                    lab.spawn(ActorSpec.<Integer>anonymous(() -> Behavior.receive((context, n) -> handled.add(n))));
            Iterable<Integer> source = () -> {
                Iterator<Integer> numbers = range(0, 500).iterator();
                return new Iterator<>() {
                    @Override
                    public boolean hasNext() {
                        return numbers.hasNext();
                    }

                    @Override
                    public Integer next() {
                        if (!((ActorCell<?>) actor).isMyWorker()) {
                            strays.incrementAndGet();
                        }
                        return numbers.next();
                    }
                };
            };
            StepVerifier.create(actor.feed(Flux.fromIterable(source))).verifyComplete();
            await("all handled", () -> handled.size() == 500);
            countSent(lab, 500);
            assertThat(handled).isEqualTo(range(0, 500));
            assertThat(strays.get()).as("the first may be looked at").isLessThanOrEqualTo(1);
        }
    }

    @Test
    void otherMessages_haveTheirTurn() {
        try (MailboxLab lab = new MailboxLab()) {
            Gate gate = new Gate();
            ActorRef<Integer> actor = lab.spawn(ActorSpec.<Integer>anonymous(() -> Behavior.receive((context, n) -> {
                if (n == 0) {
                    gate.pass();
                }
                handled.add(n);
                if (n == -1) {
                    context.stop();
                }
            })));
            var feeding = actor.feed(Flux.range(0, Integer.MAX_VALUE)).subscribe(nothing -> {}, error -> {});
            gate.awaitReached();
            lab.tell(actor, -1);
            gate.open();
            await("stopped", () -> actor.whenTerminated().toFuture().isDone());
            await("no feed", feeding::isDisposed);
            countSent(lab, handled.size() - 1);
            assertThat(handled).hasSizeLessThan(70).endsWith(-1);
        }
    }

    @Test
    void failure_costsTheElementInWorkOnly_andTheNextIncarnationGoesOn() {
        try (MailboxLab lab = new MailboxLab()) {
            ActorRef<Integer> actor = lab.spawn(ActorSpec.<Integer>anonymous(() -> Behavior.receive((context, n) -> {
                if (n == 63 || n == 100) {
                    throw new IllegalStateException("at " + n);
                }
                handled.add(n);
            })));
            StepVerifier.create(actor.feed(Flux.range(0, 200))).verifyComplete();
            await("all handled", () -> handled.size() == 198);
            countSent(lab, 200);
            List<Integer> expected = new ArrayList<>(range(0, 200));
            expected.removeAll(List.of(63, 100));
            assertThat(handled).isEqualTo(expected);
        }
    }

    @Test
    void asynchronousHandler_holdsTheSourceBack() {
        try (MailboxLab lab = new MailboxLab()) {
            AtomicInteger inWork = new AtomicInteger();
            AtomicInteger worst = new AtomicInteger();
            ActorRef<Integer> actor = lab.spawn(ActorSpec.<Integer>anonymous(() -> Behavior.receiveAsync(
                    3,
                    (context, n) -> Mono.defer(() -> {
                                handled.add(n);
                                inWork.decrementAndGet();
                                return Mono.empty();
                            })
                            .subscribeOn(Schedulers.parallel())
                            .doOnSubscribe(s -> worst.accumulateAndGet(inWork.incrementAndGet(), Math::max)))));
            StepVerifier.create(actor.feed(Flux.range(0, 300))).verifyComplete();
            await("all handled", () -> handled.size() == 300);
            countSent(lab, 300);
            assertThat(worst.get()).isLessThanOrEqualTo(3);
        }
    }

    @Test
    void flowWithoutDemand_takesNothing() {
        try (MailboxLab lab = new MailboxLab()) {
            ActorRef<Integer> actor = lab.spawn(ActorSpec.<Integer>anonymous(() -> Behavior.flow((context, inbox) ->
                            inbox.doOnNext(handled::add).take(5).concatWith(Mono.never())))
                    .mailbox(Mailbox.bounded(1)));
            AtomicBoolean done = new AtomicBoolean();
            actor.feed(Flux.range(0, 100)).subscribe(nothing -> {}, error -> {}, () -> done.set(true));
            await("five", () -> handled.size() == 5);
            actor.kill();
            await("dead", () -> actor.whenTerminated().toFuture().isDone());
            countSent(lab, 5);
            assertThat(handled).isEqualTo(range(0, 5));
            assertThat(done).isFalse();
        }
    }

    @Test
    void drain_doesNotWaitForAnEndlessSource() {
        try (MailboxLab lab = new MailboxLab()) {
            AtomicInteger count = new AtomicInteger();
            ActorRef<Integer> actor = lab.spawn(
                    ActorSpec.<Integer>anonymous(() -> Behavior.receive((context, n) -> count.incrementAndGet())));
            StepVerifier.create(actor.feed(Flux.range(0, Integer.MAX_VALUE)))
                    .then(actor::drain)
                    .expectError(ActorTerminatedException.class)
                    .verify();
            countSent(lab, count.get());
        }
    }

    @Test
    void sourceThatFailsWhenItIsTaken_failsTheFeed() {
        try (MailboxLab lab = new MailboxLab()) {
            ActorRef<Integer> actor =
                    lab.spawn(ActorSpec.<Integer>anonymous(() -> Behavior.receive((context, n) -> handled.add(n))));
            Iterable<Integer> source = () -> new Iterator<>() {
                private int next;

                @Override
                public boolean hasNext() {
                    return true;
                }

                @Override
                public Integer next() {
                    if (next == 3) {
                        throw new IllegalStateException("three");
                    }
                    return next++;
                }
            };
            StepVerifier.create(actor.feed(Flux.fromIterable(source)))
                    .expectErrorMessage("three")
                    .verify();
            lab.tell(actor, 7);
            await("lives", () -> handled.contains(7));
            countSent(lab, 3);
            assertThat(handled).containsExactly(0, 1, 2, 7);
        }
    }

    @Test
    void sourceThatHasEnded_isNotCancelled() {
        try (MailboxLab lab = new MailboxLab()) {
            ActorRef<Integer> actor =
                    lab.spawn(ActorSpec.<Integer>anonymous(() -> Behavior.receive((context, n) -> handled.add(n))));
            TestPublisher<Integer> completing = TestPublisher.create();
            StepVerifier.create(actor.feed(completing))
                    .then(completing::complete)
                    .verifyComplete();
            completing.assertNotCancelled();
            TestPublisher<Integer> failing = TestPublisher.create();
            StepVerifier.create(actor.feed(failing))
                    .then(() -> failing.error(new IllegalStateException("over")))
                    .verifyErrorMessage("over");
            failing.assertNotCancelled();
        }
    }
}
