package io.bastion.mailbox;

/** What happens to a message that comes to a full mailbox. */
public enum Overflow {
    /**
     * The sender keeps it: {@code tell} returns a refusal, {@code send} waits for room, and a publisher that feeds the
     * mailbox gets no demand. The default.
     */
    BACKPRESSURE,

    /** It becomes a dead letter; what is queued stays. */
    DROP_NEWEST,

    /** The oldest queued message becomes a dead letter and makes room. */
    DROP_OLDEST,

    /** It becomes a dead letter and the actor fails with a {@link MailboxOverflowException}; its parent decides. */
    FAIL
}
