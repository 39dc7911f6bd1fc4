package io.bastion.actor;

import java.time.Duration;
import org.jspecify.annotations.Nullable;

/** Something that has happened in the tree of actors; see {@link ActorSystem#events()}. */
public sealed interface TreeEvent {
    /** The actor that it has happened to. */
    ActorRef<?> actor();

    /**
     * An actor is there: it has been started, or was there when the subscription began.
     *
     * @param kind what it is
     * @param incarnation the number of its incarnation, 0 unless it was there already
     */
    record Started(ActorRef<?> actor, TreeNode.Kind kind, int incarnation) implements TreeEvent {}

    /**
     * An incarnation has failed; what is done about it follows.
     *
     * @param incarnation its number
     * @param cause the failure
     */
    record Failed(ActorRef<?> actor, int incarnation, Throwable cause) implements TreeEvent {}

    /**
     * There will be a new incarnation.
     *
     * @param cause the failure; null when it is restarted without one of its own
     * @param delay the back-off
     */
    record Restarting(ActorRef<?> actor, @Nullable Throwable cause, Duration delay) implements TreeEvent {}

    /**
     * A new incarnation runs.
     *
     * @param incarnation its number, from 1
     */
    record Restarted(ActorRef<?> actor, int incarnation) implements TreeEvent {}

    /**
     * A failed incarnation goes on.
     *
     * @param cause the failure
     */
    record Resumed(ActorRef<?> actor, Throwable cause) implements TreeEvent {}

    /**
     * The actor has used up its own cap and stays down.
     *
     * @param cause its last failure
     */
    record TriesSpent(ActorRef<?> actor, @Nullable Throwable cause) implements TreeEvent {}

    /**
     * A supervisor has used up its budget, or passes a failure on: it stops its children and fails.
     *
     * @param cause the failure that it passes on
     * @param origin the actor that began it
     */
    record GaveUp(ActorRef<?> actor, Throwable cause, ActorRef<?> origin) implements TreeEvent {}

    /**
     * An actor did not stop in time and is killed.
     *
     * @param waited how long it had
     */
    record Overdue(ActorRef<?> actor, Duration waited) implements TreeEvent {}

    /**
     * A stop hook has failed.
     *
     * @param hook which of {@link Callbacks}
     * @param cause its failure
     */
    record HookFailed(ActorRef<?> actor, String hook, Throwable cause) implements TreeEvent {}

    /**
     * An actor has terminated.
     *
     * @param reason why
     */
    record Stopped(ActorRef<?> actor, TerminationReason reason) implements TreeEvent {}

    /**
     * A group has changed the number of its members.
     *
     * @param from how many there were
     * @param to how many there are
     */
    record Resized(ActorRef<?> actor, int from, int to) implements TreeEvent {}

    /** A terminated actor is no longer listed by its supervisor, and its name is free. */
    record Removed(ActorRef<?> actor) implements TreeEvent {}
}
