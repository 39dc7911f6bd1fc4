package io.bastion.actor;

/**
 * What became of messages: of one actor, or of all of a system.
 *
 * <p>At rest {@code accepted = handled + failed + dropped + deadLettered + queued}: no message vanishes without being
 * counted.
 *
 * @param accepted messages that got into the mailbox
 * @param handled those that were handled without a failure
 * @param failed those whose handling failed
 * @param dropped those that the overflow policy dropped, that operators of a flow had taken and discarded,
 *     or that an {@link Interceptor} dropped when they were to be handled
 * @param deadLettered those that were in the mailbox or the stash when the actor ended
 * @param queued those that wait, are stashed, or are in work
 * @param refused messages that never got in: refused at the bound or by an {@link Interceptor}, or sent to a terminated actor
 */
public record MessageStats(
        long accepted, long handled, long failed, long dropped, long deadLettered, long queued, long refused) {
    /** No messages at all. */
    public static final MessageStats NONE = new MessageStats(0, 0, 0, 0, 0, 0, 0);

    /** Whether every accepted message is accounted for. */
    public boolean conserved() {
        return accepted == handled + failed + dropped + deadLettered + queued;
    }

    /** The sums of both. */
    public MessageStats plus(MessageStats other) {
        return new MessageStats(
                accepted + other.accepted,
                handled + other.handled,
                failed + other.failed,
                dropped + other.dropped,
                deadLettered + other.deadLettered,
                queued + other.queued,
                refused + other.refused);
    }
}
