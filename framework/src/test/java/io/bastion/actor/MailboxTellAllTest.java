package io.bastion.actor;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import io.bastion.actor.MailboxLab.Gate;
import io.bastion.mailbox.Mailbox;
import io.bastion.mailbox.Overflow;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.Comparator;
import java.util.List;
import java.util.concurrent.CopyOnWriteArrayList;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.EnumSource;

/** {@link ActorRef#tellAll}: one step, all or none. */
class MailboxTellAllTest {
    private final List<Integer> handled = new CopyOnWriteArrayList<>();
    private final Gate gate = new Gate();

    private ActorRef<Integer> spawnBusy(MailboxLab lab, Mailbox mailbox) {
        ActorRef<Integer> actor = lab.spawn(ActorSpec.<Integer>anonymous(() -> Behavior.receive((context, n) -> {
                    if (n == 0) {
                        gate.pass();
                    }
                    handled.add(n);
                }))
                .mailbox(mailbox));
        lab.tell(actor, 0);
        gate.awaitReached();
        return actor;
    }

    @Test
    void noMessageOfAnotherSender_comesBetween() throws Exception {
        try (MailboxLab lab = new MailboxLab()) {
            List<int[]> seen = new ArrayList<>();
            ActorRef<int[]> actor =
                    lab.spawn(ActorSpec.<int[]>anonymous(() -> Behavior.receive((context, m) -> seen.add(m)))
                            .mailbox(Mailbox.unbounded()));
            Thread[] threads = new Thread[3];
            for (int t = 0; t < threads.length; t++) {
                int sender = t;
                threads[t] = new Thread(() -> {
                    for (int i = 0; i < 2_000; i++) {
                        lab.tellAll(actor, List.of(new int[] {sender, 3 * i}, new int[] {sender, 3 * i + 1}, new int[] {
                            sender, 3 * i + 2
                        }));
                    }
                });
                threads[t].start();
            }
            for (Thread t : threads) {
                t.join(10_000);
            }
            MailboxLab.awaitRest(actor);
            assertThat(seen).hasSize(18_000);
            int[] next = new int[threads.length];
            for (int i = 0; i < seen.size(); i++) {
                int[] m = seen.get(i);
                assertThat(m[0]).isEqualTo(seen.get(i - i % 3)[0]);
                assertThat(m[1]).isEqualTo(next[m[0]]++);
            }
        }
    }

    @ParameterizedTest
    @EnumSource(
            value = Overflow.class,
            names = {"BACKPRESSURE", "DROP_NEWEST"})
    void atTheBound_allOrNone(Overflow overflow) {
        try (MailboxLab lab = new MailboxLab()) {
            ActorRef<Integer> actor = spawnBusy(lab, Mailbox.bounded(4).overflow(overflow));
            assertThat(lab.tellAll(actor, List.of(1, 2))).isEqualTo(TellResult.ACCEPTED);
            assertThat(lab.tellAll(actor, List.of(3, 4, 5)).accepted()).isFalse();
            assertThat(actor.stats().refused()).isEqualTo(3);
            assertThat(lab.tellAll(actor, List.of(6, 7))).isEqualTo(TellResult.ACCEPTED);
            assertThat(lab.tellAll(actor, List.of(8)).accepted()).isFalse();
            gate.open();
            MailboxLab.awaitRest(actor);
            assertThat(handled).containsExactly(0, 1, 2, 6, 7);
            assertThat(lab.deadLetters(DeadLetter.Reason.MAILBOX_FULL))
                    .containsExactlyElementsOf(overflow == Overflow.DROP_NEWEST ? List.of(3, 4, 5, 8) : List.of());
        }
    }

    @Test
    void priorityMailbox_atTheBound_allOrNone() {
        try (MailboxLab lab = new MailboxLab()) {
            ActorRef<Integer> actor = spawnBusy(lab, Mailbox.bounded(4).priority(Comparator.<Integer>naturalOrder()));
            lab.tellAll(actor, List.of(9, 8));
            assertThat(lab.tellAll(actor, List.of(3, 4, 5))).isEqualTo(TellResult.REFUSED);
            lab.tellAll(actor, List.of(7, 6));
            gate.open();
            MailboxLab.awaitRest(actor);
            assertThat(handled).containsExactly(0, 6, 7, 8, 9);
        }
    }

    @Test
    void dropOldest_takesMoreThanItsCapacity_andKeepsTheLast() {
        try (MailboxLab lab = new MailboxLab()) {
            ActorRef<Integer> actor = spawnBusy(lab, Mailbox.bounded(2).overflow(Overflow.DROP_OLDEST));
            lab.tell(actor, 1);
            assertThat(lab.tellAll(actor, List.of(2, 3, 4, 5))).isEqualTo(TellResult.ACCEPTED);
            assertThat(lab.deadLetters(DeadLetter.Reason.EVICTED)).containsExactly(1, 2, 3);
            gate.open();
            MailboxLab.awaitRest(actor);
            assertThat(handled).containsExactly(0, 4, 5);
        }
    }

    @Test
    void emptyList_isAccepted_andNullIsRefusedAtTheCallSite() {
        try (MailboxLab lab = new MailboxLab()) {
            gate.open();
            ActorRef<Integer> actor = spawnBusy(lab, Mailbox.defaults());
            assertThat(lab.tellAll(actor, List.of())).isEqualTo(TellResult.ACCEPTED);
            @SuppressWarnings("NullAway") // on purpose
            List<Integer> withNull = Arrays.asList(1, null);
            assertThatThrownBy(() -> actor.tellAll(withNull))
                    .isInstanceOf(NullPointerException.class)
                    .hasMessage("message: null (expected: a message)");
            MailboxLab.awaitRest(actor);
            assertThat(handled).containsExactly(0);
        }
    }
}
