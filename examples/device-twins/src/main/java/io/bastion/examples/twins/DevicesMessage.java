package io.bastion.examples.twins;

import io.bastion.actor.ActorRef;

/** What the parent of the devices understands. */
sealed interface DevicesMessage {
    /** Asks for the actor of a device, which is started if it is not there. */
    record Find(DeviceId id, ActorRef<ActorRef<DeviceMessage>> replyTo) implements DevicesMessage {}

    /** From a device that nobody needs at present. */
    record Release(DeviceId id) implements DevicesMessage {}

    /** The actor of a device has ended. */
    record Gone(DeviceId id) implements DevicesMessage {}
}
