package io.bastion.actor;

import static io.bastion.testing.Conditions.await;
import static org.assertj.core.api.Assertions.assertThat;

import io.bastion.mailbox.Mailbox;
import io.bastion.testing.Seed;
import java.time.Duration;
import java.util.ArrayList;
import java.util.Collections;
import java.util.List;
import java.util.Random;
import java.util.Set;
import java.util.concurrent.ConcurrentHashMap;
import java.util.concurrent.atomic.AtomicBoolean;
import java.util.concurrent.atomic.AtomicInteger;
import java.util.concurrent.locks.LockSupport;
import java.util.function.Function;
import org.junit.jupiter.api.DynamicTest;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.TestFactory;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;
import org.reactivestreams.Publisher;
import reactor.core.publisher.Flux;
import reactor.core.publisher.Mono;
import reactor.core.scheduler.Schedulers;

/** Operators over the inbox: each message exactly once, in its sender's order, never two at a time. */
class FlowOperatorsTest {
    private static final int SENDERS = 3;
    private static final int EACH = 2_000;

    private record Message(int sender, int number) {}

    /** Takes note of what passes: at most one at a time, each sender's in order. */
    private static final class Probe implements Function<Message, Message> {
        final List<Message> seen = Collections.synchronizedList(new ArrayList<>());
        final Set<String> threads = ConcurrentHashMap.newKeySet();
        final AtomicBoolean overlap = new AtomicBoolean();
        private final AtomicInteger inside = new AtomicInteger();

        @Override
        public Message apply(Message message) {
            if (inside.incrementAndGet() > 1) {
                overlap.set(true);
            }
            seen.add(message);
            threads.add(Thread.currentThread().getName());
            inside.decrementAndGet();
            return message;
        }

        void assertAllOnceAndInOrder() {
            assertThat(overlap).isFalse();
            assertThat(seen).doesNotHaveDuplicates().hasSize(SENDERS * EACH);
            int[] next = new int[SENDERS];
            for (Message m : List.copyOf(seen)) {
                assertThat(m.number()).isEqualTo(next[m.sender()]++);
            }
        }
    }

    private interface Operators {
        Publisher<?> apply(Flux<Message> inbox, Probe probe);
    }

    private record Case(String name, Operators operators, boolean onWorker) {}

    private static List<Case> cases() {
        List<Case> cases = new ArrayList<>();
        cases.add(new Case("map", (in, p) -> in.map(p), true));
        cases.add(new Case("map filter", (in, p) -> in.map(p).filter(m -> m.number() % 2 == 0), true));
        cases.add(
                new Case("filter fused", (in, p) -> in.filter(m -> true).map(p).concatMapIterable(List::of, 4), true));
        cases.add(new Case("flatMapIterable", (in, p) -> in.flatMapIterable(m -> List.of(p.apply(m), m)), true));
        cases.add(new Case("concatMap", (in, p) -> in.concatMap(m -> Mono.fromCallable(() -> p.apply(m))), true));
        cases.add(new Case("concatMap just", (in, p) -> in.concatMap(m -> Mono.just(p.apply(m)), 8), true));
        cases.add(new Case(
                "concatMap prefetch",
                (in, p) -> in.concatMap(m -> Flux.just(p.apply(m), m).hide(), 32),
                true));
        cases.add(new Case(
                "concatMap prefetch 1 async",
                (in, p) -> in.concatMap(m -> Mono.fromCallable(() -> p.apply(m)).subscribeOn(Schedulers.parallel()), 1),
                false));
        cases.add(new Case(
                "concatMap async, mapper on the worker",
                (in, p) -> in.concatMap(m -> Mono.just(p.apply(m)).publishOn(Schedulers.parallel()), 0),
                false));
        cases.add(new Case(
                "flatMap async inner",
                (in, p) -> in.map(p).flatMap(m -> Mono.just(m).publishOn(Schedulers.parallel()), 16),
                true));
        cases.add(new Case(
                "flatMapSequential",
                (in, p) -> in.flatMapSequential(m -> Mono.just(m).publishOn(Schedulers.boundedElastic()), 8)
                        .map(p),
                false));
        cases.add(new Case(
                "publishOn", (in, p) -> in.publishOn(Schedulers.parallel()).map(p), false));
        cases.add(new Case("publishOn after map", (in, p) -> in.map(p).publishOn(Schedulers.parallel(), 16), true));
        cases.add(new Case("limitRate 1", (in, p) -> in.limitRate(1).map(p), true));
        cases.add(new Case("limitRate 7", (in, p) -> in.limitRate(7).map(p), true));
        cases.add(new Case("window concat", (in, p) -> in.window(10).concatMap(w -> w.map(p)), false));
        cases.add(new Case(
                "buffer", (in, p) -> in.buffer(8).flatMapIterable(b -> b).map(p), true));
        cases.add(new Case(
                "bufferTimeout",
                (in, p) -> in.bufferTimeout(10, Duration.ofMillis(5), true)
                        .concatMapIterable(b -> b)
                        .map(p),
                false));
        cases.add(new Case("scan doOnNext", (in, p) -> in.doOnNext(p::apply).scan(0, (n, m) -> n + 1), true));
        cases.add(new Case(
                "onBackpressureBuffer", (in, p) -> in.onBackpressureBuffer().map(p), true));
        return cases;
    }

    @TestFactory
    List<DynamicTest> everyMessageOnce_inOrder_withoutOverlap() {
        List<DynamicTest> tests = new ArrayList<>();
        for (Case c : cases()) {
            tests.add(DynamicTest.dynamicTest(c.name(), () -> run(c, Mailbox.defaults())));
            tests.add(DynamicTest.dynamicTest(c.name() + ", small mailbox", () -> run(c, Mailbox.bounded(5))));
        }
        return tests;
    }

    private static void run(Case c, Mailbox mailbox) throws InterruptedException {
        Random random = new Random(Seed.of(c.name()));
        try (MailboxLab lab = new MailboxLab()) {
            Probe probe = new Probe();
            ActorRef<Message> actor = lab.spawn(ActorSpec.<Message>anonymous(() ->
                            Behavior.flow((context, inbox) -> c.operators().apply(inbox, probe)))
                    .mailbox(mailbox));
            Thread[] threads = new Thread[SENDERS];
            for (int s = 0; s < SENDERS; s++) {
                int sender = s;
                int pause = 1 + random.nextInt(200);
                threads[s] = new Thread(() -> {
                    for (int i = 0; i < EACH; i++) {
                        Message message = new Message(sender, i);
                        while (lab.tell(actor, message) == TellResult.REFUSED) {
                            LockSupport.parkNanos(1_000);
                        }
                        if (i % pause == 0) {
                            LockSupport.parkNanos(1_000);
                        }
                    }
                });
                threads[s].start();
            }
            for (Thread t : threads) {
                t.join(10_000);
                assertThat(t.isAlive()).isFalse();
            }
            await("all seen of " + c.name(), () -> probe.seen.size() >= SENDERS * EACH);
            MailboxLab.awaitRest(actor);
            probe.assertAllOnceAndInOrder();
            if (c.onWorker()) {
                assertThat(probe.threads).allMatch(name -> name.startsWith("lab-"));
            }
            actor.drain();
            assertThat(MailboxLab.awaitEnd(actor)).isEqualTo(TerminationReason.STOPPED);
            assertThat(lab.deadLetters).isEmpty();
        }
    }

    @ParameterizedTest
    @ValueSource(ints = {0, 1, 32})
    void concatMap_keepsItsMapperOnTheWorker_whenItsInnersEndElsewhere(int prefetch) {
        try (MailboxLab lab = new MailboxLab()) {
            Set<String> threads = ConcurrentHashMap.newKeySet();
            AtomicInteger seen = new AtomicInteger();
            ActorRef<Integer> actor =
                    lab.spawn(ActorSpec.<Integer>anonymous(() -> Behavior.flow((context, inbox) -> inbox.map(n -> {
                                threads.add(Thread.currentThread().getName());
                                return n;
                            })
                            .concatMap(
                                    n -> Mono.delay(Duration.ofNanos(1)).doOnNext(x -> seen.incrementAndGet()),
                                    prefetch))));
            for (int i = 0; i < 200; i++) {
                lab.tell(actor, i);
            }
            await("all seen", () -> seen.get() == 200);
            assertThat(threads).allMatch(name -> name.startsWith("lab-"));
            MailboxLab.awaitRest(actor);
        }
    }

    @Test
    void fusedOperator_takesOneByOne() {
        try (MailboxLab lab = new MailboxLab()) {
            AtomicInteger begun = new AtomicInteger();
            ActorRef<Integer> actor = lab.spawn(ActorSpec.<Integer>anonymous(() ->
                    Behavior.flow((context, inbox) -> inbox.flatMapIterable(List::of, 32)
                            .concatMap(
                                    n -> {
                                        begun.incrementAndGet();
                                        return Mono.never();
                                    },
                                    0))));
            for (int i = 0; i < 10; i++) {
                lab.tell(actor, i);
            }
            await("first begun", () -> begun.get() == 1);
            MailboxLab.awaitRounds(lab, actor);
            // one in work, and one that flatMapIterable has opened for the next request
            assertThat(actor.stats().queued()).isGreaterThanOrEqualTo(8);
            assertThat(actor.stats().conserved()).isTrue();
            actor.stop();
            MailboxLab.awaitEnd(actor);
            assertThat(begun).hasValue(1);
        }
    }
}
