package io.bastion.testkit;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import java.time.Duration;
import java.util.concurrent.CountDownLatch;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.Test;

/** Work that does not end does not hang the test. */
class SteppedThreadTest {
    private final SteppedThread thread =
            new SteppedThread("stepped", Duration.ofMillis(50), (t, error) -> error.printStackTrace());

    @AfterEach
    void end() throws InterruptedException {
        thread.end();
        thread.join(Await.BOUND.toMillis());
        assertThat(thread.isAlive()).isFalse();
    }

    @Test
    void workThatTakesTooLong_isGivenUp_andShown() {
        thread.start();
        CountDownLatch never = new CountDownLatch(1);
        assertThatThrownBy(() -> thread.call(() -> {
                    never.await();
                    return 0;
                }))
                .isInstanceOf(AssertionError.class)
                .hasMessageContaining("run: stepped has not come to rest (expected: within 50 ms); it is")
                .hasMessageContaining("CountDownLatch.await");
        assertThat(thread.isHalted()).isTrue();
    }

    @Test
    void loopThatLooks_endsWhenNobodyWaits() {
        thread.start();
        CountDownLatch ended = new CountDownLatch(1);
        assertThatThrownBy(() -> thread.call(() -> {
                    while (!thread.isHalted()) {
                        Thread.onSpinWait();
                    }
                    ended.countDown();
                    return 0;
                }))
                .isInstanceOf(AssertionError.class);
        Await.open(ended);
        // the bound is short for the sake of the first call: a busy machine may miss it again
        Await.until(() -> "an answer", () -> {
            try {
                return thread.<Integer>call(() -> 7) == 7;
            } catch (AssertionError e) {
                return false;
            }
        });
        assertThat(thread.isHalted()).isFalse();
    }
}
