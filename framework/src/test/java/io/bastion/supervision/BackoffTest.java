package io.bastion.supervision;

import static org.assertj.core.api.Assertions.assertThat;

import java.time.Duration;
import java.util.concurrent.TimeUnit;
import org.junit.jupiter.api.Test;

/** How long restarts wait. */
class BackoffTest {
    private static final Duration MIN = Duration.ofMillis(100);
    private static final Duration MAX = Duration.ofSeconds(10);

    private static long millis(Backoff backoff, int attempt, double random) {
        return TimeUnit.NANOSECONDS.toMillis(backoff.delayNanos(attempt, random));
    }

    @Test
    void none_neverWaits() {
        assertThat(Backoff.none().isNone()).isTrue();
        assertThat(Backoff.none().delayNanos(7, 0.5)).isZero();
    }

    @Test
    void exponential_isMinTimesFactorToTheN() {
        Backoff backoff = Backoff.exponential(MIN, MAX, 3);
        assertThat(millis(backoff, 0, 0)).isEqualTo(100);
        assertThat(millis(backoff, 1, 0)).isEqualTo(300);
        assertThat(millis(backoff, 2, 0)).isEqualTo(900);
        assertThat(millis(backoff, 3, 0)).isEqualTo(2_700);
        assertThat(millis(backoff, 5, 0)).isEqualTo(10_000);
    }

    @Test
    void linear_growsByTheStep() {
        Backoff backoff = Backoff.linear(MIN, MAX, Duration.ofMillis(50));
        assertThat(millis(backoff, 0, 0)).isEqualTo(100);
        assertThat(millis(backoff, 4, 0)).isEqualTo(300);
        assertThat(millis(backoff, 100_000, 0)).isEqualTo(10_000);
    }

    @Test
    void jitter_liesBetweenTheWaitAndItsJitteredPart_andNeverAboveTheMaximum() {
        Backoff backoff = Backoff.exponential(MIN, MAX).jitter(0.2);
        assertThat(millis(backoff, 1, 0)).isEqualTo(200);
        assertThat(millis(backoff, 1, 0.5)).isEqualTo(220);
        assertThat(millis(backoff, 1, 1)).isEqualTo(240);
        assertThat(millis(backoff, 20, 1)).isEqualTo(10_000);
    }

    @Test
    void manyAttempts_doNotOverflow() {
        Backoff backoff = Backoff.exponential(MIN, Duration.ofSeconds(Long.MAX_VALUE), 10);
        assertThat(backoff.delayNanos(Integer.MAX_VALUE, 1)).isEqualTo(Long.MAX_VALUE);
    }

    @Test
    void quietTime_isHalfOfMinAndMax_unlessGiven() {
        assertThat(Backoff.exponential(MIN, MAX).quietNanos())
                .isEqualTo(Duration.ofMillis(5_050).toNanos());
        assertThat(Backoff.exponential(MIN, MAX)
                        .resetAfter(Duration.ofSeconds(1))
                        .quietNanos())
                .isEqualTo(Duration.ofSeconds(1).toNanos());
    }

    @Test
    void history_beginsAnew_afterTheQuietTime() {
        RestartHistory history = new RestartHistory(
                Restart.permanent().backoff(Backoff.exponential(MIN, MAX).resetAfter(Duration.ofSeconds(1))));
        long now = 0;
        assertThat(history.nextDelay(now, 0)).isEqualTo(Duration.ofMillis(100).toNanos());
        now += Duration.ofMillis(100).toNanos(); // the second incarnation begins
        now += Duration.ofMillis(999).toNanos();
        assertThat(history.nextDelay(now, 0)).isEqualTo(Duration.ofMillis(200).toNanos());
        now += Duration.ofMillis(200).toNanos() + Duration.ofMillis(1_000).toNanos();
        assertThat(history.nextDelay(now, 0)).isEqualTo(Duration.ofMillis(100).toNanos());
    }
}
