package io.bastion.examples.twins;

import io.bastion.actor.ActorRef;
import java.util.Optional;

/** What the actor of a device understands. */
sealed interface DeviceMessage {
    /** What is answered with the twin, or with nothing when there is no such device. */
    sealed interface Question extends DeviceMessage {
        ActorRef<Optional<Twin>> replyTo();
    }

    /** A command from a user. It makes the device known. */
    record SetTarget(Target target, ActorRef<Optional<Twin>> replyTo) implements Question {}

    /** What the device has sent, as its firmware has made it. */
    record Report(String payload, ActorRef<Optional<Twin>> replyTo) implements Question {}

    record Read(ActorRef<Optional<Twin>> replyTo) implements Question {}

    /** Tells a follower the twin now and whenever it changes, until the follower ends. */
    record Follow(ActorRef<Twin> follower) implements DeviceMessage {}

    /** From itself: a new incarnation begins. */
    record Begin() implements DeviceMessage {}

    /** From itself: nobody has wanted anything for a while. */
    record Idle() implements DeviceMessage {}
}
