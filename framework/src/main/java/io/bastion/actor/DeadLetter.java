package io.bastion.actor;

import org.jspecify.annotations.Nullable;

/**
 * A message that no actor will handle.
 *
 * @param message the message
 * @param recipient the actor that it was meant for
 * @param sender the actor that sent it, if it is known
 * @param reason why it is dead
 */
public record DeadLetter(
        Object message, ActorRef<?> recipient, @Nullable ActorRef<?> sender, Reason reason) {
    /** Why a message is dead. */
    public enum Reason {
        /** It was sent to an actor that had terminated, or to a group without a living member. */
        TERMINATED,
        /** It was queued, stashed or waiting for room when the actor stopped. */
        STOPPED,
        /** The mailbox was full and the policy drops the newest, or fails. */
        MAILBOX_FULL,
        /** The mailbox was full and the policy drops the oldest. */
        EVICTED,
        /** An operator of a flow had taken it and discarded it when its incarnation ended. */
        DISCARDED,
        /** Its handling failed, and the actor's policy keeps such messages. */
        FAILED,
        /** The reply came after its ask had ended. */
        LATE_REPLY,
        /** The dispatcher of a group did not choose a member for it. */
        UNDISPATCHED,
        /** An {@link Interceptor} has dropped it. */
        INTERCEPTED,
        /** It was meant for an actor of another node, which was not reached in time, or had no room for what waits. */
        UNREACHABLE,
        /** It was meant for an actor of another node that is lost. */
        NODE_LOST,
        /** It was meant for an actor of another node, and could not be written for the wire, or not be read there. */
        UNENCODABLE
    }
}
