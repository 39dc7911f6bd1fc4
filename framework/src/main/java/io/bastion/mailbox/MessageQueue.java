package io.bastion.mailbox;

import io.bastion.scheduler.Home;
import io.bastion.scheduler.Strand;
import java.util.Arrays;
import java.util.List;
import java.util.function.Function;
import org.jspecify.annotations.Nullable;

/**
 * A {@link Strand} of messages with the bound, the order and the overflow policy of a {@link Mailbox}.
 *
 * <p>A plain mailbox is the strand itself. One that takes messages in another order than that of arrival, or evicts, keeps
 * them in a {@link MessageStore} beside it: for each message in the store there is one {@link Ticket} in the strand, and
 * whoever takes a ticket takes the message that is first in the store then.
 */
public abstract class MessageQueue extends Strand {
    /** A capacity below this is kept exactly, a larger one to within the depth lag. */
    private static final int EXACT_BELOW = 256;

    /** The bound of the depth; negative when messages go through the store. */
    private final int capacity;

    /** A place in the queue for one message in the store. */
    private static final class Ticket extends Node {}

    /** What became of a message at the bound. */
    public enum Offer {
        ACCEPTED,
        FULL,
        CLOSED
    }

    /**
     * Creates a queue whose baton the caller holds until {@link #open()}.
     *
     * @param home its home
     * @param mailbox its settings
     */
    protected MessageQueue(Home home, Mailbox mailbox) {
        super(home, true);
        capacity = MessageStore.isNeeded(mailbox) ? -mailbox.capacity() : mailbox.capacity();
    }

    /** The store of this queue; called only when {@link MessageStore#isNeeded} for its settings. */
    protected abstract MessageStore store();

    /** Takes note of a message that was evicted to make room; called on the sender's thread. */
    protected abstract void evicted(MessageNode node);

    /** Takes note of a message that was accepted but found the queue closed; called on a sender's thread. */
    protected abstract void orphaned(MessageNode node);

    /** Offers a message under the bound. */
    protected final Offer offer(MessageNode node) {
        int c = capacity;
        return c > 0 ? result(append(node, node, 1, c)) : offerToStore(node, -c);
    }

    /** Offers a message past the bound: for those whose number is bounded by other means. */
    protected final boolean force(MessageNode node) {
        return capacity > 0 ? push(node) : offerToStore(node, Mailbox.UNBOUNDED) == Offer.ACCEPTED;
    }

    /**
     * Offers messages that follow each other, at least one, under the bound: all or none.
     *
     * @param nodes makes the node of a message
     */
    protected final <T> Offer offerAll(List<? extends T> messages, Function<? super T, MessageNode> nodes) {
        if (capacity < 0) {
            return offerAllToStore(messages.stream().map(nodes).toArray(MessageNode[]::new), -capacity);
        }
        MessageNode oldest = nodes.apply(messages.get(0));
        MessageNode newest = oldest;
        int count = 0;
        for (T message : messages) {
            if (count++ > 0) {
                MessageNode node = nodes.apply(message);
                link(node, newest);
                newest = node;
            }
        }
        return result(append(oldest, newest, count, capacity));
    }

    private static Offer result(Push push) {
        return switch (push) {
            case ACCEPTED -> Offer.ACCEPTED;
            case FULL -> Offer.FULL;
            case CLOSED -> Offer.CLOSED;
        };
    }

    private Offer offerToStore(MessageNode node, int bound) {
        return offerAllToStore(new MessageNode[] {node}, bound);
    }

    private Offer offerAllToStore(MessageNode[] nodes, int bound) {
        if (isClosed()) {
            return Offer.CLOSED;
        }
        MessageStore store = store();
        int added = store.offerAll(nodes, bound, this::evicted);
        if (added == MessageStore.FULL) {
            return Offer.FULL;
        }
        if (added == 0 || push(tickets(added), added)) {
            return Offer.ACCEPTED;
        }
        // Closed meanwhile. Its last tickets may have taken these messages and left as many older ones: those are lost
        // then.
        List<MessageNode> left = store.takeBack(nodes, added);
        if (left.equals(List.of(nodes))) {
            return Offer.CLOSED;
        }
        for (MessageNode node : left) {
            orphaned(node);
        }
        return Offer.ACCEPTED;
    }

    private boolean push(Ticket[] tickets, int count) {
        for (int i = 1; i < count; i++) {
            link(tickets[i], tickets[i - 1]);
        }
        return append(tickets[0], tickets[count - 1], count, Mailbox.UNBOUNDED) == Push.ACCEPTED;
    }

    private static Ticket[] tickets(int count) {
        Ticket[] tickets = new Ticket[count];
        Arrays.setAll(tickets, i -> new Ticket());
        return tickets;
    }

    /** The message node that a node of the queue stands for, or null when it stands for none. */
    protected final @Nullable MessageNode messageOf(Node node) {
        if (node instanceof MessageNode message) {
            return message;
        }
        return node instanceof Ticket ? store().poll() : null;
    }

    /** For {@link Inbox}: there is demand. */
    final void resume() {
        unpark();
    }

    final boolean isMine() {
        return isRunByCurrentThread();
    }

    final void wakeUp() {
        wake();
    }

    /** Messages that may wait. */
    protected final int capacity() {
        return Math.abs(capacity);
    }

    @Override
    protected final int depthLag() {
        return Math.abs(capacity) < EXACT_BELOW ? 0 : 15;
    }
}
