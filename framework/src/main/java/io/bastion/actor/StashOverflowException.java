package io.bastion.actor;

/** A message was to be stashed when the stash was full; the message is still in work. */
public final class StashOverflowException extends RuntimeException {
    private static final long serialVersionUID = 1L;

    private final int capacity;

    StashOverflowException(int capacity) {
        super("stash: full at " + capacity + " messages (expected: unstashAll, or a larger ActorSpec.stash)");
        this.capacity = capacity;
    }

    /** The number of messages that may be stashed. */
    public int capacity() {
        return capacity;
    }
}
