package io.bastion.actor;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import io.bastion.mailbox.Mailbox;
import io.bastion.mailbox.Overflow;
import io.bastion.testing.Conditions;
import io.bastion.testing.Recorder;
import io.bastion.testing.TestSystem;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.extension.RegisterExtension;
import reactor.util.context.Context;

/** A message to all actors of a part of the tree. */
class BroadcastTest {
    @RegisterExtension
    final TestSystem test = new TestSystem();

    private final Recorder<String> handled = new Recorder<>();
    private final ActorGate gate = new ActorGate();

    private ActorSpec<Object> actor(String name) {
        return ActorSpec.of(
                name,
                () -> Behavior.receive((context, m) -> {
                    if (m.equals("wait")) {
                        gate.pass();
                    } else if (m.equals("spawn")) {
                        context.spawn(actor("child"));
                    } else {
                        handled.add(context.self().path().substring("bastion://test/".length()) + ":" + m
                                + context.contextView().getOrDefault("trace", ""));
                    }
                }));
    }

    private SupervisorRef tree() {
        SupervisorRef top = test.system.supervise(SupervisorSpec.named("top")
                .child(actor("a"))
                .child(SupervisorSpec.named("sub").child(actor("b")))
                .child(GroupSpec.of("workers", 2, actor("w"))));
        top.whenStarted().block(Conditions.BOUND);
        test.spawn(actor("outside"));
        return top;
    }

    @Test
    void aBroadcastToASupervisor_reachesTheActorsBelowItOnly() {
        assertThat(tree().broadcast("m").block(Conditions.BOUND)).isEqualTo(new BroadcastReport(4, 0));
        assertThat(handled.await(4))
                .containsExactlyInAnyOrder("top/a:m", "top/sub/b:m", "top/workers/1:m", "top/workers/2:m");
        assertThat(test.rest()).isEqualTo(new MessageStats(4, 4, 0, 0, 0, 0, 0));
    }

    @Test
    void aBroadcastToTheSystem_reachesAllAndTheirChildren_withTheContext() {
        tree();
        test.spawn(actor("parent")).tell("spawn");
        test.rest();
        assertThat(test.system
                        .broadcast("m")
                        .contextWrite(Context.of("trace", "!"))
                        .block(Conditions.BOUND))
                .isEqualTo(new BroadcastReport(7, 0));
        assertThat(handled.await(7)).contains("outside:m!", "parent:m!", "parent/child:m!", "top/sub/b:m!");
    }

    @Test
    void interceptors_areAroundABroadcast() {
        test.spawn(actor("a").intercept(new Interceptor() {
            @Override
            public TellResult tell(ActorRef<?> target, Object message, TellChain next) {
                return next.tell(message + "?");
            }
        }));
        test.spawn(actor("b").intercept(new Interceptor() {
            @Override
            public TellResult tell(ActorRef<?> target, Object message, TellChain next) {
                return TellResult.DROPPED;
            }
        }));
        assertThat(test.system.broadcast("m").block(Conditions.BOUND)).isEqualTo(new BroadcastReport(1, 1));
        assertThat(handled.await(1)).containsExactly("a:m?");
        assertThat(test.rest()).isEqualTo(new MessageStats(1, 1, 0, 0, 0, 0, 1));
        assertThat(test.deadLetters).extracting(DeadLetter::sender).containsOnlyNulls();
        assertThat(test.deadLetters(DeadLetter.Reason.INTERCEPTED)).containsExactly("m");
    }

    @Test
    void mailboxesThatAreFull_areCounted_andWhatTheyDropIsADeadLetter() {
        ActorRef<Object> full =
                test.spawn(actor("full").mailbox(Mailbox.bounded(1).overflow(Overflow.DROP_NEWEST)));
        test.spawn(actor("other"));
        full.tell("wait");
        gate.awaitEntered();
        full.tell("queued");
        Recorder<BroadcastReport> reports = new Recorder<>();
        test.system.broadcast("m").subscribe(reports::add);
        assertThat(handled.await(1)).containsExactly("other:m");
        assertThat(reports.all()).as("not all have been reached").isEmpty();
        gate.open();
        Conditions.await("reported", () -> reports.size() == 1);
        test.rest();
        BroadcastReport report = reports.all().get(0);
        assertThat(report.accepted() + report.refused()).isEqualTo(2);
        assertThat(test.deadLetters).hasSize((int) report.refused()).allMatch(letter -> letter.sender() == null);
    }

    @Test
    void aBroadcastBelowADeadSupervisor_reachesNobody() {
        SupervisorRef top = tree();
        top.stop();
        top.whenTerminated().block(Conditions.BOUND);
        assertThat(top.broadcast("m").block(Conditions.BOUND)).isEqualTo(new BroadcastReport(0, 0));
    }

    @Test
    @SuppressWarnings("NullAway")
    void null_isRefusedAtTheCall() {
        assertThatThrownBy(() -> test.system.broadcast(null))
                .isInstanceOf(NullPointerException.class)
                .hasMessage("message: null (expected: a message)");
    }
}
