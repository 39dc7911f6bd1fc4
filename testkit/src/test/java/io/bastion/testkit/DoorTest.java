package io.bastion.testkit;

import static org.assertj.core.api.Assertions.assertThat;

import io.bastion.actor.ActorContext;
import io.bastion.actor.ActorRef;
import io.bastion.actor.ActorSpec;
import io.bastion.actor.Behavior;
import java.time.Duration;
import org.junit.jupiter.api.Test;

/** The first example of {@code docs/testing.md}. */
@BastionTest
class DoorTest {
    @Test
    void shutsAfterTenSeconds(TestKit kit) {
        ActorRef<DoorMessage> door = kit.spawn(ActorSpec.of("door", Door::new));
        Probe<String> visitor = kit.probe();

        door.tell(new Open(visitor.ref()));
        visitor.expect("come in");

        kit.advanceBy(Duration.ofSeconds(9));
        assertThat(kit.result(door.ask(IsOpen::new, Duration.ofSeconds(1)))).isEqualTo(true);
        kit.advanceBy(Duration.ofSeconds(1));
        assertThat(kit.result(door.ask(IsOpen::new, Duration.ofSeconds(1)))).isEqualTo(false);
    }

    /** What a door understands. */
    sealed interface DoorMessage {}

    record Open(ActorRef<String> replyTo) implements DoorMessage {}

    record Shut() implements DoorMessage {}

    record IsOpen(ActorRef<Boolean> replyTo) implements DoorMessage {}

    /** Lets one in for ten seconds. */
    static final class Door implements Behavior.Receive<DoorMessage> {
        private boolean open;

        @Override
        public void receive(ActorContext<DoorMessage> context, DoorMessage message) {
            if (message instanceof Open request) {
                open = true;
                context.timers().once("shut", new Shut(), Duration.ofSeconds(10));
                request.replyTo().tell("come in");
            } else if (message instanceof IsOpen question) {
                question.replyTo().tell(open);
            } else {
                open = false;
            }
        }
    }
}
