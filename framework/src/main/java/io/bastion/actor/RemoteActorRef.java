package io.bastion.actor;

import java.util.Optional;

/**
 * A reference to an actor of another JVM: what a cluster implements, so that actors here can watch actors there.
 *
 * <p>References to the same actor are equal. How far the promises of {@link ActorRef} hold over a network is for its
 * implementation to say.
 *
 * @param <M> the messages that it takes
 */
public interface RemoteActorRef<M> extends ActorRef<M> {
    /**
     * Has a watcher told, once, when the actor has terminated or its node is lost; at once if that is known already. Adding one
     * again changes nothing. Watchers are told apart by identity.
     */
    void addWatcher(Watcher watcher);

    /** Takes {@link #addWatcher} back; the watcher may be told all the same if that is just happening. */
    void removeWatcher(Watcher watcher);

    /**
     * The actor of this JVM that it leads to at the time; empty if it leads to one of another JVM, or to none yet. It is taken for
     * the reference where one to an actor of a system is asked for, as {@link ActorSystem#supervisor} does.
     */
    default Optional<ActorRef<M>> local() {
        return Optional.empty();
    }

    /** An actor here that watches. */
    interface Watcher {
        /**
         * The actor has terminated; on any thread. What it had sent to the watcher must have been delivered before: the signal is
         * queued behind the messages that are in the mailbox by now.
         */
        void terminated(RemoteActorRef<?> actor, TerminationReason reason);
    }
}
