package io.bastion.actor;

/**
 * Messages that an actor has put aside. On a restart they go back to the front of the mailbox, and on a stop they become
 * dead letters. For use on the actor's worker.
 */
public interface Stash<M> {
    /**
     * Puts the message in work aside: it does not count as handled until it comes back.
     *
     * @throws StashOverflowException when {@link ActorSpec#stash} is reached; the message is then still in work
     * @throws IllegalStateException when no message is in work, or it is stashed already
     */
    void add();

    /** Puts all stashed messages at the front of the mailbox, in the order in which they were stashed. */
    void unstashAll();

    /** The number of messages put aside. */
    int size();
}
