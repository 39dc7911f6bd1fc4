package io.bastion.actor;

import org.jspecify.annotations.Nullable;

/** What an actor hears besides its messages; see {@link Behavior#onSignal}. */
public sealed interface Signal {
    /**
     * The last signal of an incarnation that ended and will be followed by another.
     *
     * <p>Its children have terminated.
     *
     * @param cause the failure; null when it ended without one
     * @param message the message whose handling failed; null when there is none, or it is not known: with
     *     {@code InFlight.DROP} that of a flow that failed after it had taken it
     */
    record Restarting(@Nullable Throwable cause, @Nullable Object message) implements Signal {}

    /**
     * The last signal of an actor. Its children have terminated; its watchers do not know yet.
     *
     * @param reason why it ends
     */
    record Stopped(TerminationReason reason) implements Signal {}

    /**
     * An actor that this one watches has terminated. Comes once, after every message that the actor sent here before. Left
     * unhandled it fails the watcher with a {@link DeathPactException}.
     *
     * @param actor the watched actor
     * @param reason why it ended
     */
    record Terminated(ActorRef<?> actor, TerminationReason reason) implements Signal {}
}
