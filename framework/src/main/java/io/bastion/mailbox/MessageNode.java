package io.bastion.mailbox;

import io.bastion.scheduler.Strand;

/** A message in a mailbox. Subclasses carry more with it, and hear what becomes of it. */
public class MessageNode extends Strand.Node {
    private final Object message;

    /**
     * @param message the message
     */
    public MessageNode(Object message) {
        this.message = message;
    }

    /** The message. */
    public final Object message() {
        return message;
    }

    /** Called once on the actor's worker when the message has left the mailbox for good, whatever became of it. */
    public void done() {}
}
