package io.bastion.testkit;

import static org.assertj.core.api.Assertions.assertThatCode;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import io.bastion.actor.ActorRef;
import io.bastion.actor.ActorSpec;
import io.bastion.actor.Behavior;
import io.bastion.actor.MessageStats;
import org.junit.jupiter.api.Test;

/** The law, and how its breach is told. */
class ConservationTest {
    @Test
    void missingMessage_isTold() {
        assertThatThrownBy(() -> Conservation.check(new MessageStats(9, 1, 2, 1, 3, 1, 5)))
                .isInstanceOf(AssertionError.class)
                .hasMessage("accepted: 9 (expected: 8 = 1 handled + 2 failed + 1 dropped + 3 dead letters + 1 queued)");
    }

    @Test
    void countedMessages_areInOrder() {
        assertThatCode(() -> Conservation.check(new MessageStats(8, 1, 2, 1, 3, 1, 5)))
                .doesNotThrowAnyException();
    }

    @Test
    void actor_isHeldToIt() {
        try (TestKit kit = TestKit.deterministic()) {
            ActorRef<String> actor = kit.spawn(ActorSpec.of("a", () -> Behavior.receive((context, message) -> {})));
            actor.tell("a");
            Conservation.check(actor); // it is queued
            kit.rest();
            Conservation.check(actor);
        }
    }
}
