package io.bastion.actor;

/** What became of a message at the moment of {@link ActorRef#tell}. */
public enum TellResult {
    /** It is in the mailbox. */
    ACCEPTED,

    /**
     * The message was not taken, the sender still has it: the mailbox is full ({@code Overflow.BACKPRESSURE}), or an
     * {@link Interceptor} has refused it.
     */
    REFUSED,

    /**
     * The message became a dead letter: the mailbox is full ({@code Overflow.DROP_NEWEST} and {@code FAIL}), an
     * {@link Interceptor} has dropped it, or a group's {@link Dispatcher} failed.
     */
    DROPPED,

    /** The actor has terminated, or a group has no living member, and the message became a dead letter. */
    TERMINATED;

    /** Whether the message is in the mailbox. */
    public boolean accepted() {
        return this == ACCEPTED;
    }
}
