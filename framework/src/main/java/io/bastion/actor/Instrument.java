package io.bastion.actor;

import io.bastion.supervision.Strategy;
import java.time.Duration;
import org.jspecify.annotations.Nullable;

/**
 * Hears of what happens in a system, for meters and recordings; see {@link ActorSystem#instrument}. An SPI.
 *
 * <p>Its methods are called on the thread on which it happens, also on several at a time: they must be quick and not block.
 * What they throw goes to the log.
 */
public interface Instrument {
    /**
     * Whether messages are to be counted and samples of them to be timed, for which every actor that is busy pays a little.
     * Asked once. Not so by default.
     */
    default boolean samples() {
        return false;
    }

    /**
     * The messages of actors of a type are counted from now on; once for each. Those that are counted already come when the
     * instrument is attached.
     *
     * @param type see {@link ActorSystem#typeOf}
     */
    default void typeSeen(String type) {}

    /** A message was taken from a mailbox after so long a wait: one of many. */
    default void waited(String type, long nanos) {}

    /**
     * A message was handled within so much time: one of many. That of an asynchronous handler ends with its publisher, that
     * of a flow when the flow has taken the message.
     */
    default void processed(String type, long nanos) {}

    /**
     * There will be a new incarnation.
     *
     * @param strategy that of its supervisor
     * @param cause the failure; null when it is restarted without one of its own
     * @param delay the back-off
     */
    default void restarting(ActorRef<?> actor, Strategy strategy, @Nullable Throwable cause, Duration delay) {}

    /**
     * A supervisor has used up its budget, or passes a failure on.
     *
     * @param cause the failure that it passes on
     * @param origin the actor that began it
     */
    default void gaveUp(ActorRef<?> supervisor, Throwable cause, ActorRef<?> origin) {}

    /** A message will not be handled by any actor. */
    default void deadLetter(DeadLetter letter) {}
}
