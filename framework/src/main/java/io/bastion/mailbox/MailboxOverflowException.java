package io.bastion.mailbox;

/** The failure of an actor with {@link Overflow#FAIL} whose mailbox was full when a message came. */
public final class MailboxOverflowException extends RuntimeException {
    private static final long serialVersionUID = 1L;

    /**
     * @param capacity the bound of the mailbox
     */
    public MailboxOverflowException(int capacity) {
        super("mailbox: full at " + capacity
                + " messages (expected: a larger capacity, a slower sender, or another overflow policy)");
    }
}
