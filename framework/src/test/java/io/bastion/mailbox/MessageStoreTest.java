package io.bastion.mailbox;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import io.bastion.testing.Seed;
import java.util.ArrayList;
import java.util.Comparator;
import java.util.List;
import java.util.Random;
import org.junit.jupiter.api.Test;

/** The store against its tickets: it never gives more or fewer places than messages. */
class MessageStoreTest {
    private static final Comparator<Integer> BY_TENS = Comparator.comparingInt(n -> n / 10);

    private final List<Object> evicted = new ArrayList<>();

    private static MessageNode[] nodes(Integer... messages) {
        MessageNode[] nodes = new MessageNode[messages.length];
        for (int i = 0; i < nodes.length; i++) {
            nodes[i] = new MessageNode(messages[i]);
        }
        return nodes;
    }

    private int offer(MessageStore store, int bound, Integer... messages) {
        return store.offerAll(nodes(messages), bound, node -> evicted.add(node.message()));
    }

    private static List<Object> drain(MessageStore store) {
        List<Object> messages = new ArrayList<>();
        for (MessageNode node; (node = store.poll()) != null; ) {
            messages.add(node.message());
        }
        return messages;
    }

    @Test
    void byArrival_evictsTheOldest_andGrowsByTheRoomThereWas() {
        MessageStore store = new MessageStore(Mailbox.bounded(3).overflow(Overflow.DROP_OLDEST));
        assertThat(offer(store, 3, 1, 2)).isEqualTo(2);
        assertThat(offer(store, 3, 3, 4)).isEqualTo(1);
        assertThat(offer(store, 3, 5)).isZero();
        assertThat(evicted).containsExactly(1, 2);
        assertThat(drain(store)).containsExactly(3, 4, 5);
    }

    @Test
    void overTheBoundAlready_evictsNoMoreThanIsAdded() {
        MessageStore store = new MessageStore(Mailbox.bounded(2).overflow(Overflow.DROP_OLDEST));
        assertThat(offer(store, Mailbox.UNBOUNDED, 1, 2, 3, 4, 5)).isEqualTo(5);
        assertThat(offer(store, 2, 6)).isZero();
        assertThat(evicted).containsExactly(1);
        assertThat(drain(store)).containsExactly(2, 3, 4, 5, 6);
    }

    @Test
    void byOrder_equalOnesStayInOrderOfArrival() {
        MessageStore store = new MessageStore(Mailbox.bounded(10).priority(BY_TENS));
        offer(store, 10, 31, 12, 35, 11, 30);
        assertThat(offer(store, 6, 1, 2)).isEqualTo(MessageStore.FULL);
        assertThat(drain(store)).containsExactly(12, 11, 31, 35, 30);
    }

    @Test
    void orderThatThrows_addsNone() {
        MessageStore store = new MessageStore(Mailbox.bounded(10).priority(Comparator.<Object, Integer>comparing(n -> {
            if (n.equals(13)) {
                throw new IllegalStateException("not 13");
            }
            return (Integer) n;
        })));
        offer(store, 10, 5);
        assertThatThrownBy(() -> offer(store, 10, 4, 6, 13, 7)).hasMessage("not 13");
        assertThat(drain(store)).containsExactly(5);
    }

    @Test
    void takeBack_takesItsOwnFirst_andThenOthers() {
        MessageStore store = new MessageStore(Mailbox.bounded(10).overflow(Overflow.DROP_OLDEST));
        offer(store, 10, 1, 2);
        MessageNode[] mine = nodes(3, 4);
        store.offerAll(mine, 10, node -> {});
        assertThat(store.takeBack(mine, 3)).extracting(MessageNode::message).containsExactly(3, 4, 1);
        assertThat(drain(store)).containsExactly(2);
    }

    @Test
    void anySequence_storedIsWhatWasAddedLessWhatWasEvictedAndTaken() {
        Random random = new Random(Seed.of("MessageStoreTest"));
        for (int round = 0; round < 200; round++) {
            Mailbox mailbox = Mailbox.bounded(1 + random.nextInt(8));
            if (random.nextBoolean()) {
                mailbox = mailbox.priority(BY_TENS);
            }
            if (random.nextBoolean() || mailbox.order() == null) {
                mailbox = mailbox.overflow(Overflow.DROP_OLDEST);
            }
            MessageStore store = new MessageStore(mailbox);
            int tickets = 0;
            for (int step = 0; step < 100; step++) {
                if (random.nextInt(3) == 0) {
                    boolean there = store.poll() != null;
                    assertThat(there).isEqualTo(tickets > 0);
                    tickets -= there ? 1 : 0;
                    continue;
                }
                Integer[] messages = new Integer[1 + random.nextInt(4)];
                java.util.Arrays.setAll(messages, i -> random.nextInt(100));
                boolean forced = random.nextInt(6) == 0;
                int added = offer(store, forced ? Mailbox.UNBOUNDED : mailbox.capacity(), messages);
                if (mailbox.overflow() == Overflow.DROP_OLDEST || forced) {
                    assertThat(added).isBetween(0, messages.length);
                }
                tickets += added == MessageStore.FULL ? 0 : added;
            }
            assertThat(drain(store)).hasSize(tickets);
        }
    }
}
