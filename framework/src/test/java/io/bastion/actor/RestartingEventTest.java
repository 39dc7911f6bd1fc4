package io.bastion.actor;

import static org.assertj.core.api.Assertions.assertThat;

import io.bastion.supervision.Backoff;
import io.bastion.supervision.Restart;
import io.bastion.supervision.Strategy;
import io.bastion.testing.Conditions;
import io.bastion.testing.Recorder;
import io.bastion.testing.TestSystem;
import java.time.Duration;
import org.junit.jupiter.api.extension.RegisterExtension;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.EnumSource;

/** What an event says of a restart that is to come. */
class RestartingEventTest {
    private static final Duration WAIT = Duration.ofSeconds(7);

    @RegisterExtension
    final TestSystem test = new TestSystem();

    @ParameterizedTest
    @EnumSource(Strategy.class)
    void restartingEvent_saysTheBackoff_whateverTheStrategy(Strategy strategy) {
        Recorder<ActorRef<Object>> started = new Recorder<>();
        SupervisorRef supervisor = test.system.supervise(SupervisorSpec.named("s")
                .strategy(strategy)
                .child(ActorSpec.<Object>of("a", context -> {
                            started.add(context.self());
                            return Behavior.receive((c, m) -> {
                                throw new IllegalStateException("boom");
                            });
                        })
                        .restart(Restart.transientOnFailure().backoff(Backoff.constant(WAIT)))));
        supervisor.whenStarted().block(Conditions.BOUND);
        Recorder<TreeEvent> events = new Recorder<>();
        test.system.events().ofType(TreeEvent.Restarting.class).subscribe(events::add);
        test.system.tree().block(Conditions.BOUND); // the walk of the events has come by
        started.await(1).get(0).tell("fail");
        assertThat(events.await(1))
                .singleElement()
                .satisfies(event ->
                        assertThat(((TreeEvent.Restarting) event).delay()).isEqualTo(WAIT));
    }
}
