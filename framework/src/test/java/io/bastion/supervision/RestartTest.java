package io.bastion.supervision;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import java.io.IOException;
import java.time.Duration;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;

/** Restart settings. */
class RestartTest {
    @Test
    void defaults() {
        Restart restart = Restart.transientOnFailure();
        assertThat(restart.type()).isEqualTo(Restart.Type.TRANSIENT);
        assertThat(restart.cap().isUnlimited()).isTrue();
        assertThat(restart.backoff()).isEqualTo(Backoff.none());
        assertThat(restart.directives()).isEqualTo(Directives.none());
        assertThat(restart.inFlight()).isEqualTo(InFlight.DROP);
        assertThat(restart.startRetried()).isFalse();
    }

    @Test
    void changes_makeCopies() {
        Restart restart = Restart.permanent();
        assertThat(restart.tries(7).within(Duration.ofMinutes(1)).cap()).isEqualTo(Budget.of(7, Duration.ofMinutes(1)));
        assertThat(restart.backoff(Backoff.constant(Duration.ofMillis(3)))
                        .backoff()
                        .min())
                .isEqualTo(Duration.ofMillis(3));
        assertThat(restart).isEqualTo(Restart.permanent());
    }

    @ParameterizedTest
    @CsvSource({
        "PERMANENT, false, true",
        "PERMANENT, true, true",
        "TRANSIENT, false, false",
        "TRANSIENT, true, true",
        "TEMPORARY, false, false",
        "TEMPORARY, true, false"
    })
    void type_decides(Restart.Type type, boolean failed, boolean restarts) {
        assertThat(type.restartsAfter(failed)).isEqualTo(restarts);
    }

    @Test
    void directive_ofTheMostSpecialType_applies() {
        Directives directives = Directives.none()
                .with(Exception.class, Directive.STOP)
                .with(IOException.class, Directive.RESUME)
                .with(Error.class, Directive.ESCALATE);
        assertThat(directives.of(new java.io.FileNotFoundException())).isEqualTo(Directive.RESUME);
        assertThat(directives.of(new IllegalStateException())).isEqualTo(Directive.STOP);
        assertThat(directives.of(new StackOverflowError())).isEqualTo(Directive.ESCALATE);
        assertThat(directives.of(new Throwable())).isNull();
    }

    @Test
    void badSettings_areRefusedInWords() {
        assertThatThrownBy(() -> Restart.permanent().tries(-1)).hasMessage("maxRestarts: -1 (expected: >= 0)");
        assertThatThrownBy(() -> Restart.permanent().within(Duration.ZERO)).hasMessage("window: PT0S (expected: > 0)");
        assertThatThrownBy(() -> Backoff.exponential(Duration.ofSeconds(2), Duration.ofSeconds(1)))
                .hasMessage("max: PT1S (expected: >= min, PT2S)");
        assertThatThrownBy(() -> Backoff.exponential(Duration.ofSeconds(1), Duration.ofSeconds(1), 0.5))
                .hasMessage("factor: 0.5 (expected: >= 1)");
        assertThatThrownBy(() -> Backoff.constant(Duration.ofSeconds(1)).jitter(1.5))
                .hasMessage("jitter: 1.5 (expected: 0 to 1)");
        assertThatThrownBy(() -> Backoff.constant(Duration.ofSeconds(-1))).hasMessage("min: PT-1S (expected: >= 0)");
    }
}
