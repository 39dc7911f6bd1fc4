package io.bastion.scheduler;

import static org.assertj.core.api.Assertions.assertThat;

import java.util.concurrent.Phaser;
import java.util.concurrent.atomic.AtomicInteger;
import org.junit.jupiter.api.Test;

class PaddingTest {
    @Test
    void ofTwoThatTakeAnActivity_oneGetsIt() throws InterruptedException {
        int rounds = 20_000;
        Padding.ActivityRef ref = new Padding.ActivityRef();
        TestEntry activity = new TestEntry(TestHome.NOWHERE, 0);
        AtomicInteger taken = new AtomicInteger();
        Phaser phaser = new Phaser(2);
        Thread other = new Thread(() -> {
            for (int i = 0; i < rounds; i++) {
                phaser.arriveAndAwaitAdvance();
                if (ref.take() != null) {
                    taken.incrementAndGet();
                }
                phaser.arriveAndAwaitAdvance();
            }
        });
        other.start();
        for (int i = 0; i < rounds; i++) {
            ref.put(activity);
            phaser.arriveAndAwaitAdvance();
            if (ref.take() != null) {
                taken.incrementAndGet();
            }
            phaser.arriveAndAwaitAdvance();
            assertThat(ref.isEmpty()).isTrue();
        }
        other.join();
        assertThat(taken).hasValue(rounds);
    }
}
