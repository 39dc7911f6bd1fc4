package io.bastion.actor;

import static io.bastion.testing.Conditions.await;
import static org.assertj.core.api.Assertions.assertThat;

import io.bastion.actor.MailboxLab.Gate;
import io.bastion.mailbox.Mailbox;
import io.bastion.mailbox.MailboxOverflowException;
import io.bastion.mailbox.Overflow;
import io.bastion.supervision.Restart;
import io.bastion.testing.Conditions;
import io.bastion.testing.Seed;
import java.lang.ref.WeakReference;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.List;
import java.util.Random;
import java.util.concurrent.ConcurrentLinkedQueue;
import java.util.concurrent.CopyOnWriteArrayList;
import java.util.concurrent.atomic.AtomicInteger;
import java.util.stream.IntStream;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.EnumSource;
import org.junit.jupiter.params.provider.ValueSource;

/** What happens at the bound of a mailbox. */
class OverflowPolicyTest {
    private final List<Integer> handled = new CopyOnWriteArrayList<>();
    private final Gate gate = new Gate();

    /** Handles numbers; waits at the gate with number 0. */
    private ActorSpec<Integer> gated(Mailbox mailbox) {
        return ActorSpec.<Integer>anonymous(() -> Behavior.receive((context, n) -> {
                    if (n == 0) {
                        gate.pass();
                    }
                    handled.add(n);
                }))
                .mailbox(mailbox);
    }

    private ActorRef<Integer> spawnBusy(MailboxLab lab, Mailbox mailbox) {
        ActorRef<Integer> actor = lab.spawn(gated(mailbox));
        lab.tell(actor, 0);
        gate.awaitReached();
        return actor;
    }

    @ParameterizedTest
    @ValueSource(ints = {1, 2, 3, 15, 16, 17, 255})
    void smallCapacity_isExact_besideTheMessageInProcess(int capacity) {
        try (MailboxLab lab = new MailboxLab()) {
            ActorRef<Integer> actor = spawnBusy(lab, Mailbox.bounded(capacity));
            for (int i = 1; i <= capacity; i++) {
                assertThat(lab.tell(actor, i)).isEqualTo(TellResult.ACCEPTED);
            }
            assertThat(lab.tell(actor, -1)).isEqualTo(TellResult.REFUSED);
            assertThat(lab.tell(actor, -2)).isEqualTo(TellResult.REFUSED);
            assertThat(actor.stats().refused()).isEqualTo(2);
            gate.open();
            MailboxLab.awaitRest(actor);
            assertThat(handled)
                    .isEqualTo(IntStream.rangeClosed(0, capacity).boxed().toList());
            assertThat(lab.deadLetters).isEmpty();
        }
    }

    @ParameterizedTest
    @ValueSource(ints = {1, 4})
    void smallCapacity_staysExact_afterManyRounds(int capacity) {
        try (MailboxLab lab = new MailboxLab()) {
            for (int round = 0; round < 3; round++) {
                Gate closed = new Gate();
                ActorRef<Gate> actor =
                        lab.spawn(ActorSpec.<Gate>anonymous(() -> Behavior.receive((context, gate) -> gate.pass()))
                                .mailbox(Mailbox.bounded(capacity)));
                Gate open = new Gate();
                open.open();
                for (int i = 0; i < 100; i++) {
                    lab.tell(actor, open);
                }
                MailboxLab.awaitRest(actor);
                lab.tell(actor, closed);
                closed.awaitReached();
                for (int i = 0; i < capacity; i++) {
                    assertThat(lab.tell(actor, open)).isEqualTo(TellResult.ACCEPTED);
                }
                assertThat(lab.tell(actor, open)).isEqualTo(TellResult.REFUSED);
                closed.open();
                MailboxLab.awaitRest(actor);
            }
        }
    }

    @ParameterizedTest
    @ValueSource(ints = {256, 1000})
    void largeCapacity_isKeptToWithinTheLag_andNoneIsAcceptedLate(int capacity) {
        try (MailboxLab lab = new MailboxLab()) {
            ActorRef<Integer> actor = spawnBusy(lab, Mailbox.bounded(capacity));
            int in = 0;
            while (lab.tell(actor, in + 1).accepted()) {
                in++;
            }
            assertThat(in).isBetween(capacity - 16, capacity);
            gate.open();
            MailboxLab.awaitRest(actor);
            assertThat(handled).hasSize(in + 1);
        }
    }

    @Test
    void unboundedMailbox_refusesNothing() {
        try (MailboxLab lab = new MailboxLab()) {
            AtomicInteger count = new AtomicInteger();
            ActorRef<Integer> actor = lab.spawn(ActorSpec.<Integer>anonymous(() -> Behavior.receive((context, n) -> {
                        if (n == 0) {
                            gate.pass();
                        }
                        count.incrementAndGet();
                    }))
                    .mailbox(Mailbox.unbounded()));
            for (int i = 0; i < 200_000; i++) {
                assertThat(lab.tell(actor, i)).isEqualTo(TellResult.ACCEPTED);
            }
            gate.open();
            await("all handled", () -> count.get() == 200_000);
            MailboxLab.awaitRest(actor);
        }
    }

    @Test
    void dropNewest_makesADeadLetter_andKeepsWhatIsQueued() {
        try (MailboxLab lab = new MailboxLab()) {
            ActorRef<Integer> actor = spawnBusy(lab, Mailbox.bounded(2).overflow(Overflow.DROP_NEWEST));
            lab.tell(actor, 1);
            lab.tell(actor, 2);
            assertThat(lab.tell(actor, 3)).isEqualTo(TellResult.DROPPED);
            gate.open();
            MailboxLab.awaitRest(actor);
            assertThat(handled).containsExactly(0, 1, 2);
            assertThat(lab.deadLetters(DeadLetter.Reason.MAILBOX_FULL)).containsExactly(3);
            assertThat(actor.stats().refused()).isEqualTo(1);
        }
    }

    @Test
    void dropOldest_evictsTheOldest_asDeadLetters() {
        try (MailboxLab lab = new MailboxLab()) {
            ActorRef<Integer> actor = spawnBusy(lab, Mailbox.bounded(3).overflow(Overflow.DROP_OLDEST));
            for (int i = 1; i <= 10; i++) {
                assertThat(lab.tell(actor, i)).isEqualTo(TellResult.ACCEPTED);
            }
            assertThat(lab.deadLetters(DeadLetter.Reason.EVICTED)).containsExactly(1, 2, 3, 4, 5, 6, 7);
            MessageStats busy = actor.stats();
            assertThat(busy.dropped()).isEqualTo(7);
            assertThat(busy.queued()).isEqualTo(3);
            gate.open();
            MailboxLab.awaitRest(actor);
            assertThat(handled).containsExactly(0, 8, 9, 10);
        }
    }

    @ParameterizedTest
    @EnumSource(
            value = Overflow.class,
            names = {"DROP_OLDEST", "DROP_NEWEST", "FAIL"})
    void boundedMailbox_holdsNoMoreMemory_howeverManyAreDroppedWhileTheHandlerIsBlocked(Overflow overflow) {
        int messages = 200;
        try (MailboxLab lab = new MailboxLab()) {
            Gate gate = new Gate();
            ActorRef<byte[]> actor =
                    lab.spawn(ActorSpec.<byte[]>anonymous(() -> Behavior.receive((context, bytes) -> gate.pass()))
                            .mailbox(Mailbox.bounded(2).overflow(overflow)));
            lab.deadLetters.clear();
            lab.tell(actor, new byte[1]);
            gate.awaitReached();
            var references = new ArrayList<WeakReference<byte[]>>();
            for (int i = 0; i < messages; i++) {
                byte[] message = new byte[1_000];
                references.add(new WeakReference<>(message));
                lab.tell(actor, message);
            }
            lab.deadLetters.clear();
            await("all but the queued are garbage", () -> {
                System.gc();
                return references.stream().filter(r -> r.get() != null).count() <= 2;
            });
            assertThat(laneLength(actor)).isLessThanOrEqualTo(1);
            gate.open();
        }
    }

    private static int laneLength(ActorRef<?> actor) {
        try {
            var lane = WorkingCell.class.getDeclaredField("lane");
            lane.setAccessible(true);
            int length = 0;
            for (Object s = lane.get(actor); s != null; s = ((SystemMessage) s).nextInLane) {
                length++;
            }
            return length;
        } catch (ReflectiveOperationException e) {
            throw new LinkageError(e.getMessage(), e);
        }
    }

    @Test
    void fail_failsTheActor_whichRestartsWithItsMailbox() {
        try (MailboxLab lab = new MailboxLab()) {
            List<Throwable> causes = new CopyOnWriteArrayList<>();
            ActorRef<Integer> actor = lab.spawn(ActorSpec.<Integer>anonymous(context -> {
                        int incarnation = context.incarnation();
                        return Behavior.<Integer>receive((c, n) -> {
                                    if (n == 0) {
                                        gate.pass();
                                    }
                                    handled.add(n + 1000 * incarnation);
                                })
                                .onSignal((c, signal) -> {
                                    if (signal instanceof Signal.Restarting restarting && restarting.cause() != null) {
                                        causes.add(restarting.cause());
                                    }
                                    return true;
                                });
                    })
                    .mailbox(Mailbox.bounded(2).overflow(Overflow.FAIL)));
            lab.tell(actor, 0);
            gate.awaitReached();
            lab.tell(actor, 1);
            lab.tell(actor, 2);
            for (int i = 3; i < 20; i++) {
                assertThat(lab.tell(actor, i)).isEqualTo(TellResult.DROPPED);
            }
            gate.open();
            await("handled by the next incarnation", () -> handled.size() == 3);
            assertThat(handled).containsExactly(0, 1001, 1002);
            assertThat(causes).hasSize(1);
            assertThat(causes.get(0))
                    .isInstanceOf(MailboxOverflowException.class)
                    .hasMessage("mailbox: full at 2 messages"
                            + " (expected: a larger capacity, a slower sender, or another overflow policy)");
            assertThat(lab.deadLetters(DeadLetter.Reason.MAILBOX_FULL)).hasSize(17);
            MailboxLab.awaitRest(actor);
        }
    }

    @Test
    void fail_beyondTheBudget_leavesTheActorDown() {
        try (MailboxLab lab = new MailboxLab()) {
            ActorRef<Integer> actor = lab.spawn(gated(Mailbox.bounded(1).overflow(Overflow.FAIL))
                    .restart(Restart.transientOnFailure().tries(0)));
            lab.tell(actor, 0);
            gate.awaitReached();
            lab.tell(actor, 1);
            assertThat(lab.tell(actor, 2)).isEqualTo(TellResult.DROPPED);
            gate.open();
            assertThat(MailboxLab.awaitEnd(actor))
                    .isInstanceOfSatisfying(
                            TerminationReason.Failed.class,
                            failed -> assertThat(failed.cause()).isInstanceOf(MailboxOverflowException.class));
            assertThat(lab.deadLetters(DeadLetter.Reason.STOPPED)).containsExactly(1);
            assertThat(lab.tell(actor, 3)).isEqualTo(TellResult.TERMINATED);
            assertThat(lab.deadLetters(DeadLetter.Reason.TERMINATED)).containsExactly(3);
        }
    }

    @ParameterizedTest
    @EnumSource(Overflow.class)
    void terminatedActor_saysSo_underEveryPolicy(Overflow overflow) {
        try (MailboxLab lab = new MailboxLab()) {
            ActorRef<Integer> actor = lab.spawn(gated(Mailbox.bounded(2).overflow(overflow)));
            actor.stop();
            MailboxLab.awaitEnd(actor);
            assertThat(lab.tell(actor, 5)).isEqualTo(TellResult.TERMINATED);
            assertThat(lab.tellAll(actor, List.of(6, 7))).isEqualTo(TellResult.TERMINATED);
            assertThat(lab.deadLetters(DeadLetter.Reason.TERMINATED)).containsExactly(5, 6, 7);
        }
    }

    @ParameterizedTest
    @EnumSource(Overflow.class)
    void concurrentSenders_loseNothing_andKeepTheirOrder(Overflow overflow) throws Exception {
        Random random = new Random(Seed.of("concurrentSenders " + overflow));
        for (int round = 0; round < 6; round++) {
            int senders = 2 + random.nextInt(3);
            int each = 2_000 + random.nextInt(4_000);
            int capacity = round % 2 == 0 ? 1 + random.nextInt(40) : 256 + random.nextInt(1000);
            boolean stopEarly = random.nextInt(3) == 0;
            try (MailboxLab lab = new MailboxLab()) {
                ConcurrentLinkedQueue<int[]> seen = new ConcurrentLinkedQueue<>();
                ActorRef<int[]> actor =
                        lab.spawn(ActorSpec.<int[]>anonymous(() -> Behavior.receive((context, m) -> seen.add(m)))
                                .mailbox(Mailbox.bounded(capacity).overflow(overflow))
                                .restart(Restart.transientOnFailure()));
                Thread[] threads = new Thread[senders];
                for (int s = 0; s < senders; s++) {
                    int sender = s;
                    threads[s] = new Thread(() -> {
                        for (int i = 0; i < each; i++) {
                            lab.tell(actor, new int[] {sender, i});
                            if (stopEarly && sender == 0 && i == each / 2) {
                                actor.stop();
                            }
                        }
                    });
                    threads[s].start();
                }
                for (Thread t : threads) {
                    t.join(10_000);
                    assertThat(t.isAlive()).isFalse();
                }
                if (stopEarly) {
                    MailboxLab.awaitEnd(actor);
                } else {
                    await("all accepted are accounted for", () -> actor.stats().accepted() == lab.accepted());
                    MailboxLab.awaitRest(actor);
                }
                int[] last = new int[senders];
                Arrays.fill(last, -1);
                for (int[] m : seen) {
                    assertThat(m[1]).isGreaterThan(last[m[0]]);
                    last[m[0]] = m[1];
                }
                int dead = overflow == Overflow.BACKPRESSURE
                        ? 0
                        : lab.deadLetters(DeadLetter.Reason.MAILBOX_FULL).size()
                                + lab.deadLetters(DeadLetter.Reason.EVICTED).size();
                MessageStats stats = actor.stats();
                if (overflow != Overflow.BACKPRESSURE && !stopEarly) {
                    assertThat(seen.size() + dead).isEqualTo(senders * each);
                }
                assertThat(seen.size()).isEqualTo((int) stats.handled());
            }
        }
    }

    @Test
    void systemStats_countARefusalOnce() {
        try (MailboxLab lab = new MailboxLab()) {
            ActorRef<Integer> actor = spawnBusy(lab, Mailbox.bounded(1));
            lab.tell(actor, 1);
            lab.tell(actor, 2);
            lab.tell(actor, 3);
            gate.open();
            MailboxLab.awaitRest(actor);
            MessageStats stats = lab.system.stats().block(Conditions.BOUND);
            assertThat(stats).isNotNull();
            assertThat(stats.refused()).isEqualTo(2);
            assertThat(stats.accepted()).isEqualTo(2);
            assertThat(stats.conserved()).isTrue();
        }
    }
}
