package io.bastion.supervision;

import java.time.Duration;
import java.util.Objects;

/**
 * What becomes of an actor whose incarnation ended. Immutable; each method returns a changed copy.
 *
 * <table>
 *   <caption>Restart type × how the incarnation ended</caption>
 *   <tr><th>type</th><th>completes normally</th><th>fails</th></tr>
 *   <tr><td>{@link Type#PERMANENT}</td><td>new incarnation</td><td>new incarnation</td></tr>
 *   <tr><td>{@link Type#TRANSIENT} (default)</td><td>stays down</td><td>new incarnation</td></tr>
 *   <tr><td>{@link Type#TEMPORARY}</td><td>removed</td><td>removed, reported</td></tr>
 * </table>
 *
 * <p>Default: transient, at most {@value #DEFAULT_TRIES} restarts within 5 s; one more failure and the actor stays down with
 * the reason {@code FAILED}.
 *
 * @param type when there is a new incarnation
 * @param tries restarts within the window, {@link #UNLIMITED} for no limit
 * @param window the sliding window in which restarts are counted
 */
public record Restart(Type type, int tries, Duration window) {
    /** Restarts within the window when nothing is said. */
    public static final int DEFAULT_TRIES = 3;

    /** The window when nothing is said. */
    public static final Duration DEFAULT_WINDOW = Duration.ofSeconds(5);

    /** As many restarts as it takes; must be said explicitly. */
    public static final int UNLIMITED = Integer.MAX_VALUE;

    private static final Restart TRANSIENT = new Restart(Type.TRANSIENT, DEFAULT_TRIES, DEFAULT_WINDOW);

    /** When an ended incarnation is followed by a new one. */
    public enum Type {
        /** Always. */
        PERMANENT,
        /** After a failure only. */
        TRANSIENT,
        /** Never. */
        TEMPORARY
    }

    public Restart {
        Objects.requireNonNull(type, "type: null (expected: a Restart.Type)");
        Objects.requireNonNull(window, "window: null (expected: a Duration)");
        if (tries < 0) {
            throw new IllegalArgumentException("tries: " + tries + " (expected: >= 0)");
        }
        if (window.isNegative() || window.isZero()) {
            throw new IllegalArgumentException("window: " + window + " (expected: > 0)");
        }
    }

    /** A new incarnation after every end, normal or not. */
    public static Restart permanent() {
        return new Restart(Type.PERMANENT, DEFAULT_TRIES, DEFAULT_WINDOW);
    }

    /** A new incarnation after a failure; the default. */
    public static Restart transientOnFailure() {
        return TRANSIENT;
    }

    /** Never a new incarnation. */
    public static Restart temporary() {
        return new Restart(Type.TEMPORARY, 0, DEFAULT_WINDOW);
    }

    /** This policy with at most so many restarts within the window. */
    public Restart tries(int tries) {
        return new Restart(type, tries, window);
    }

    /** This policy with restarts counted over another sliding window. */
    public Restart within(Duration window) {
        return new Restart(type, tries, window);
    }

    /** This policy without a limit. */
    public Restart unlimited() {
        return tries(UNLIMITED);
    }

    /** What is to become of an actor. */
    public enum Verdict {
        /** It gets a new incarnation. */
        RESTART,
        /** It stays down. */
        STOP
    }

    /**
     * Decides about an incarnation that ended by itself; a restart is taken out of the budget.
     *
     * @param failed whether it failed, or completed normally
     * @param budget the restarts so far
     * @param now the present time in nanoseconds
     */
    public Verdict decide(boolean failed, RestartBudget budget, long now) {
        boolean again = switch (type) {
            case PERMANENT -> true;
            case TRANSIENT -> failed;
            case TEMPORARY -> false;
        };
        return again && budget.take(now) ? Verdict.RESTART : Verdict.STOP;
    }
}
