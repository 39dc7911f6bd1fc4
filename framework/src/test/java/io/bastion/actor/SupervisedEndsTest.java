package io.bastion.actor;

import static org.assertj.core.api.Assertions.assertThat;

import io.bastion.supervision.Budget;
import io.bastion.supervision.Restart;
import io.bastion.testing.Conditions;
import io.bastion.testing.Recorder;
import io.bastion.testing.TestSystem;
import java.time.Duration;
import java.util.Objects;
import java.util.concurrent.atomic.AtomicInteger;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.extension.RegisterExtension;

/** Children that could not be started at first, that fail their supervisor, and that take another's place. */
class SupervisedEndsTest {
    @RegisterExtension
    final TestSystem test = new TestSystem();

    private final Recorder<Object> seen = new Recorder<>();

    private ActorSpec<String> actor(String name) {
        return ActorSpec.of(name, context -> {
            seen.add(context.self());
            return Behavior.receive((c, m) -> {
                throw new IllegalStateException(m);
            });
        });
    }

    @SuppressWarnings("unchecked") // they are all of that type
    private ActorRef<String> started() {
        return (ActorRef<String>) seen.await(1).get(0);
    }

    @Test
    void plainActorWhoseFirstStartFails_isRetriedIfItsPolicySaysSo() {
        AtomicInteger made = new AtomicInteger();
        ActorRef<String> actor = test.spawn(ActorSpec.<String>of("a", () -> {
                    if (made.incrementAndGet() < 3) {
                        throw new IllegalStateException("not yet");
                    }
                    return Behavior.receive((context, m) -> seen.add(m));
                })
                .restart(Restart.transientOnFailure().retryStart()));
        actor.tell("first");
        assertThat(seen.await(1)).containsExactly("first");
        assertThat(made).hasValue(3);
    }

    @Test
    void childThatIsMoreThanItsSupervisorBears_endsWithItsFailure() {
        test.system.supervise(SupervisorSpec.named("s")
                .budget(Budget.of(0, Duration.ofSeconds(5)))
                .restart(Restart.temporary())
                .child(actor("a")));
        ActorRef<String> actor = started();
        actor.tell("boom");
        assertThat(TestSystem.end(actor))
                .isInstanceOfSatisfying(
                        TerminationReason.Failed.class,
                        failed -> assertThat(failed.cause()).hasMessage("boom"));
    }

    @Test
    void childWhoseEndTheCallerHasHeardOf_isRestarted_beforeItsSupervisorHears() {
        SupervisorRef supervisor =
                test.system.supervise(SupervisorSpec.named("s").child(actor("a")));
        ActorRef<String> actor = started();
        var restarted = actor.whenTerminated()
                .flatMap(reason -> supervisor.restart("a"))
                .toFuture();
        actor.stop();
        assertThat(restarted.join()).isTrue();
        assertThat(seen.await(2)).doesNotHaveDuplicates();
    }

    @Test
    void childInThePlaceOfARemovedOne_isListedWhenItIsDown() {
        SupervisorRef supervisor =
                test.system.supervise(SupervisorSpec.named("s").child(actor("a")));
        supervisor.whenStarted().block(Conditions.BOUND);
        ActorRef<String> second = Objects.requireNonNull(supervisor
                .remove("a")
                .flatMap(removed -> supervisor.add(actor("a"))) // at once, before the supervisor hears of the end
                .block(Conditions.BOUND));
        second.stop();
        assertThat(TestSystem.end(second)).isEqualTo(TerminationReason.STOPPED);
        Conditions.await(
                "a down",
                () -> Objects.requireNonNull(supervisor.tree().block(Conditions.BOUND))
                        .render()
                        .contains("a down"));
    }
}
