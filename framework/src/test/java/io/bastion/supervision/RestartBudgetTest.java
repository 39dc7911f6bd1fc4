package io.bastion.supervision;

import static org.assertj.core.api.Assertions.assertThat;

import io.bastion.testing.Seed;
import java.time.Duration;
import java.util.ArrayDeque;
import java.util.Random;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;

/** Restarts within a sliding window. */
class RestartBudgetTest {
    private static RestartBudget budget(int tries, long windowNanos) {
        return new RestartBudget(Budget.of(tries, Duration.ofNanos(windowNanos)));
    }

    @Test
    void stampExactlyAsOldAsTheWindow_stillCounts() {
        RestartBudget budget = budget(1, 100);
        assertThat(budget.take(0)).isTrue();
        assertThat(budget.take(100)).isFalse();
        assertThat(budget.take(101)).isTrue();
    }

    @Test
    void refusal_costsNothing() {
        RestartBudget budget = budget(1, 100);
        assertThat(budget.take(0)).isTrue();
        for (int now = 1; now <= 100; now++) {
            assertThat(budget.take(now)).isFalse();
        }
        assertThat(budget.take(101)).isTrue();
    }

    @Test
    void noTries_allowNone() {
        assertThat(budget(0, 100).take(0)).isFalse();
    }

    @Test
    void unlimited_allowsAll() {
        RestartBudget budget = budget(Budget.UNLIMITED, 100);
        for (int i = 0; i < 10_000; i++) {
            assertThat(budget.take(5)).isTrue();
        }
    }

    @Test
    void clock_mayBeNegativeAndWrapRound() {
        RestartBudget budget = budget(1, 100);
        assertThat(budget.take(Long.MAX_VALUE - 10)).isTrue();
        assertThat(budget.take(Long.MIN_VALUE + 20)).isFalse();
        assertThat(budget.take(Long.MIN_VALUE + 200)).isTrue();
    }

    @Test
    void windowLongerThanTheClock_isForEver() {
        RestartBudget budget = new RestartBudget(Budget.of(1, Duration.ofSeconds(Long.MAX_VALUE)));
        assertThat(budget.take(0)).isTrue();
        assertThat(budget.take(Long.MAX_VALUE - 1)).isFalse();
    }

    @ParameterizedTest
    @ValueSource(ints = {1, 3, 4, 5, 7, 8, 9, 100})
    void anyTimes_areCountedAsByASimpleList(int tries) {
        Random random = new Random(Seed.of("RestartBudgetTest"));
        RestartBudget budget = budget(tries, 1_000);
        ArrayDeque<Long> model = new ArrayDeque<>();
        long now = random.nextInt();
        for (int i = 0; i < 5_000; i++) {
            now += random.nextInt(2 * 1_000 / tries + 2);
            long t = now;
            model.removeIf(stamp -> t - stamp > 1_000);
            boolean allowed = model.size() < tries;
            if (allowed) {
                model.add(now);
            }
            assertThat(budget.take(now)).as("take %s", i).isEqualTo(allowed);
        }
    }
}
