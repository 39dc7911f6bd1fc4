package io.bastion.supervision;

import java.time.Duration;
import java.util.Objects;

/**
 * How many restarts are borne within a sliding window. Immutable.
 *
 * @param maxRestarts restarts within the window, {@link #UNLIMITED} for no limit
 * @param window the sliding window; a restart that is exactly so old still counts
 */
public record Budget(int maxRestarts, Duration window) {
    /** As many restarts as it takes. */
    public static final int UNLIMITED = Integer.MAX_VALUE;

    /** What a supervisor has when nothing is said: 3 restarts in 5 s, and it fails at the fourth failure. */
    public static final Budget DEFAULT = new Budget(3, Duration.ofSeconds(5));

    private static final Budget NO_LIMIT = new Budget(UNLIMITED, Duration.ofSeconds(5));

    public Budget {
        Objects.requireNonNull(window, "window: null (expected: a Duration)");
        if (maxRestarts < 0) {
            throw new IllegalArgumentException("maxRestarts: " + maxRestarts + " (expected: >= 0)");
        }
        if (window.isNegative() || window.isZero()) {
            throw new IllegalArgumentException("window: " + window + " (expected: > 0)");
        }
    }

    /** At most so many restarts within the window. */
    public static Budget of(int maxRestarts, Duration window) {
        return new Budget(maxRestarts, window);
    }

    /** No limit. */
    public static Budget unlimited() {
        return NO_LIMIT;
    }

    /** Whether there is no limit. */
    public boolean isUnlimited() {
        return maxRestarts == UNLIMITED;
    }
}
