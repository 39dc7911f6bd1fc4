package io.bastion.testkit;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import java.util.concurrent.CountDownLatch;
import java.util.concurrent.atomic.AtomicInteger;
import org.junit.jupiter.api.Test;

/** Waits that end. */
class AwaitTest {
    @Test
    void condition_isLookedAtUntilItIsTrue() {
        AtomicInteger looks = new AtomicInteger();
        Await.until("looked at five times", () -> looks.incrementAndGet() == 5);
        assertThat(looks).hasValue(5);
    }

    @Test
    void interrupt_endsTheWait() {
        Thread.currentThread().interrupt();
        try {
            assertThatThrownBy(() -> Await.until("the end of the world", () -> false))
                    .isInstanceOf(AssertionError.class)
                    .hasMessage("interrupted while it waited for: the end of the world");
            assertThatThrownBy(() -> Await.open(new CountDownLatch(1)))
                    .isInstanceOf(AssertionError.class)
                    .hasMessage("interrupted while it waited for a latch");
        } finally {
            assertThat(Thread.interrupted()).isTrue();
        }
    }
}
