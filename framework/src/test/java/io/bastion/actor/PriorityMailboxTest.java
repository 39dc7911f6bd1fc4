package io.bastion.actor;

import static io.bastion.testing.Conditions.await;
import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import io.bastion.actor.MailboxLab.Gate;
import io.bastion.mailbox.Mailbox;
import io.bastion.mailbox.Overflow;
import java.util.ArrayList;
import java.util.Comparator;
import java.util.List;
import java.util.concurrent.CopyOnWriteArrayList;
import java.util.concurrent.atomic.AtomicReference;
import org.jspecify.annotations.Nullable;
import org.junit.jupiter.api.Test;
import org.reactivestreams.Subscription;
import reactor.core.publisher.BaseSubscriber;
import reactor.core.publisher.Mono;

/** A mailbox with an order of its own. */
class PriorityMailboxTest {
    private record Job(int rank, int number) {}

    private static final Comparator<Job> BY_RANK = Comparator.comparingInt(Job::rank);

    private final List<Job> handled = new CopyOnWriteArrayList<>();
    private final Gate gate = new Gate();

    private ActorRef<Job> spawnBusy(MailboxLab lab, Mailbox mailbox) {
        ActorRef<Job> actor = lab.spawn(ActorSpec.<Job>anonymous(() -> Behavior.receive((context, job) -> {
                    if (job.rank() < 0) {
                        gate.pass();
                    } else {
                        handled.add(job);
                    }
                }))
                .mailbox(mailbox));
        lab.tell(actor, new Job(-1, 0));
        gate.awaitReached();
        return actor;
    }

    @Test
    void smallestIsTakenFirst_andEqualOnesInOrderOfArrival() {
        try (MailboxLab lab = new MailboxLab()) {
            ActorRef<Job> actor = spawnBusy(lab, Mailbox.unbounded().priority(BY_RANK));
            List<Job> jobs = new ArrayList<>();
            for (int i = 0; i < 300; i++) {
                jobs.add(new Job((i * 7) % 5, i));
                lab.tell(actor, jobs.get(i));
            }
            gate.open();
            MailboxLab.awaitRest(actor);
            assertThat(handled).isEqualTo(jobs.stream().sorted(BY_RANK).toList());
        }
    }

    @Test
    void bound_refusesTheUrgentToo() {
        try (MailboxLab lab = new MailboxLab()) {
            ActorRef<Job> actor = spawnBusy(lab, Mailbox.bounded(2).priority(BY_RANK));
            lab.tell(actor, new Job(5, 1));
            lab.tell(actor, new Job(4, 2));
            assertThat(lab.tell(actor, new Job(0, 3))).isEqualTo(TellResult.REFUSED);
            gate.open();
            MailboxLab.awaitRest(actor);
            assertThat(handled).containsExactly(new Job(4, 2), new Job(5, 1));
        }
    }

    @Test
    void dropOldest_evictsWhatWouldBeTakenLast() {
        try (MailboxLab lab = new MailboxLab()) {
            ActorRef<Job> actor = spawnBusy(
                    lab, Mailbox.bounded(2).overflow(Overflow.DROP_OLDEST).priority(BY_RANK));
            lab.tell(actor, new Job(5, 1));
            lab.tell(actor, new Job(3, 2));
            lab.tell(actor, new Job(1, 3));
            lab.tell(actor, new Job(9, 4));
            assertThat(lab.deadLetters(DeadLetter.Reason.EVICTED)).containsExactly(new Job(5, 1), new Job(9, 4));
            gate.open();
            MailboxLab.awaitRest(actor);
            assertThat(handled).containsExactly(new Job(1, 3), new Job(3, 2));
        }
    }

    @Test
    void comparatorThatThrows_throwsAtTheSender_andNothingIsLost() {
        try (MailboxLab lab = new MailboxLab()) {
            Comparator<Job> picky = (a, b) -> {
                if (a.number() == 13 || b.number() == 13) {
                    throw new IllegalStateException("not 13");
                }
                return BY_RANK.compare(a, b);
            };
            ActorRef<Job> actor = spawnBusy(lab, Mailbox.bounded(100).priority(picky));
            lab.tell(actor, new Job(2, 1));
            assertThatThrownBy(() -> actor.tell(new Job(0, 13))).hasMessage("not 13");
            assertThatThrownBy(() -> actor.tellAll(List.of(new Job(1, 2), new Job(1, 13), new Job(1, 3))))
                    .hasMessage("not 13");
            lab.tell(actor, new Job(1, 4));
            assertThat(actor.stats().queued()).isEqualTo(2);
            gate.open();
            MailboxLab.awaitRest(actor);
            assertThat(handled).containsExactly(new Job(1, 4), new Job(2, 1));
        }
    }

    @Test
    void flow_takesTheSmallestAtTheTimeOfItsDemand_andHoldsNone() {
        try (MailboxLab lab = new MailboxLab()) {
            AtomicReference<@Nullable Subscription> demand = new AtomicReference<>();
            ActorRef<Job> actor = lab.spawn(ActorSpec.<Job>anonymous(() -> Behavior.flow((context, inbox) -> {
                        inbox.subscribe(new BaseSubscriber<>() {
                            @Override
                            protected void hookOnSubscribe(Subscription s) {
                                demand.set(s);
                            }

                            @Override
                            protected void hookOnNext(Job job) {
                                handled.add(job);
                            }
                        });
                        return Mono.never();
                    }))
                    .mailbox(Mailbox.bounded(3).priority(BY_RANK)));
            await("subscribed", () -> demand.get() != null);
            lab.tell(actor, new Job(3, 1));
            lab.tell(actor, new Job(2, 2));
            MailboxLab.awaitRounds(lab, actor);
            assertThat(actor.stats().queued()).isEqualTo(2);
            assertThat(actor.stats().conserved()).isTrue();
            lab.tell(actor, new Job(1, 3));
            assertThat(lab.tell(actor, new Job(1, 4))).isEqualTo(TellResult.REFUSED);
            Subscription s = demand.get();
            if (s != null) {
                s.request(2);
            }
            await("two", () -> handled.size() == 2);
            assertThat(handled).containsExactly(new Job(1, 3), new Job(2, 2));
            MailboxLab.awaitRounds(lab, actor);
            assertThat(actor.stats().conserved()).isTrue();
            actor.stop();
            MailboxLab.awaitEnd(actor);
            assertThat(lab.deadLetters(DeadLetter.Reason.STOPPED)).containsExactly(new Job(3, 1));
        }
    }
}
