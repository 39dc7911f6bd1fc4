package io.bastion.actor;

/** What became of a message at the moment of {@link ActorRef#tell}. */
public enum TellResult {
    /** It is in the mailbox. */
    ACCEPTED,

    /** The mailbox is full and the message was not taken: the sender still has it ({@code Overflow.BACKPRESSURE}). */
    REFUSED,

    /** The mailbox is full and the message became a dead letter ({@code Overflow.DROP_NEWEST} and {@code FAIL}). */
    DROPPED,

    /** The actor has terminated and the message became a dead letter. */
    TERMINATED;

    /** Whether the message is in the mailbox. */
    public boolean accepted() {
        return this == ACCEPTED;
    }
}
