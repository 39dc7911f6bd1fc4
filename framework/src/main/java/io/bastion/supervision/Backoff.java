package io.bastion.supervision;

import java.time.Duration;
import java.util.Objects;
import java.util.concurrent.TimeUnit;
import org.jspecify.annotations.Nullable;

/**
 * How long a restart waits. Immutable; each method returns a changed copy.
 *
 * <p>The wait before the n-th restart in a row, counted from 0, is {@code min + n · step} for a linear back-off and
 * {@code min · factor^n} for an exponential one, never more than {@code max}. Jitter j makes it longer by a random part of up to j, so that
 * actors that failed together do not come back together; the maximum holds all the same. An incarnation that has run for
 * the quiet time begins a new row; the quiet time is half of {@code min + max} unless given.
 *
 * <p>Example: {@code exponential(ofMillis(100), ofSeconds(10)).jitter(0.2)} waits 100 to 120 ms, 200 to 240 ms, 400 to 480
 * ms and so on up to 10 s, and begins anew when the actor has run for 5.05 s.
 *
 * @param min the first wait
 * @param max the longest wait
 * @param growth how the waits grow
 * @param jitter the random part, from 0 to 1
 * @param quiet how long an incarnation must have run for the next failure to be the first of a row; null for the default
 */
public record Backoff(
        Duration min,
        Duration max,
        Growth growth,
        double jitter,
        @Nullable Duration quiet) {
    private static final Backoff NONE =
            new Backoff(Duration.ZERO, Duration.ZERO, new Growth.Linear(Duration.ZERO), 0, Duration.ZERO);

    private static final double DEFAULT_FACTOR = 2;

    /** How the waits grow. */
    public sealed interface Growth {
        /**
         * By a constant difference.
         *
         * @param step the difference
         */
        record Linear(Duration step) implements Growth {
            public Linear {
                notNegative("step", step);
            }
        }

        /**
         * By a constant factor.
         *
         * @param factor the factor, at least 1
         */
        record Exponential(double factor) implements Growth {
            public Exponential {
                if (!(factor >= 1) || Double.isInfinite(factor)) {
                    throw new IllegalArgumentException("factor: " + factor + " (expected: >= 1)");
                }
            }
        }
    }

    public Backoff {
        notNegative("min", min);
        notNegative("max", max);
        Objects.requireNonNull(growth, "growth: null (expected: a Backoff.Growth)");
        if (max.compareTo(min) < 0) {
            throw new IllegalArgumentException("max: " + max + " (expected: >= min, " + min + ")");
        }
        if (!(jitter >= 0 && jitter <= 1)) {
            throw new IllegalArgumentException("jitter: " + jitter + " (expected: 0 to 1)");
        }
        if (quiet != null) {
            notNegative("quiet", quiet);
        }
    }

    /** No wait; the default. */
    public static Backoff none() {
        return NONE;
    }

    /** Always the same wait. */
    public static Backoff constant(Duration wait) {
        return linear(wait, wait, Duration.ZERO);
    }

    /** Waits that grow by a difference. */
    public static Backoff linear(Duration min, Duration max, Duration step) {
        return new Backoff(min, max, new Growth.Linear(step), 0, null);
    }

    /** Waits that double. */
    public static Backoff exponential(Duration min, Duration max) {
        return exponential(min, max, DEFAULT_FACTOR);
    }

    /** Waits that grow by a factor. */
    public static Backoff exponential(Duration min, Duration max, double factor) {
        return new Backoff(min, max, new Growth.Exponential(factor), 0, null);
    }

    /** This back-off with waits that are longer by a random part of up to {@code jitter}, from 0 to 1. */
    public Backoff jitter(double jitter) {
        return new Backoff(min, max, growth, jitter, quiet);
    }

    /** This back-off with another quiet time after which waits begin anew. */
    public Backoff resetAfter(Duration quiet) {
        return new Backoff(
                min, max, growth, jitter, Objects.requireNonNull(quiet, "quiet: null (expected: a Duration)"));
    }

    /** Whether restarts never wait. */
    public boolean isNone() {
        return max.isZero();
    }

    /** The quiet time in nanoseconds. */
    public long quietNanos() {
        return nanos(quiet != null ? quiet : min.plus(max).dividedBy(2));
    }

    /**
     * The wait before a restart, in nanoseconds.
     *
     * @param attempt number of the restart in its row, from 0
     * @param random from 0 to 1, decides about the jitter
     */
    public long delayNanos(int attempt, double random) {
        double longest = nanos(max);
        double least = nanos(min);
        double d = growth instanceof Growth.Exponential e
                ? least * Math.pow(e.factor(), attempt)
                : least + (double) nanos(((Growth.Linear) growth).step()) * attempt;
        d = Math.min(d, longest); // also when it has overflowed to infinity
        return (long) Math.min(d * (1 + jitter * random), longest);
    }

    private static long nanos(Duration duration) {
        return TimeUnit.NANOSECONDS.convert(duration); // saturates
    }

    private static void notNegative(String field, Duration duration) {
        Objects.requireNonNull(duration, field + ": null (expected: a Duration)");
        if (duration.isNegative()) {
            throw new IllegalArgumentException(field + ": " + duration + " (expected: >= 0)");
        }
    }
}
