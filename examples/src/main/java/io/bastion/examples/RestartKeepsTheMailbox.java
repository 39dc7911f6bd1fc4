package io.bastion.examples;

import io.bastion.actor.ActorContext;
import io.bastion.actor.ActorRef;
import io.bastion.actor.ActorSpec;
import io.bastion.actor.ActorSystem;
import io.bastion.actor.Behavior;
import io.bastion.supervision.Restart;
import java.util.List;

/**
 * A message that fails its actor costs that message and the actor's state, and nothing else: a new incarnation goes on with
 * the next message, behind the same reference.
 */
public final class RestartKeepsTheMailbox {
    /** Has no code for its failures. */
    static final class Divider implements Behavior.Receive<Integer> {
        private int handled;

        @Override
        public void receive(ActorContext<Integer> context, Integer divisor) {
            int quotient = 100 / divisor;
            handled++;
            System.out.printf(
                    "incarnation %d, message %d: 100 / %d = %d%n", context.incarnation(), handled, divisor, quotient);
        }
    }

    private RestartKeepsTheMailbox() {}

    public static void main(String[] args) {
        try (ActorSystem system = ActorSystem.create("restart")) {
            ActorRef<Integer> divider = system.spawn(ActorSpec.of("divider", Divider::new)
                    .restart(Restart.transientOnFailure().tries(3)));
            divider.tellAll(List.of(4, 5, 0, 20, 50));
            divider.drain();
            divider.whenTerminated().block();
            System.out.println("failed: " + divider.stats().failed());
        }
    }
}
