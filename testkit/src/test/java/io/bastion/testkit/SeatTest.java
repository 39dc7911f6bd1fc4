package io.bastion.testkit;

import io.bastion.actor.ActorContext;
import io.bastion.actor.ActorRef;
import io.bastion.actor.ActorSpec;
import io.bastion.actor.Behavior;
import org.junit.jupiter.api.RepeatedTest;

/** The example of {@code docs/testing.md} for orders: who comes first has the seat. */
@BastionTest
class SeatTest {
    @RepeatedTest(20)
    void hasOneOwner(TestKit kit) {
        Probe<String> owners = kit.probe();
        ActorRef<Claim> seat = kit.spawn(ActorSpec.of("seat", Seat::new));
        kit.spawn(guest(seat, owners.ref())).tell("Ann");
        kit.spawn(guest(seat, owners.ref())).tell("Bob");

        String owner = owners.expectNext();
        owners.expect(owner);
        owners.expectNone();
    }

    private static ActorSpec<String> guest(ActorRef<Claim> seat, ActorRef<String> owners) {
        return ActorSpec.anonymous(() -> Behavior.receive((context, name) -> seat.tell(new Claim(name, owners))));
    }

    record Claim(String who, ActorRef<String> replyTo) {}

    static final class Seat implements Behavior.Receive<Claim> {
        private String owner = "";

        @Override
        public void receive(ActorContext<Claim> context, Claim claim) {
            if (owner.isEmpty()) {
                owner = claim.who();
            }
            claim.replyTo().tell(owner);
        }
    }
}
