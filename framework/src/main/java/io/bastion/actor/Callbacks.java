package io.bastion.actor;

import org.jspecify.annotations.Nullable;
import org.reactivestreams.Publisher;
import reactor.core.publisher.Mono;

/**
 * What runs around the incarnations of an actor, a supervisor or a group, besides its behavior.
 *
 * <p>Each is called on the actor's worker and may return a publisher, whose end is waited for while the mailbox rests. The
 * stop hook of one incarnation has ended before the start hook of the next begins; children have ended before their
 * parent's {@link #afterStop} and {@link #beforeRestart}.
 *
 * <p>A hook fails when it throws, returns null, signals an error, or has not ended within the start or stop time-out of its
 * specification, and then it is cancelled; where the stop has no limit, as that of a supervisor, the start time-out holds. A failing {@code beforeStart}, {@code afterStart} or {@code afterRestart} is a failed
 * start; a failing {@code beforeRestart} or {@code afterStop} is reported, and things take their course. A kill calls none.
 *
 * <p>All do nothing by default. One object may serve any number of actors, on several threads then.
 */
public interface Callbacks {
    /** Before the first incarnation: before its behavior is made. */
    default Publisher<?> beforeStart(ActorRef<?> self) {
        return Mono.empty();
    }

    /** When the first incarnation, and a supervisor's children, have been started; the first message waits for it. */
    default Publisher<?> afterStart(ActorRef<?> self) {
        return Mono.empty();
    }

    /**
     * When an incarnation has ended that will be followed by another.
     *
     * @param cause its failure; null when it ended otherwise
     * @param message the message whose handling failed; null when there is none, or it is not known: with
     *     {@code InFlight.DROP} that of a flow that failed after it had taken it
     */
    default Publisher<?> beforeRestart(ActorRef<?> self, @Nullable Throwable cause, @Nullable Object message) {
        return Mono.empty();
    }

    /**
     * When a further incarnation has been started; its first message waits for it.
     *
     * @param cause the failure that the one before ended with; null when it ended otherwise
     */
    default Publisher<?> afterRestart(ActorRef<?> self, @Nullable Throwable cause) {
        return Mono.empty();
    }

    /**
     * When the last incarnation has ended, after {@link Signal.Stopped}; watchers are told after it.
     *
     * @param reason why it ended
     */
    default Publisher<?> afterStop(ActorRef<?> self, TerminationReason reason) {
        return Mono.empty();
    }
}
