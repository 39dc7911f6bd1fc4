package io.bastion.actor;

import static io.bastion.testing.Conditions.await;
import static org.assertj.core.api.Assertions.assertThat;

import io.bastion.actor.MailboxLab.Gate;
import io.bastion.mailbox.Mailbox;
import io.bastion.mailbox.Overflow;
import java.util.List;
import java.util.concurrent.CopyOnWriteArrayList;
import java.util.stream.IntStream;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.EnumSource;
import reactor.core.publisher.Mono;

/** System signals overtake a full mailbox and are never refused. */
class MailboxSystemLaneTest {
    private final List<Integer> handled = new CopyOnWriteArrayList<>();
    private final Gate gate = new Gate();

    private ActorRef<Integer> spawnFull(MailboxLab lab, Mailbox mailbox) {
        ActorRef<Integer> actor = lab.spawn(ActorSpec.<Integer>anonymous(() -> Behavior.receive((context, n) -> {
                    gate.pass();
                    handled.add(n);
                }))
                .mailbox(mailbox));
        lab.tell(actor, 0);
        gate.awaitReached();
        for (int i = 1; i <= 3; i++) {
            lab.tell(actor, i);
        }
        return actor;
    }

    @ParameterizedTest
    @EnumSource(Overflow.class)
    void stop_overtakesAFullMailbox(Overflow overflow) {
        try (MailboxLab lab = new MailboxLab()) {
            ActorRef<Integer> actor = spawnFull(lab, Mailbox.bounded(3).overflow(overflow));
            actor.stop();
            gate.open();
            assertThat(MailboxLab.awaitEnd(actor)).isEqualTo(TerminationReason.STOPPED);
            assertThat(handled).containsExactly(0);
            assertThat(lab.deadLetters(DeadLetter.Reason.STOPPED)).containsExactly(1, 2, 3);
        }
    }

    @Test
    void kill_overtakesAFullMailbox_andStop() {
        try (MailboxLab lab = new MailboxLab()) {
            ActorRef<Integer> actor = spawnFull(lab, Mailbox.bounded(3));
            actor.stop();
            actor.kill();
            gate.open();
            MailboxLab.awaitEnd(actor);
            assertThat(handled).containsExactly(0);
            assertThat(lab.deadLetters(DeadLetter.Reason.STOPPED)).containsExactly(1, 2, 3);
        }
    }

    @Test
    void kill_cancelsWork_behindAFullMailbox() {
        try (MailboxLab lab = new MailboxLab()) {
            Gate begun = new Gate();
            begun.open();
            Gate cancelled = new Gate();
            cancelled.open();
            ActorRef<Integer> actor = lab.spawn(ActorSpec.<Integer>anonymous(() -> Behavior.receiveAsync((context, n) ->
                            Mono.never().doOnSubscribe(s -> begun.pass()).doOnCancel(cancelled::pass)))
                    .mailbox(Mailbox.bounded(2)));
            lab.tell(actor, 0);
            begun.awaitReached();
            await("full", () -> !lab.tell(actor, 1).accepted());
            actor.kill();
            cancelled.awaitReached();
            assertThat(MailboxLab.awaitEnd(actor)).isEqualTo(TerminationReason.KILLED);
        }
    }

    @Test
    void watch_reachesAnActorWithAFullMailbox_andEndsWithOneSignal() {
        try (MailboxLab lab = new MailboxLab()) {
            ActorRef<Integer> target = spawnFull(lab, Mailbox.bounded(3));
            List<Signal> signals = new CopyOnWriteArrayList<>();
            ActorRef<Integer> watcher = lab.spawn(
                    ActorSpec.<Integer>anonymous(() -> Behavior.<Integer>receive((context, n) -> context.watch(target))
                            .onSignal((context, signal) -> signals.add(signal))));
            for (int i = 0; i < 3; i++) {
                lab.tell(watcher, 1);
            }
            MailboxLab.awaitRest(watcher);
            target.stop();
            gate.open();
            await("signal", () -> !signals.isEmpty());
            MailboxLab.awaitEnd(target);
            lab.tell(watcher, 1);
            await("signal of the dead", () -> signals.size() == 2);
            assertThat(signals).allMatch(s -> s instanceof Signal.Terminated);
        }
    }

    @Test
    void signals_areDeliveredToAWatcherWithAFullMailbox() {
        try (MailboxLab lab = new MailboxLab()) {
            ActorRef<Integer> target =
                    lab.spawn(ActorSpec.<Integer>anonymous(() -> Behavior.receive((context, n) -> {})));
            List<Object> seen = new CopyOnWriteArrayList<>();
            ActorRef<Integer> watcher =
                    lab.spawn(ActorSpec.<Integer>anonymous(() -> Behavior.<Integer>receive((context, n) -> {
                                        if (n == 0) {
                                            context.watch(target);
                                            gate.pass();
                                        }
                                        seen.add(n);
                                    })
                                    .onSignal((context, signal) -> seen.add(signal)))
                            .mailbox(Mailbox.bounded(2)));
            lab.tell(watcher, 0);
            gate.awaitReached();
            lab.tell(watcher, 1);
            lab.tell(watcher, 2);
            assertThat(lab.tell(watcher, 3)).isEqualTo(TellResult.REFUSED);
            target.stop();
            MailboxLab.awaitEnd(target);
            gate.open();
            await("signal", () -> seen.size() == 4);
            assertThat(seen.subList(0, 3)).isEqualTo(List.of(0, 1, 2));
            assertThat(seen.get(3)).isInstanceOf(Signal.Terminated.class);
        }
    }

    @Test
    void drain_handlesWhatIsQueued_andNoMore() {
        try (MailboxLab lab = new MailboxLab()) {
            ActorRef<Integer> actor = spawnFull(lab, Mailbox.bounded(100));
            actor.drain();
            IntStream.range(50, 60).forEach(i -> lab.tell(actor, i));
            gate.open();
            assertThat(MailboxLab.awaitEnd(actor)).isEqualTo(TerminationReason.STOPPED);
            assertThat(handled).containsExactly(0, 1, 2, 3);
            assertThat(lab.deadLetters(DeadLetter.Reason.STOPPED)).hasSize(10);
        }
    }
}
