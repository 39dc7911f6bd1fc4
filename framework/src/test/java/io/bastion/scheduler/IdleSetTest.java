package io.bastion.scheduler;

import static org.assertj.core.api.Assertions.assertThat;

import java.util.ArrayList;
import java.util.List;
import java.util.concurrent.Phaser;
import java.util.concurrent.atomic.AtomicInteger;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;

class IdleSetTest {
    @ParameterizedTest
    @ValueSource(ints = {1, 63, 64, 65, 130})
    void members_areWhatWasAddedAndNotRemoved(int size) {
        IdleSet set = new IdleSet(size);
        assertThat(set.any(-1)).isEqualTo(-1);
        for (int i = 0; i < size; i++) {
            assertThat(set.isFull()).isFalse();
            assertThat(set.contains(i)).isFalse();
            set.add(i);
            assertThat(set.contains(i)).isTrue();
            assertThat(set.count()).isEqualTo(i + 1);
        }
        assertThat(set.isFull()).isTrue();
        for (int i = 0; i < size; i++) {
            assertThat(set.any(-1)).isEqualTo(i);
            assertThat(set.remove(i)).isTrue();
            assertThat(set.remove(i)).isFalse();
        }
        assertThat(set.count()).isZero();
    }

    @Test
    void unwantedMember_isChosenOnlyIfThereIsNoOther() {
        IdleSet set = new IdleSet(100);
        set.add(3);
        assertThat(set.any(3)).isEqualTo(3);
        set.add(80);
        assertThat(set.any(3)).isEqualTo(80);
        assertThat(set.any(80)).isEqualTo(3);
    }

    @Test
    void ofSeveralRemovers_oneSucceeds() throws InterruptedException {
        int rounds = 2_000;
        IdleSet set = new IdleSet(128);
        AtomicInteger removed = new AtomicInteger();
        Phaser start = new Phaser(2);
        List<Thread> removers = new ArrayList<>();
        for (int t = 0; t < 2; t++) {
            boolean adds = t == 0;
            Thread remover = new Thread(() -> {
                for (int i = 0; i < rounds; i++) {
                    for (int index = 0; adds && index < 128; index++) {
                        set.add(index);
                    }
                    start.arriveAndAwaitAdvance();
                    for (int index = 0; index < 128; index++) {
                        if (set.remove(index)) {
                            removed.incrementAndGet();
                        }
                    }
                    start.arriveAndAwaitAdvance();
                }
            });
            removers.add(remover);
            remover.start();
        }
        for (Thread remover : removers) {
            remover.join();
        }
        assertThat(removed).hasValue(128 * rounds);
        assertThat(set.count()).isZero();
    }
}
