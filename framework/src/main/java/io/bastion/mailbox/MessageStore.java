package io.bastion.mailbox;

import java.util.ArrayDeque;
import java.util.ArrayList;
import java.util.Comparator;
import java.util.List;
import java.util.TreeSet;
import java.util.function.Consumer;
import org.jspecify.annotations.Nullable;

/**
 * The messages of a mailbox that evicts or has an order of its own. Thread-safe: guarded by its monitor, which is held for
 * a few steps only; the comparator runs under it.
 */
public final class MessageStore {
    /** Result of {@link #offerAll}: there was no room. */
    static final int FULL = -1;

    private final boolean evicts;
    private final Waiting waiting;

    /** The waiting messages in the order in which they will be taken. */
    private interface Waiting {
        void add(MessageNode node);

        @Nullable MessageNode takeFirst();

        /** Removes the one to evict: the oldest, or with an order the one that would be taken last. */
        @Nullable MessageNode evict();

        boolean remove(MessageNode node);

        int size();
    }

    /**
     * @param mailbox settings for which {@link #isNeeded}
     */
    public MessageStore(Mailbox mailbox) {
        evicts = mailbox.overflow() == Overflow.DROP_OLDEST;
        Comparator<Object> order = mailbox.order();
        waiting = order == null ? new ByArrival() : new ByOrder(order);
    }

    /** Whether a mailbox of these settings keeps its messages in a store. */
    public static boolean isNeeded(Mailbox mailbox) {
        return mailbox.order() != null || mailbox.overflow() == Overflow.DROP_OLDEST;
    }

    /**
     * Adds all messages or none.
     *
     * @param evicted takes the messages that made room
     * @return by how many the number of stored messages has grown, or {@link #FULL}
     */
    int offerAll(MessageNode[] nodes, int bound, Consumer<MessageNode> evicted) {
        List<MessageNode> gone = List.of();
        synchronized (this) {
            if (!evicts && nodes.length > bound - waiting.size()) {
                return FULL;
            }
            addAll(nodes);
            // there is a ticket for each that was there, also for those that were let in past the bound
            while (waiting.size() > bound && gone.size() < nodes.length) {
                MessageNode node = waiting.evict();
                if (node == null) {
                    break;
                }
                if (gone.isEmpty()) {
                    gone = new ArrayList<>();
                }
                gone.add(node);
            }
        }
        gone.forEach(evicted);
        return nodes.length - gone.size();
    }

    /** Adds all, or none when the order throws. */
    private void addAll(MessageNode[] nodes) {
        int added = 0;
        try {
            for (; added < nodes.length; added++) {
                waiting.add(nodes[added]);
            }
        } finally {
            if (added < nodes.length) {
                for (int i = 0; i < added; i++) {
                    waiting.remove(nodes[i]);
                }
            }
        }
    }

    /** Takes the first message. */
    synchronized @Nullable MessageNode poll() {
        return waiting.takeFirst();
    }

    /** Removes as many messages, the given ones as far as they are there. */
    synchronized List<MessageNode> takeBack(MessageNode[] nodes, int count) {
        List<MessageNode> taken = new ArrayList<>(count);
        for (MessageNode node : nodes) {
            if (taken.size() < count && waiting.remove(node)) {
                taken.add(node);
            }
        }
        while (taken.size() < count) {
            MessageNode node = waiting.takeFirst();
            if (node == null) {
                break;
            }
            taken.add(node);
        }
        return taken;
    }

    private static final class ByArrival implements Waiting {
        private final ArrayDeque<MessageNode> nodes = new ArrayDeque<>();

        @Override
        public void add(MessageNode node) {
            nodes.addLast(node);
        }

        @Override
        public @Nullable MessageNode takeFirst() {
            return nodes.pollFirst();
        }

        @Override
        public @Nullable MessageNode evict() {
            return nodes.pollFirst();
        }

        @Override
        public boolean remove(MessageNode node) {
            return nodes.removeLastOccurrence(node);
        }

        @Override
        public int size() {
            return nodes.size();
        }
    }

    private static final class ByOrder implements Waiting {
        private record Ranked(MessageNode node, long arrival) {}

        private final TreeSet<Ranked> nodes;
        private long arrivals;

        ByOrder(Comparator<Object> order) {
            nodes = new TreeSet<>(Comparator.<Ranked, Object>comparing(r -> r.node.message(), order)
                    .thenComparingLong(Ranked::arrival));
        }

        @Override
        public void add(MessageNode node) {
            nodes.add(new Ranked(node, arrivals++));
        }

        @Override
        public @Nullable MessageNode takeFirst() {
            return nodeOf(nodes.pollFirst());
        }

        @Override
        public @Nullable MessageNode evict() {
            return nodeOf(nodes.pollLast());
        }

        @Override
        public boolean remove(MessageNode node) {
            return nodes.removeIf(r -> r.node == node);
        }

        @Override
        public int size() {
            return nodes.size();
        }

        private static @Nullable MessageNode nodeOf(@Nullable Ranked ranked) {
            return ranked == null ? null : ranked.node;
        }
    }
}
