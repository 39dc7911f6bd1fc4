package io.bastion.actor;

import java.time.Duration;
import java.util.Objects;
import org.jspecify.annotations.Nullable;

/**
 * How an actor starts and stops.
 *
 * @param callbacks its hooks, if any
 * @param startTimeout how long a start hook may take
 * @param stopTimeout how long it may take to stop before it is killed, {@link #FOREVER} for no limit
 * @param significant whether its end counts for its supervisor's auto-shutdown
 */
record LifecycleSettings(
        @Nullable Callbacks callbacks, Duration startTimeout, Duration stopTimeout, boolean significant) {
    static final Duration FOREVER = Duration.ofNanos(Long.MAX_VALUE);

    /** Five seconds, as in OTP. */
    static final Duration DEFAULT_TIMEOUT = Duration.ofSeconds(5);

    static final LifecycleSettings DEFAULT = new LifecycleSettings(null, DEFAULT_TIMEOUT, DEFAULT_TIMEOUT, false);

    /** The default of supervisors, whose children have time-outs of their own. */
    static final LifecycleSettings OF_SUPERVISORS = new LifecycleSettings(null, DEFAULT_TIMEOUT, FOREVER, false);

    /** How long a stop hook may take: also that of a supervisor, whose stop has no limit of its own, must end. */
    Duration stopHookTimeout() {
        return stopTimeout.equals(FOREVER) ? startTimeout : stopTimeout;
    }

    LifecycleSettings callbacks(Callbacks callbacks) {
        Objects.requireNonNull(callbacks, "callbacks: null (expected: Callbacks)");
        return new LifecycleSettings(callbacks, startTimeout, stopTimeout, significant);
    }

    LifecycleSettings startTimeout(Duration timeout) {
        return new LifecycleSettings(callbacks, positive("startTimeout", timeout), stopTimeout, significant);
    }

    LifecycleSettings stopTimeout(Duration timeout) {
        return new LifecycleSettings(callbacks, startTimeout, positive("stopTimeout", timeout), significant);
    }

    LifecycleSettings asSignificant() {
        return new LifecycleSettings(callbacks, startTimeout, stopTimeout, true);
    }

    static Duration positive(String field, Duration duration) {
        Objects.requireNonNull(duration, field + ": null (expected: a Duration)");
        if (duration.isNegative() || duration.isZero()) {
            throw new IllegalArgumentException(field + ": " + duration + " (expected: > 0)");
        }
        return duration;
    }
}
