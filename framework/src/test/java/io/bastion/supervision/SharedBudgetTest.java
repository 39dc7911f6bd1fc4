package io.bastion.supervision;

import static org.assertj.core.api.Assertions.assertThat;

import io.bastion.testing.Conditions;
import io.bastion.testing.Seed;
import java.time.Duration;
import java.util.ArrayList;
import java.util.Comparator;
import java.util.List;
import java.util.Queue;
import java.util.SplittableRandom;
import java.util.concurrent.ConcurrentLinkedQueue;
import java.util.concurrent.CountDownLatch;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;

/** The budget that children take from by themselves. */
class SharedBudgetTest {
    private static final long WINDOW = 1_000;
    private static final int THREADS = 4;

    private long now;

    private SharedBudget budget(int limit) {
        return new SharedBudget(Budget.of(limit, Duration.ofNanos(WINDOW)), () -> now);
    }

    @Test
    void closed_isTheSupervisorsAlone() {
        SharedBudget budget = budget(2);
        assertThat(budget.takeIfOpen()).isFalse();
        assertThat(budget.take()).isTrue();
        budget.open(true);
        assertThat(budget.takeIfOpen()).isTrue();
        assertThat(budget.remaining()).isZero();
        now = WINDOW + 1;
        budget.open(false);
        assertThat(budget.takeIfOpen()).isFalse();
        assertThat(budget.remaining()).isEqualTo(2);
    }

    @Test
    void unlimited_isOpenOrClosedAllTheSame() {
        SharedBudget budget = budget(Budget.UNLIMITED);
        assertThat(budget.takeIfOpen()).isFalse();
        budget.open(true);
        assertThat(budget.takeIfOpen()).isTrue();
        budget.open(false);
        assertThat(budget.takeIfOpen()).isFalse();
        assertThat(budget.take()).isTrue();
    }

    /** The time of a take and what became of it. */
    private record Taken(long order, long time, boolean granted) {}

    /** A clock that is read under the budget's lock: it has no other. */
    private static final class Clock {
        private final SplittableRandom random;
        private final ThreadLocal<Taken> last = new ThreadLocal<>();
        private long reads;
        private long now;

        Clock(SplittableRandom random) {
            this.random = random;
        }

        long read() {
            now += random.nextInt(300);
            last.set(new Taken(reads++, now, false));
            return now;
        }
    }

    @ParameterizedTest
    @ValueSource(ints = {1, 3, 10})
    void takesOfSeveralThreads_areCountedAsByOneAfterAnother(int limit) throws InterruptedException {
        Clock clock = new Clock(new SplittableRandom(Seed.of("SharedBudgetTest")));
        SharedBudget budget = new SharedBudget(Budget.of(limit, Duration.ofNanos(WINDOW)), clock::read);
        budget.open(true);
        Queue<Taken> all = new ConcurrentLinkedQueue<>();
        CountDownLatch ready = new CountDownLatch(THREADS);
        List<Thread> threads = new ArrayList<>();
        for (int i = 0; i < THREADS; i++) {
            boolean supervisor = i == 0;
            threads.add(new Thread(() -> {
                ready.countDown();
                Conditions.await(ready);
                for (int n = 0; n < 50_000; n++) {
                    boolean granted = supervisor ? budget.take() : budget.takeIfOpen();
                    Taken read = clock.last.get();
                    all.add(new Taken(read.order(), read.time(), granted));
                }
            }));
        }
        threads.forEach(Thread::start);
        for (Thread thread : threads) {
            thread.join();
        }
        RestartBudget alone = new RestartBudget(Budget.of(limit, Duration.ofNanos(WINDOW)));
        List<Taken> inOrder =
                all.stream().sorted(Comparator.comparingLong(Taken::order)).toList();
        for (int i = 0; i < inOrder.size(); i++) {
            Taken taken = inOrder.get(i);
            assertThat(taken.order()).isEqualTo(i);
            assertThat(taken.granted()).as("%s", taken).isEqualTo(alone.take(taken.time()));
        }
    }
}
