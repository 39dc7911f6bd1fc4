package io.bastion.mailbox;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import java.util.Comparator;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;

/** The settings of a mailbox as values. */
class MailboxTest {
    @Test
    void defaults_areBoundedWithBackpressure() {
        assertThat(Mailbox.defaults()).isEqualTo(new Mailbox(65_536, Overflow.BACKPRESSURE, null));
        assertThat(Mailbox.bounded(3)).isEqualTo(new Mailbox(3, Overflow.BACKPRESSURE, null));
        assertThat(Mailbox.unbounded().capacity()).isEqualTo(Mailbox.UNBOUNDED);
    }

    @Test
    void changes_makeCopies() {
        Comparator<String> order = Comparator.naturalOrder();
        Mailbox mailbox = Mailbox.bounded(3);
        Mailbox changed = mailbox.overflow(Overflow.FAIL).priority(order);
        assertThat(mailbox).isEqualTo(Mailbox.bounded(3));
        assertThat(changed.capacity()).isEqualTo(3);
        assertThat(changed.overflow()).isEqualTo(Overflow.FAIL);
        assertThat((Object) changed.order()).isSameAs(order);
    }

    @ParameterizedTest
    @ValueSource(ints = {0, -1, Integer.MIN_VALUE})
    void capacityBelowOne_isRefused(int capacity) {
        assertThatThrownBy(() -> Mailbox.bounded(capacity))
                .isInstanceOf(IllegalArgumentException.class)
                .hasMessage("capacity: " + capacity + " (expected: >= 1)");
    }

    @Test
    @SuppressWarnings("NullAway") // on purpose
    void nulls_areRefused() {
        assertThatThrownBy(() -> Mailbox.defaults().overflow(null))
                .isInstanceOf(NullPointerException.class)
                .hasMessage("overflow: null (expected: an Overflow)");
        assertThatThrownBy(() -> Mailbox.defaults().priority(null))
                .isInstanceOf(NullPointerException.class)
                .hasMessage("order: null (expected: a Comparator of the actor's messages)");
    }

    @Test
    void onlyOrderAndEviction_needAStore() {
        assertThat(MessageStore.isNeeded(Mailbox.unbounded())).isFalse();
        assertThat(MessageStore.isNeeded(Mailbox.bounded(1).overflow(Overflow.FAIL)))
                .isFalse();
        assertThat(MessageStore.isNeeded(Mailbox.bounded(1).overflow(Overflow.DROP_OLDEST)))
                .isTrue();
        assertThat(MessageStore.isNeeded(Mailbox.unbounded().priority(Comparator.<String>naturalOrder())))
                .isTrue();
    }
}
