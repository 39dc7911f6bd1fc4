package io.bastion.mailbox;

import java.util.Comparator;
import java.util.Objects;
import org.jspecify.annotations.Nullable;

/**
 * The settings of a mailbox. Immutable; each method returns a changed copy.
 *
 * <p>The default is {@code bounded(65_536)} with {@link Overflow#BACKPRESSURE}. The capacity counts the messages that
 * wait, not the one in process. While an actor runs, a capacity of 256 and more is kept to within 16 messages (a message
 * may be refused that early, none is accepted late); a smaller one is exact.
 *
 * @param capacity messages that may wait; {@link #UNBOUNDED} for no bound
 * @param overflow what happens at the bound
 * @param order the order in which waiting messages are taken, or null for the order of arrival
 */
public record Mailbox(
        int capacity, Overflow overflow, @Nullable Comparator<Object> order) {
    /** The capacity of a mailbox of which nothing else is said. */
    public static final int DEFAULT_CAPACITY = 65_536;

    /** The capacity of a mailbox without a bound. */
    public static final int UNBOUNDED = Integer.MAX_VALUE;

    private static final Mailbox DEFAULT = new Mailbox(DEFAULT_CAPACITY, Overflow.BACKPRESSURE, null);

    public Mailbox {
        if (capacity < 1) {
            throw new IllegalArgumentException("capacity: " + capacity + " (expected: >= 1)");
        }
        Objects.requireNonNull(overflow, "overflow: null (expected: an Overflow)");
    }

    /** Bounded at {@link #DEFAULT_CAPACITY} with {@link Overflow#BACKPRESSURE}. */
    public static Mailbox defaults() {
        return DEFAULT;
    }

    /** Bounded, with {@link Overflow#BACKPRESSURE}. */
    public static Mailbox bounded(int capacity) {
        return new Mailbox(capacity, Overflow.BACKPRESSURE, null);
    }

    /** Without a bound: only memory limits it. */
    public static Mailbox unbounded() {
        return new Mailbox(UNBOUNDED, Overflow.BACKPRESSURE, null);
    }

    /** This mailbox with another policy at the bound. */
    public Mailbox overflow(Overflow overflow) {
        return new Mailbox(capacity, overflow, order);
    }

    /**
     * This mailbox with the smallest message taken first; equal ones in order of arrival.
     *
     * @param order compares any two messages of the actor; called on senders' threads, an exception of it goes to the
     *     sender and the message is not accepted
     */
    @SuppressWarnings("unchecked") // the mailbox holds the actor's messages only, which the caller says it compares
    public Mailbox priority(Comparator<?> order) {
        Objects.requireNonNull(order, "order: null (expected: a Comparator of the actor's messages)");
        return new Mailbox(capacity, overflow, (Comparator<Object>) order);
    }
}
