package io.bastion.actor;

/** What became of a message at the moment of {@link ActorRef#tell}. */
public enum TellResult {
    /** It is in the mailbox. */
    ACCEPTED,

    /** The mailbox is full and the message was not taken: the sender still has it ({@code Overflow.BACKPRESSURE}). */
    REFUSED,

    /**
     * The message became a dead letter because the mailbox is full ({@code Overflow.DROP_NEWEST} and {@code FAIL}), or because
     * a group's {@link Dispatcher} failed.
     */
    DROPPED,

    /** The actor has terminated, or a group has no living member, and the message became a dead letter. */
    TERMINATED;

    /** Whether the message is in the mailbox. */
    public boolean accepted() {
        return this == ACCEPTED;
    }
}
