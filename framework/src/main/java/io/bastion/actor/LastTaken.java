package io.bastion.actor;

import io.bastion.mailbox.MessageNode;
import org.jspecify.annotations.Nullable;

/**
 * The message that a flow took last, which is held to have failed it when it fails later. Belongs to the cell's worker.
 *
 * <p>It is noted of those messages for which the cell leaves its fast path: of all if their in-flight policy wants them
 * back, otherwise of asks and of others that carry something. That none came after it is seen by the count of messages.
 */
final class LastTaken {
    private @Nullable MessageNode node;

    /** How many messages the actor had accepted with it; those not counted that were none of the flow's. */
    private int count;

    private boolean redelivered;
    private boolean any;

    /** It has come back to the mailbox or is a dead letter. */
    private boolean treated;

    /**
     * @param count how many messages the actor has accepted before
     */
    LastTaken(int count) {
        this.count = count;
    }

    /** The flow has taken a message. */
    void took(MessageNode node, int count, boolean redelivered) {
        this.node = node;
        this.count = count;
        this.redelivered = redelivered;
        any = true;
    }

    /** A message came that the flow did not see. */
    void passedOver() {
        count++;
    }

    /** Whether the flow has taken any message. */
    boolean isAny(int count) {
        return any || count != this.count;
    }

    /** The message; null when there is none, or it is not known, or is known to be another. */
    @Nullable MessageNode node(int count) {
        if (count != this.count || node == null) {
            return null;
        }
        return node instanceof Feed<?>.FeedNode fed // its feed has its credit back
                ? Contexts.node(fed.message(), fed.context())
                : node;
    }

    /** Whether it had failed before. */
    boolean isRedelivered() {
        return redelivered;
    }

    /** It was held to have failed the flow, and will come back or is a dead letter. */
    void treated() {
        treated = true;
    }

    /** The flow has given a message up that it took; returns whether that is this one, and has been treated. */
    boolean isTreated(Object discarded) {
        if (node == null || node.message() != discarded) {
            return false;
        }
        node = null;
        return treated;
    }
}
