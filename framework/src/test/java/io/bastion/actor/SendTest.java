package io.bastion.actor;

import static io.bastion.testing.Conditions.BOUND;
import static io.bastion.testing.Conditions.await;
import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import io.bastion.actor.MailboxLab.Gate;
import io.bastion.mailbox.Mailbox;
import io.bastion.testing.Seed;
import java.time.Duration;
import java.util.ArrayList;
import java.util.Comparator;
import java.util.List;
import java.util.Random;
import java.util.concurrent.CopyOnWriteArrayList;
import java.util.concurrent.atomic.AtomicInteger;
import org.junit.jupiter.api.Test;
import reactor.core.Disposable;
import reactor.core.publisher.Flux;
import reactor.core.publisher.Mono;
import reactor.core.publisher.Sinks;
import reactor.test.StepVerifier;

/** {@link ActorRef#send}: a message that waits for room. */
class SendTest {
    private final List<Integer> handled = new CopyOnWriteArrayList<>();
    private final List<String> results = new CopyOnWriteArrayList<>();
    private final Gate gate = new Gate();

    private ActorRef<Integer> spawn(MailboxLab lab, Mailbox mailbox) {
        return lab.spawn(ActorSpec.<Integer>anonymous(() -> Behavior.receive((context, n) -> {
                    if (n == 0) {
                        gate.pass();
                    }
                    handled.add(n);
                }))
                .mailbox(mailbox));
    }

    private ActorRef<Integer> spawnFull(MailboxLab lab, int capacity) {
        ActorRef<Integer> actor = spawn(lab, Mailbox.bounded(capacity));
        lab.tell(actor, 0);
        gate.awaitReached();
        for (int i = 1; i <= capacity; i++) {
            lab.tell(actor, i);
        }
        return actor;
    }

    private Disposable send(MailboxLab lab, ActorRef<Integer> actor, int n) {
        return actor.send(n).subscribe(in -> {
            lab.sent(in);
            results.add(n + (in ? " in" : " out"));
        });
    }

    @Test
    void withRoom_isAcceptedAtOnce_andOncePerSubscription() {
        try (MailboxLab lab = new MailboxLab()) {
            ActorRef<Integer> actor = spawn(lab, Mailbox.defaults());
            Mono<Boolean> send = actor.send(7);
            assertThat(actor.stats().accepted()).isZero();
            StepVerifier.create(send).expectNext(true).verifyComplete();
            StepVerifier.create(send).expectNext(true).verifyComplete();
            lab.sent(true);
            lab.sent(true);
            await("handled", () -> handled.equals(List.of(7, 7)));
        }
    }

    @Test
    void atTheBound_completesOnAcceptance_inTheOrderOfSubscription() {
        try (MailboxLab lab = new MailboxLab()) {
            ActorRef<Integer> actor = spawnFull(lab, 2);
            for (int i = 3; i <= 50; i++) {
                send(lab, actor, i);
            }
            assertThat(results).isEmpty();
            gate.open();
            await("all in", () -> results.size() == 48);
            MailboxLab.awaitRest(actor);
            assertThat(handled).isSorted().hasSize(51);
            assertThat(results).allMatch(r -> r.endsWith(" in"));
        }
    }

    @Test
    void secondSend_doesNotOvertakeTheFirst_whenRoomComesBetween() {
        try (MailboxLab lab = new MailboxLab()) {
            Gate second = new Gate();
            ActorRef<Integer> actor = lab.spawn(ActorSpec.<Integer>anonymous(() -> Behavior.receive((context, n) -> {
                        if (n == 0) {
                            gate.pass();
                        } else if (n == 1) {
                            second.pass();
                        }
                        handled.add(n);
                    }))
                    .mailbox(Mailbox.bounded(1)));
            lab.tell(actor, 0);
            gate.awaitReached();
            lab.tell(actor, 1);
            send(lab, actor, 2);
            gate.open();
            second.awaitReached(); // there is room now
            send(lab, actor, 3);
            second.open();
            await("all handled", () -> handled.size() == 4);
            assertThat(handled).containsExactly(0, 1, 2, 3);
        }
    }

    @Test
    void waitingSends_stayOutside_ofAFlowWithoutDemand() {
        try (MailboxLab lab = new MailboxLab()) {
            ActorRef<Integer> actor = lab.spawn(ActorSpec.<Integer>anonymous(
                            () -> Behavior.flow((context, inbox) -> inbox.delaySubscription(Mono.never())))
                    .mailbox(Mailbox.bounded(2)));
            lab.tell(actor, 1);
            lab.tell(actor, 2);
            for (int i = 3; i < 20; i++) {
                send(lab, actor, i);
                assertThat(lab.tell(actor, -i)).isEqualTo(TellResult.REFUSED);
            }
            MailboxLab.awaitRounds(lab, actor);
            assertThat(actor.stats().queued()).isEqualTo(2);
            assertThat(results).isEmpty();
            actor.stop();
            await("all out", () -> results.size() == 17);
            assertThat(results).allMatch(r -> r.endsWith(" out"));
            MailboxLab.awaitEnd(actor);
        }
    }

    @Test
    void cancelBeforeAcceptance_takesTheMessageBack() {
        try (MailboxLab lab = new MailboxLab()) {
            ActorRef<Integer> actor = spawnFull(lab, 1);
            Disposable second = send(lab, actor, 2);
            send(lab, actor, 3);
            second.dispose();
            gate.open();
            await("third in", () -> results.contains("3 in"));
            MailboxLab.awaitRest(actor);
            assertThat(handled).containsExactly(0, 1, 3);
            assertThat(lab.deadLetters).isEmpty();
        }
    }

    @Test
    void whenTheActorEnds_givesFalse_andADeadLetter() {
        try (MailboxLab lab = new MailboxLab()) {
            ActorRef<Integer> actor = spawnFull(lab, 1);
            send(lab, actor, 2);
            send(lab, actor, 3);
            actor.stop();
            gate.open();
            MailboxLab.awaitEnd(actor);
            assertThat(results).containsExactly("2 out", "3 out");
            assertThat(lab.deadLetters(DeadLetter.Reason.STOPPED)).containsExactlyInAnyOrder(1, 2, 3);
            send(lab, actor, 4);
            assertThat(results).contains("4 out");
            assertThat(lab.deadLetters(DeadLetter.Reason.TERMINATED)).containsExactly(4);
        }
    }

    @Test
    void sendsThatRaceWithTheEnd_allComplete() {
        Random random = new Random(Seed.of("sendsThatRaceWithTheEnd"));
        for (int round = 0; round < 200; round++) {
            try (MailboxLab lab = new MailboxLab()) {
                AtomicInteger ends = new AtomicInteger();
                int sends = 20;
                ActorRef<Integer> actor =
                        lab.spawn(ActorSpec.<Integer>anonymous(() -> Behavior.receive((context, n) -> {}))
                                .mailbox(Mailbox.bounded(1)));
                int stopAt = random.nextInt(sends);
                Thread stopper = new Thread(actor::stop);
                for (int i = 0; i < sends; i++) {
                    if (i == stopAt) {
                        stopper.start();
                    }
                    actor.send(i).subscribe(in -> {
                        lab.sent(in);
                        ends.incrementAndGet();
                    });
                }
                await("every send has ended", () -> ends.get() == sends);
                MailboxLab.awaitEnd(actor);
            }
        }
    }

    @Test
    void manyWaiters_besideTells_loseNothing() throws Exception {
        long seed = Seed.of("manyWaiters");
        try (MailboxLab lab = new MailboxLab()) {
            int capacity = 1 + new Random(seed).nextInt(20);
            AtomicInteger handledCount = new AtomicInteger();
            AtomicInteger acceptedCount = new AtomicInteger();
            List<int[]> order = new ArrayList<>();
            ActorRef<int[]> actor = lab.spawn(ActorSpec.<int[]>anonymous(() -> Behavior.receive((context, m) -> {
                        order.add(m);
                        handledCount.incrementAndGet();
                    }))
                    .mailbox(Mailbox.bounded(capacity)));
            List<Thread> threads = new ArrayList<>();
            for (int s = 0; s < 3; s++) {
                int sender = s;
                threads.add(new Thread(() -> Flux.range(0, 3_000)
                        .flatMap(
                                i -> actor.send(new int[] {sender, i}).doOnNext(in -> {
                                    lab.sent(in);
                                    acceptedCount.incrementAndGet();
                                }),
                                64)
                        .blockLast(BOUND)));
            }
            threads.add(new Thread(() -> {
                for (int i = 0; i < 5_000; i++) {
                    if (lab.tell(actor, new int[] {3, i}).accepted()) {
                        acceptedCount.incrementAndGet();
                    }
                }
            }));
            threads.forEach(Thread::start);
            for (Thread t : threads) {
                t.join(20_000);
                assertThat(t.isAlive()).isFalse();
            }
            await("all accepted are handled", () -> handledCount.get() == acceptedCount.get());
            MailboxLab.awaitRest(actor);
            int[] last = {-1, -1, -1, -1};
            for (int[] m : order) {
                assertThat(m[1])
                        .as("order of sender %s, capacity %s", m[0], capacity)
                        .isGreaterThan(last[m[0]]);
                last[m[0]] = m[1];
            }
        }
    }

    @Test
    void waiterBehindAReplacedTick_getsIn() {
        try (MailboxLab lab = new MailboxLab()) {
            Sinks.Empty<Void> end = Sinks.empty();
            ActorRef<Integer> actor =
                    lab.spawn(ActorSpec.<Integer>anonymous(() -> Behavior.receiveAsync((context, n) -> {
                                handled.add(n);
                                if (n != 0) {
                                    return Mono.empty();
                                }
                                context.timers().once("key", 100, Duration.ofMillis(1));
                                return end.asMono()
                                        .publishOn(context.scheduler())
                                        .doOnTerminate(() -> context.timers().cancelAll());
                            }))
                            .mailbox(Mailbox.bounded(1)));
            lab.tell(actor, 0);
            await("the tick is queued", () -> ((ActorCell<?>) actor).depth() == 1);
            send(lab, actor, 2);
            assertThat(results).isEmpty();
            end.tryEmitEmpty();
            await("in", () -> results.contains("2 in"));
            await("handled", () -> handled.equals(List.of(0, 2)));
        }
    }

    @Test
    void messageThatCannotBeCompared_isTheSendersError() {
        try (MailboxLab lab = new MailboxLab()) {
            ActorRef<Object> actor = lab.spawn(ActorSpec.<Object>anonymous(() -> Behavior.receive((context, n) -> {
                        if (n.equals(0)) {
                            gate.pass();
                        }
                        handled.add((Integer) n);
                    }))
                    .mailbox(Mailbox.bounded(2).priority(Comparator.<Object, Integer>comparing(n -> (Integer) n))));
            StepVerifier.create(actor.send("text"))
                    .expectError(ClassCastException.class)
                    .verify(BOUND);
            lab.tell(actor, 0);
            gate.awaitReached();
            lab.tell(actor, 1);
            lab.tell(actor, 2);
            List<Throwable> errors = new CopyOnWriteArrayList<>();
            actor.send("text").subscribe(in -> {}, errors::add);
            actor.send(3).subscribe(lab::sent);
            gate.open();
            await("error", () -> !errors.isEmpty());
            await("handled", () -> handled.equals(List.of(0, 1, 2, 3)));
            assertThat(errors.get(0)).isInstanceOf(ClassCastException.class);
            MailboxLab.awaitRest(actor);
            assertThat(actor.stats().failed()).isZero();
        }
    }

    @Test
    void nullMessage_isRefusedAtTheCallSite() {
        try (MailboxLab lab = new MailboxLab()) {
            ActorRef<Integer> actor = spawn(lab, Mailbox.defaults());
            assertThatThrownBy(() -> actor.send(nothing()))
                    .isInstanceOf(NullPointerException.class)
                    .hasMessage("message: null (expected: a message)");
            assertThatThrownBy(() -> actor.tell(nothing()))
                    .isInstanceOf(NullPointerException.class)
                    .hasMessage("message: null (expected: a message)");
        }
    }

    @SuppressWarnings({"NullAway", "TypeParameterUnusedInFormals"}) // on purpose
    private static <T> T nothing() {
        return null;
    }
}
