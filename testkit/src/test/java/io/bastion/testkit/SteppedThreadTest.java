package io.bastion.testkit;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import java.time.Duration;
import java.util.concurrent.Callable;
import java.util.concurrent.CountDownLatch;
import java.util.concurrent.atomic.AtomicInteger;
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
        CountDownLatch begun = new CountDownLatch(1);
        CountDownLatch never = new CountDownLatch(1);
        giveUp(begun, () -> {
            begun.countDown();
            never.await();
            return 0;
        });
        Await.until("it waits", () -> thread.getState() == Thread.State.WAITING);
        assertThatThrownBy(() -> thread.call(() -> 0)) // behind the other work
                .isInstanceOf(AssertionError.class)
                .hasMessageContaining("run: stepped has not come to rest (expected: within 50 ms); it is")
                .hasMessageContaining("CountDownLatch.await");
        assertThat(thread.isHalted()).isTrue();
    }

    @Test
    void loopThatLooks_endsWhenNobodyWaits() {
        CountDownLatch begun = new CountDownLatch(1);
        CountDownLatch ended = new CountDownLatch(1);
        giveUp(begun, () -> {
            begun.countDown();
            while (!thread.isHalted()) {
                Thread.onSpinWait();
            }
            ended.countDown();
            return 0;
        });
        Await.open(ended);
        // the bound is short for the sake of the first call: a busy machine may miss it again
        Await.until("an answer", () -> answers(7));
        assertThat(thread.isHalted()).isFalse();
    }

    /** Work that the thread has not come to when it is given up would otherwise run although nobody waits. */
    @Test
    void workThatIsGivenUpBeforeItBegins_isNotDone() {
        AtomicInteger done = new AtomicInteger();
        assertThatThrownBy(() -> thread.call(done::incrementAndGet)).isInstanceOf(AssertionError.class);
        thread.start();
        Await.until("an answer", () -> answers(7));
        assertThat(done).hasValue(0);
    }

    /** Hands it work that does not end in time; again, when the thread has not come to it before that. */
    private void giveUp(CountDownLatch begun, Callable<Integer> work) {
        thread.start();
        Await.until("begun", () -> {
            assertThatThrownBy(() -> thread.call(work)).isInstanceOf(AssertionError.class);
            return begun.getCount() == 0;
        });
    }

    private boolean answers(int answer) {
        try {
            return thread.<Integer>call(() -> answer) == answer;
        } catch (AssertionError e) {
            return false;
        }
    }
}
