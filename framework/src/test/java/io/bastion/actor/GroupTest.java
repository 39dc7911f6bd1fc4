package io.bastion.actor;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import io.bastion.mailbox.Mailbox;
import io.bastion.mailbox.Overflow;
import io.bastion.supervision.Backoff;
import io.bastion.supervision.Budget;
import io.bastion.supervision.Restart;
import io.bastion.testing.Conditions;
import io.bastion.testing.Recorder;
import io.bastion.testing.TestSystem;
import java.time.Duration;
import java.util.List;
import java.util.Map;
import java.util.Objects;
import java.util.concurrent.CountDownLatch;
import java.util.stream.IntStream;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.extension.RegisterExtension;
import org.reactivestreams.Publisher;
import reactor.core.publisher.Mono;
import reactor.core.publisher.Sinks;
import reactor.util.context.Context;

/** Groups: who is a member when, and what becomes of what their distributors are told. */
class GroupTest {
    private static final Duration SECOND = Duration.ofSeconds(1);

    @RegisterExtension
    final TestSystem test = new TestSystem();

    /** What was handled, as {@code member:message}. */
    private final Recorder<String> handled = new Recorder<>();

    private final ActorGate gate = new ActorGate();

    private static String name(ActorRef<?> actor) {
        return actor.path().substring(actor.path().lastIndexOf('/') + 1);
    }

    private ActorSpec<Object> worker() {
        return ActorSpec.of(
                "worker",
                () -> Behavior.receive((context, m) -> {
                    if (m.equals("fail")) {
                        throw new IllegalStateException("wanted");
                    }
                    if (m.equals("wait")) {
                        gate.pass();
                    }
                    if (m.equals("stop")) {
                        context.stop();
                    }
                    handled.add(name(context.self()) + ":" + m);
                }));
    }

    private GroupSpec<Object> workers(int members) {
        return GroupSpec.of("workers", members, worker());
    }

    private SupervisorRef start(GroupSpec<?> spec) {
        SupervisorRef group = test.system.supervise(spec);
        group.whenStarted().block(Conditions.BOUND);
        return group;
    }

    private Distributor<Object> distributor() {
        return test.system.distributor("workers", Object.class);
    }

    private List<String> memberNames() {
        return distributor().members().stream().map(GroupTest::name).toList();
    }

    @Test
    void tellOne_byDefault_goesToOneMemberAfterTheOther() {
        start(workers(3));
        assertThat(memberNames()).containsExactly("1", "2", "3");
        IntStream.range(0, 6).forEach(i -> assertThat(distributor().tellOne(i)).isEqualTo(TellResult.ACCEPTED));
        assertThat(handled.await(6)).containsExactlyInAnyOrder("1:0", "2:1", "3:2", "1:3", "2:4", "3:5");
    }

    @Test
    void tellOne_withAContext_carriesIt() {
        Recorder<Object> seen = new Recorder<>();
        start(GroupSpec.of(
                "workers",
                1,
                ActorSpec.of(
                        "w",
                        () -> Behavior.receive(
                                (context, m) -> seen.add(context.contextView().get("trace"))))));
        distributor().tellOne("a", Context.of("trace", 7));
        assertThat(seen.await(1)).containsExactly(7);
    }

    @Test
    void tellEveryone_reachesEachMemberAndSaysSo() {
        start(workers(3).redundancy(2));
        Map<ActorRef<Object>, TellResult> results = distributor().tellEveryone("m");
        assertThat(results.keySet()).containsExactlyElementsOf(distributor().members());
        assertThat(results.values()).containsOnly(TellResult.ACCEPTED);
        assertThat(handled.await(2)).containsExactlyInAnyOrder("1:m", "2:m");
    }

    @Test
    void aFullMember_refuses_andTheSenderIsTold() {
        start(GroupSpec.of("workers", 1, worker().mailbox(Mailbox.bounded(1).overflow(Overflow.BACKPRESSURE))));
        distributor().tellOne("wait");
        gate.awaitEntered();
        distributor().tellOne("queued");
        assertThat(distributor().tellOne("refused")).isEqualTo(TellResult.REFUSED);
        assertThat(distributor().tellEveryone("refused").values()).containsExactly(TellResult.REFUSED);
        gate.open();
        assertThat(handled.await(2)).containsExactly("1:wait", "1:queued");
        assertThat(test.deadLetters).isEmpty();
    }

    @Test
    void aMessageOfAnotherType_isRefusedAtTheCall() {
        start(workers(1));
        @SuppressWarnings({"unchecked", "rawtypes"})
        Distributor<Object> strings = (Distributor) test.system.distributor("workers", String.class);
        assertThatThrownBy(() -> strings.tellOne(1)).isInstanceOf(ClassCastException.class);
        assertThatThrownBy(() -> strings.tellEveryone(1)).isInstanceOf(ClassCastException.class);
        assertThatThrownBy(() -> strings.askOne(reply -> 1, SECOND).block()).isInstanceOf(ClassCastException.class);
        test.rest();
        assertThat(handled.all()).isEmpty();
    }

    @Test
    void aDistributor_mayBeThereBeforeItsGroup_andOutlivesIt() {
        Distributor<Object> early = distributor();
        assertThat(early.tellOne("early")).isEqualTo(TellResult.TERMINATED);
        SupervisorRef group = start(workers(1));
        assertThat(early.tellOne("a")).isEqualTo(TellResult.ACCEPTED);
        handled.await(1);
        group.stop();
        group.whenTerminated().block(Conditions.BOUND);
        assertThat(early.tellOne("between")).isEqualTo(TellResult.TERMINATED);
        start(workers(2));
        early.tellEveryone("b");
        assertThat(handled.await(3)).containsExactlyInAnyOrder("1:a", "1:b", "2:b");
        assertThat(test.deadLetters(DeadLetter.Reason.TERMINATED)).containsExactly("early", "between");
    }

    @Test
    void withoutAGroup_nothingIsLostInSilence() {
        Distributor<Object> none = distributor();
        assertThat(none.tellOne("one")).isEqualTo(TellResult.TERMINATED);
        assertThat(none.tellEveryone("all")).isEmpty();
        assertThat(none.members()).isEmpty();
        assertThat(test.deadLetters(DeadLetter.Reason.TERMINATED)).containsExactly("one", "all");
        assertThat(Objects.requireNonNull(test.deadLetters.peek()).recipient().path())
                .isEqualTo("bastion://test?group=workers");
        assertThat(test.stats().refused()).isEqualTo(2);
        for (Mono<?> ask : List.of(
                none.askOne(reply -> "q", SECOND),
                none.request(reply -> "q", SECOND),
                none.askEveryone(reply -> "q", SECOND).next())) {
            assertThatThrownBy(ask::block)
                    .isInstanceOf(UndispatchedException.class)
                    .hasMessage("group: \"workers\" (expected: the name of a living group)");
        }
    }

    @Test
    void aGroupWithoutMembers_saysSo() {
        start(workers(1));
        distributor().tellOne("stop");
        Conditions.await("no member", () -> distributor().members().isEmpty());
        assertThat(distributor().tellOne("late")).isEqualTo(TellResult.TERMINATED);
        assertThat(test.deadLetters(DeadLetter.Reason.TERMINATED)).containsExactly("late");
        assertThatThrownBy(() -> distributor().askOne(reply -> "q", SECOND).block())
                .hasMessage("group: \"workers\" has no living member (expected: at least one)");
    }

    @Test
    void aMemberThatEndsForGood_leavesAtOnce_whileItIsStillStopping() {
        Sinks.Empty<Void> stopped = Sinks.empty();
        start(GroupSpec.of("workers", 2, worker().callbacks(new Callbacks() {
            @Override
            public Publisher<?> afterStop(ActorRef<?> self, TerminationReason reason) {
                return stopped.asMono();
            }
        })));
        distributor().members().get(0).tell("stop");
        Conditions.await("left", () -> memberNames().equals(List.of("2")));
        distributor().tellOne("a");
        distributor().tellOne("b");
        assertThat(handled.await(3)).containsExactlyInAnyOrder("1:stop", "2:a", "2:b");
        stopped.tryEmitEmpty();
    }

    @Test
    void aMemberThatIsRestarted_staysWithTheSameReference_alsoWhileItBacksOff() {
        start(GroupSpec.of(
                "workers", 1, worker().restart(Restart.transientOnFailure().backoff(Backoff.constant(SECOND)))));
        List<ActorRef<Object>> before = distributor().members();
        distributor().tellOne("fail");
        test.settle();
        assertThat(distributor().members()).isEqualTo(before);
        assertThat(distributor().tellOne("later")).isEqualTo(TellResult.ACCEPTED);
        test.settle();
        assertThat(handled.all()).isEmpty();
        test.advance(SECOND);
        assertThat(handled.await(1)).containsExactly("1:later");
        assertThat(distributor().members()).isEqualTo(before);
    }

    @Test
    void aGroupThatIsRestarted_hasNewMembersBehindTheSameDistributor() {
        Distributor<Object> distributor = distributor();
        start(workers(2).budget(Budget.of(1, SECOND)));
        List<ActorRef<Object>> before = distributor.members();
        before.get(0).tell("fail");
        before.get(0).tell("fail");
        TestSystem.end(before.get(1));
        Conditions.await("two new members", () -> memberNames().size() == 2);
        assertThat(distributor.members()).doesNotContainAnyElementsOf(before);
        distributor.tellEveryone("a");
        assertThat(handled.await(2)).containsExactlyInAnyOrder("1:a", "2:a");
    }

    @Test
    void aSecondGroupOfTheSameName_isNotStarted_andTheFirstGoesOn() {
        start(workers(1));
        SupervisorRef second = test.system.supervise(
                SupervisorSpec.named("other").child(workers(1)).restart(Restart.temporary()));
        assertThatThrownBy(() -> second.whenStarted().block(Conditions.BOUND))
                .isInstanceOf(ActorStartException.class)
                .hasMessageContaining("bastion://test/other/workers")
                .hasMessageContaining("name: \"workers\" (expected: no other group of that name)");
        distributor().tellOne("a");
        assertThat(handled.await(1)).containsExactly("1:a");
        assertThat(memberNames()).containsExactly("1");
    }

    @Test
    void aMemberThatIsRemoved_leaves_andAForeignOneIsNotAdded() {
        SupervisorRef group = start(workers(2));
        assertThat(group.remove("1").block(Conditions.BOUND)).isTrue();
        assertThat(memberNames()).containsExactly("2");
        assertThatThrownBy(() -> group.add(worker()).block(Conditions.BOUND))
                .isInstanceOf(IllegalArgumentException.class)
                .hasMessage("child: \"worker\" (expected: none; the members of bastion://test/workers follow"
                        + " the group's specification)");
        assertThat(memberNames()).containsExactly("2");
    }

    @Test
    void aMemberThatIsDown_andRestartedByHand_joinsAgain() {
        SupervisorRef group = start(workers(2));
        distributor().members().get(0).tell("stop");
        TestSystem.end(distributor().members().get(0));
        test.settle();
        group.restart("1").block(Conditions.BOUND);
        assertThat(memberNames()).containsExactlyInAnyOrder("1", "2");
    }

    @Test
    void aGroupThatIsStopped_hasNoMembersFromTheBeginningOfItsStop() {
        SupervisorRef group = start(workers(2));
        distributor().tellOne("wait");
        gate.awaitEntered();
        group.stop();
        Conditions.await("no members", () -> distributor().members().isEmpty());
        assertThat(distributor().tellOne("late")).isEqualTo(TellResult.TERMINATED);
        gate.open();
        group.whenTerminated().block(Conditions.BOUND);
        assertThat(test.deadLetters).extracting(DeadLetter::message).containsExactly("late");
    }

    @Test
    void aMemberThatDoesNotEvenEndWhenKilled_isNoMember() {
        SupervisorRef group = start(GroupSpec.of("workers", 2, worker().stopTimeout(SECOND)));
        distributor().tellOne("wait");
        gate.awaitEntered();
        group.remove("1").subscribe();
        Conditions.await("left", () -> memberNames().equals(List.of("2")));
        gate.open();
        test.rest();
    }

    @Test
    void manySenders_withMembersThatDie_loseNoMessageInSilence() throws InterruptedException {
        start(GroupSpec.of("workers", 8, worker().restart(Restart.temporary()).mailbox(Mailbox.unbounded())));
        int senders = 4;
        int each = 2_000;
        CountDownLatch done = new CountDownLatch(senders);
        int[] refused = new int[senders];
        for (int s = 0; s < senders; s++) {
            int sender = s;
            new Thread(() -> {
                        for (int i = 0; i < each; i++) {
                            boolean last = i % 500 == 499;
                            if (!distributor().tellOne(last ? "fail" : "m").accepted()) {
                                refused[sender]++;
                            }
                        }
                        done.countDown();
                    })
                    .start();
        }
        done.await();
        MessageStats stats = test.rest();
        assertThat(stats.accepted())
                .isEqualTo((long) senders * each - IntStream.of(refused).sum());
        assertThat(stats.refused()).isEqualTo(IntStream.of(refused).sum());
        assertThat((long) test.deadLetters.size()).isEqualTo(stats.refused() + stats.deadLettered());
    }
}
