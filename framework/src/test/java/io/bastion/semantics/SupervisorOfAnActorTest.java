package io.bastion.semantics;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import io.bastion.actor.ActorRef;
import io.bastion.actor.ActorSpec;
import io.bastion.actor.ActorSystem;
import io.bastion.actor.ActorTerminatedException;
import io.bastion.actor.Behavior;
import io.bastion.actor.GroupSpec;
import io.bastion.actor.SupervisorRef;
import io.bastion.actor.SupervisorSpec;
import io.bastion.actor.TerminationReason;
import io.bastion.actor.TreeEvent;
import io.bastion.testing.Conditions;
import io.bastion.testing.Recorder;
import io.bastion.testing.TestSystem;
import java.time.Duration;
import java.util.List;
import java.util.Objects;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.extension.RegisterExtension;
import reactor.core.publisher.Mono;

/** Any actor as what supervises its children. */
class SupervisorOfAnActorTest {
    @RegisterExtension
    final TestSystem test = new TestSystem();

    private final Cast cast = new Cast();

    private static <T> T get(Mono<T> mono) {
        return Objects.requireNonNull(mono.block(Conditions.BOUND), "nothing");
    }

    private static ActorRef<?> actor(SupervisorRef supervisor) {
        return Objects.requireNonNull(Cast.tree(supervisor).actor());
    }

    @Test
    void supervisorOfASupervisor_isThatSupervisor() {
        SupervisorRef s = cast.start(test, SupervisorSpec.named("s").child(cast.member("a")));
        SupervisorRef t = get(s.add(SupervisorSpec.named("t").child(cast.member("b"))));
        SupervisorRef g = get(s.add(GroupSpec.of("g", 1, cast.member("member"))));
        for (SupervisorRef each : List.of(test.system.root(), s, t, g)) {
            assertThat(test.system.supervisor(actor(each))).isEqualTo(each).hasToString(each.path());
        }
        SupervisorRef same = test.system.supervisor(actor(s));
        get(same.add(cast.member("c")));
        assertThat(get(same.restart("a"))).isTrue();
        Cast.awaitChildren(s, "a:RUNNING#1 t:RUNNING g:RUNNING c:RUNNING");
        same.stop();
        assertThat(get(s.whenTerminated())).isEqualTo(TerminationReason.STOPPED);
    }

    /** An actor with a child. */
    private ActorRef<Object> parent() {
        return test.spawn(ActorSpec.of("parent", context -> {
            context.spawn(cast.member("a"));
            return Behavior.receive((c, message) -> cast.log.add("parent: " + message));
        }));
    }

    @Test
    void supervisorOfAPlainActor_showsAndRestartsAndRemovesItsChildren() {
        ActorRef<Object> parent = parent();
        SupervisorRef of = test.system.supervisor(parent);
        Recorder<TreeEvent> events = new Recorder<>();
        of.events().subscribe(events::add);
        of.whenStarted().block(Conditions.BOUND);
        assertThat(of.path()).isEqualTo(parent.path());
        assertThat(of.tree().block(Conditions.BOUND)).hasToString("""
                        parent
                        └─ a
                        """);
        assertThat(get(of.restart("a"))).isTrue();
        assertThat(get(of.restart("nobody"))).isFalse();
        get(of.add(cast.member("b"))).tell("hello");
        Cast.awaitChildren(of, "a:RUNNING#1 b:RUNNING");
        Conditions.await("b works", () -> cast.log.all().contains("b 0: hello"));
        assertThat(get(of.remove("a"))).isTrue();
        assertThat(get(of.remove("a"))).isFalse();
        Cast.awaitChildren(of, "b:RUNNING");
        parent.tell("still here");
        Conditions.await("the parent works", () -> cast.log.all().contains("parent: still here"));
        of.stop();
        assertThat(TestSystem.end(parent)).isEqualTo(TerminationReason.STOPPED);
        Conditions.await(
                "the end is told",
                () -> events.all().contains(new TreeEvent.Stopped(parent, TerminationReason.STOPPED)));
        assertThat(events.all()).contains(new TreeEvent.Restarted(cast.ref("a"), 1));
    }

    @Test
    void supervisorOfAnActorWithoutChildren_isAloneInItsTree() {
        SupervisorRef of = test.system.supervisor(test.spawn(cast.member("leaf")));
        Cast.awaitChildren(of, "");
        assertThat(Cast.tree(of).size()).isEqualTo(1);
        assertThat(get(of.remove("nobody"))).isFalse();
    }

    @Test
    void supervisorOfAnActorThatHasEnded_saysSo() {
        ActorRef<Object> ended = test.spawn(cast.member("ended"));
        ended.stop();
        TestSystem.end(ended);
        SupervisorRef of = test.system.supervisor(ended);
        assertThat(get(of.whenTerminated())).isEqualTo(TerminationReason.STOPPED);
        assertThatThrownBy(() -> get(of.add(cast.member("late")))).isInstanceOf(ActorTerminatedException.class);
        assertThatThrownBy(() -> get(of.restart("nobody"))).isInstanceOf(ActorTerminatedException.class);
    }

    @Test
    void supervisorOfAStranger_isRefused() {
        try (ActorSystem other = ActorSystem.builder("other").workers(1).build()) {
            ActorRef<Object> stranger = other.spawn(cast.member("stranger"));
            assertThatThrownBy(() -> test.system.supervisor(stranger))
                    .isInstanceOf(IllegalArgumentException.class)
                    .hasMessage("actor: bastion://other/stranger (expected: an actor of test)");
        }
    }

    @Test
    void supervisorOfAReplyReference_isRefused() {
        Recorder<Throwable> refusals = new Recorder<>();
        ActorRef<ActorRef<String>> asked = test.spawn(ActorSpec.of(
                "asked",
                () -> Behavior.receive((context, replyTo) -> {
                    try {
                        test.system.supervisor(replyTo);
                    } catch (IllegalArgumentException e) {
                        refusals.add(e);
                    }
                    replyTo.tell("asked");
                })));
        get(asked.<String>ask(replyTo -> replyTo, Duration.ofSeconds(1)));
        assertThat(refusals.all()).singleElement().asString().contains("(expected: an actor, not a reply reference)");
    }
}
