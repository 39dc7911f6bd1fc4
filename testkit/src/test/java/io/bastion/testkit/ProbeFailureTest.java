package io.bastion.testkit;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import io.bastion.actor.ActorRef;
import io.bastion.actor.ActorSpec;
import io.bastion.actor.Behavior;
import org.junit.jupiter.api.Test;
import reactor.core.publisher.Mono;

/** On a deterministic system an expectation fails as soon as nothing is left to run, and not after a time-out. */
@BastionTest
class ProbeFailureTest {
    @Test
    void messageThatDoesNotCome(TestKit kit) {
        Probe<String> probe = kit.probe("p");
        probe.ref().tell("a");
        probe.expect("a");
        assertThatThrownBy(probe::expectNext)
                .isInstanceOf(AssertionError.class)
                .hasMessage("nothing is left to run at virtual time PT0S with 0 pending, but not yet: "
                        + "message 2 for bastion://test/p; so far [a]");
    }

    @Test
    void endThatDoesNotCome(TestKit kit) {
        Probe<String> probe = kit.probe();
        ActorRef<String> actor = kit.spawn(ActorSpec.of("immortal", () -> Behavior.receive((context, message) -> {})));
        assertThatThrownBy(() -> probe.expectTerminated(actor))
                .isInstanceOf(AssertionError.class)
                .hasMessageEndingWith("but not yet: the end of bastion://test/immortal");
    }

    @Test
    void resultThatDoesNotCome(TestKit kit) {
        assertThatThrownBy(() -> kit.result(Mono.never()))
                .isInstanceOf(AssertionError.class)
                .hasMessageContaining("but not yet: a result of ");
    }

    /** What runs after the expected message is left for later. */
    @Test
    void expectation_runsNoMoreThanItTakes(TestKit kit, DeterministicScheduler scheduler) {
        Probe<Integer> probe = kit.probe();
        ActorRef<Integer> counter = kit.spawn(ActorSpec.of(
                "counter",
                () -> Behavior.receive((context, n) -> {
                    probe.ref().tell(n);
                    if (n < 1_000) {
                        context.self().tell(n + 1);
                    }
                })));
        counter.tell(1);
        probe.expect(1);
        assertThat(probe.messages()).hasSizeLessThan(1_000);
        long steps = scheduler.steps();
        kit.rest();
        assertThat(scheduler.steps()).isGreaterThan(steps);
        assertThat(probe.messages()).hasSize(1_000);
    }
}
