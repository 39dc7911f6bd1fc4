package io.bastion.testkit;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import io.bastion.actor.ActorRef;
import io.bastion.actor.ActorSpec;
import io.bastion.actor.Behavior;
import io.bastion.actor.TerminationReason;
import java.time.Duration;
import java.util.List;
import org.junit.jupiter.api.Test;

/** What a probe gets, and says when it does not. */
class ProbeTest extends OnEachKit {
    /** Tells the probe what it is told. */
    private static ActorSpec<Object> echo(Probe<Object> probe) {
        return ActorSpec.of(
                "echo", () -> Behavior.receive((context, message) -> probe.ref().tell(message)));
    }

    @Test
    void messages_areExpectedInTheirOrder() {
        Probe<Object> probe = kit.probe();
        ActorRef<Object> echo = kit.spawn(echo(probe));
        echo.tellAll(List.of("a", 2, "c"));
        probe.expect("a");
        int two = probe.expect(Integer.class);
        assertThat(two).isEqualTo(2);
        assertThat(probe.expectNext()).isEqualTo("c");
        probe.expectNone();
        assertThat(probe.messages()).containsExactly("a", 2, "c");
    }

    @Test
    void otherMessage_isToldWithWhatWasExpected() {
        Probe<Object> probe = kit.probe();
        probe.ref().tell("b");
        assertThatThrownBy(() -> probe.expect("a"))
                .isInstanceOf(AssertionError.class)
                .hasMessage("message: b (expected: a); so far [b]");
        probe.ref().tell("c");
        assertThatThrownBy(() -> probe.expect(Integer.class))
                .isInstanceOf(AssertionError.class)
                .hasMessage("message: c (expected: a java.lang.Integer); so far [b, c]");
    }

    @Test
    void expectNone_findsWhatIsStillOnItsWay() {
        Probe<Object> probe = kit.probe();
        ActorRef<Object> echo = kit.spawn(echo(probe));
        echo.tell("a");
        assertThatThrownBy(probe::expectNone)
                .isInstanceOf(AssertionError.class)
                .hasMessage("messages: [a] (expected: none)");
    }

    @Test
    void expectNone_doesNotMoveTheTime() {
        Probe<Object> probe = kit.probe();
        kit.spawn(ActorSpec.<Object>of("later", context -> {
            context.timers().once("t", "tick", Duration.ofMillis(1));
            return Behavior.receive((c, message) -> probe.ref().tell(message));
        }));
        probe.expectNone();
        kit.advanceBy(Duration.ofMillis(1));
        probe.expect("tick");
    }

    @Test
    void endOfAnActor_comesAfterItsMessages() {
        Probe<Object> probe = kit.probe();
        ActorRef<Object> echo = kit.spawn(echo(probe));
        echo.tell("last");
        echo.drain();
        assertThat(probe.expectTerminated(echo)).isEqualTo(TerminationReason.STOPPED);
        assertThat(probe.messages()).containsExactly("last");
        assertThat(probe.expectTerminated(echo)).isEqualTo(TerminationReason.STOPPED);
    }

    @Test
    void endOfAnActorThatHasEnded_isKnownAtOnce() {
        Probe<Object> probe = kit.probe();
        ActorRef<Object> echo = kit.spawn(echo(probe));
        echo.kill();
        kit.rest();
        assertThat(probe.expectTerminated(echo)).isEqualTo(TerminationReason.KILLED);
    }
}
