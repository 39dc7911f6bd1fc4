package io.bastion.supervision;

import static io.bastion.supervision.Restart.Verdict.RESTART;
import static io.bastion.supervision.Restart.Verdict.STOP;
import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import java.time.Duration;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;
import org.junit.jupiter.params.provider.EnumSource;
import org.junit.jupiter.params.provider.ValueSource;

/** Restart settings and what they decide. */
class RestartTest {
    @Test
    void defaults() {
        assertThat(Restart.transientOnFailure())
                .isEqualTo(new Restart(Restart.Type.TRANSIENT, 3, Duration.ofSeconds(5)));
        assertThat(Restart.permanent()).isEqualTo(new Restart(Restart.Type.PERMANENT, 3, Duration.ofSeconds(5)));
        assertThat(Restart.temporary().type()).isEqualTo(Restart.Type.TEMPORARY);
        assertThat(Restart.permanent().unlimited().tries()).isEqualTo(Restart.UNLIMITED);
    }

    @Test
    void changes_makeCopies() {
        Restart restart = Restart.permanent();
        assertThat(restart.tries(7).within(Duration.ofMinutes(1)))
                .isEqualTo(new Restart(Restart.Type.PERMANENT, 7, Duration.ofMinutes(1)));
        assertThat(restart).isEqualTo(Restart.permanent());
    }

    @ParameterizedTest
    @CsvSource({
        "PERMANENT, false, RESTART",
        "PERMANENT, true, RESTART",
        "TRANSIENT, false, STOP",
        "TRANSIENT, true, RESTART",
        "TEMPORARY, false, STOP",
        "TEMPORARY, true, STOP"
    })
    void verdict_byTypeAndEnd(Restart.Type type, boolean failed, Restart.Verdict verdict) {
        Restart restart = new Restart(type, 3, Duration.ofSeconds(5));
        assertThat(restart.decide(failed, new RestartBudget(restart), 0)).isEqualTo(verdict);
    }

    @ParameterizedTest
    @EnumSource(
            value = Restart.Type.class,
            names = {"PERMANENT", "TRANSIENT"})
    void spentBudget_stops(Restart.Type type) {
        Restart restart = new Restart(type, 2, Duration.ofNanos(100));
        RestartBudget budget = new RestartBudget(restart);
        assertThat(restart.decide(true, budget, 0)).isEqualTo(RESTART);
        assertThat(restart.decide(true, budget, 10)).isEqualTo(RESTART);
        assertThat(restart.decide(true, budget, 20)).isEqualTo(STOP);
        assertThat(restart.decide(true, budget, 101)).isEqualTo(RESTART);
    }

    @Test
    void whatIsNotRestarted_costsNothing() {
        Restart restart = Restart.transientOnFailure().tries(1);
        RestartBudget budget = new RestartBudget(restart);
        for (int i = 0; i < 10; i++) {
            assertThat(restart.decide(false, budget, i)).isEqualTo(STOP);
        }
        assertThat(restart.decide(true, budget, 11)).isEqualTo(RESTART);
    }

    @ParameterizedTest
    @ValueSource(ints = {-1, Integer.MIN_VALUE})
    void negativeTries_areRefused(int tries) {
        assertThatThrownBy(() -> Restart.permanent().tries(tries))
                .isInstanceOf(IllegalArgumentException.class)
                .hasMessage("tries: " + tries + " (expected: >= 0)");
    }

    @ParameterizedTest
    @ValueSource(longs = {0, -1})
    void windowThatIsNotPositive_isRefused(long nanos) {
        Duration window = Duration.ofNanos(nanos);
        assertThatThrownBy(() -> Restart.permanent().within(window))
                .isInstanceOf(IllegalArgumentException.class)
                .hasMessage("window: " + window + " (expected: > 0)");
    }

    @Test
    @SuppressWarnings("NullAway") // on purpose
    void nulls_areRefused() {
        assertThatThrownBy(() -> new Restart(null, 1, Duration.ofSeconds(1)))
                .isInstanceOf(NullPointerException.class)
                .hasMessage("type: null (expected: a Restart.Type)");
        assertThatThrownBy(() -> Restart.permanent().within(null))
                .isInstanceOf(NullPointerException.class)
                .hasMessage("window: null (expected: a Duration)");
    }
}
