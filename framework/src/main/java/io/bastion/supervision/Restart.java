package io.bastion.supervision;

import java.time.Duration;
import java.util.Objects;

/**
 * What becomes of an actor whose incarnation ended. Immutable; each method returns a changed copy.
 *
 * <table>
 *   <caption>Restart type × how the incarnation ended</caption>
 *   <tr><th>type</th><th>completes normally or is stopped</th><th>fails</th></tr>
 *   <tr><td>{@link Type#PERMANENT}</td><td>new incarnation</td><td>new incarnation</td></tr>
 *   <tr><td>{@link Type#TRANSIENT} (default)</td><td>stays down, still listed</td><td>new incarnation</td></tr>
 *   <tr><td>{@link Type#TEMPORARY}</td><td>removed</td><td>removed, reported</td></tr>
 * </table>
 *
 * <p>Restarts are also counted by the {@link Budget} of the supervisor. A cap of the actor's own comes on top of it and never
 * loosens it: when the cap is spent this actor stays down with its failure as the reason, and the supervisor goes on.
 *
 * <p>Default: transient, no cap, no back-off, every failure restarts, the failed message is dropped, a failing first start
 * is not retried.
 *
 * @param type when there is a new incarnation
 * @param cap restarts of this actor within a window
 * @param backoff how long a restart waits
 * @param directives exceptions from the type, by failure; they go before those of the supervisor
 * @param inFlight what becomes of the message whose handling failed
 * @param startRetried whether a first start that fails is treated like a restart that fails
 */
public record Restart(
        Type type, Budget cap, Backoff backoff, Directives directives, InFlight inFlight, boolean startRetried) {
    private static final Restart TRANSIENT = of(Type.TRANSIENT);
    private static final Restart PERMANENT = of(Type.PERMANENT);
    private static final Restart TEMPORARY = of(Type.TEMPORARY);

    /** When an ended incarnation is followed by a new one. */
    public enum Type {
        /** Always. */
        PERMANENT,
        /** After a failure only. */
        TRANSIENT,
        /** Never. */
        TEMPORARY;

        /** Whether there is to be a new incarnation after one that failed, or ended otherwise. */
        public boolean restartsAfter(boolean failure) {
            return switch (this) {
                case PERMANENT -> true;
                case TRANSIENT -> failure;
                case TEMPORARY -> false;
            };
        }
    }

    public Restart {
        Objects.requireNonNull(type, "type: null (expected: a Restart.Type)");
        Objects.requireNonNull(cap, "cap: null (expected: a Budget)");
        Objects.requireNonNull(backoff, "backoff: null (expected: a Backoff)");
        Objects.requireNonNull(directives, "directives: null (expected: Directives)");
        Objects.requireNonNull(inFlight, "inFlight: null (expected: an InFlight)");
    }

    /** The policy of a type, with all other defaults. */
    public static Restart of(Type type) {
        return new Restart(type, Budget.unlimited(), Backoff.none(), Directives.none(), InFlight.DROP, false);
    }

    /** A new incarnation after every end, normal or not. */
    public static Restart permanent() {
        return PERMANENT;
    }

    /** A new incarnation after a failure; the default. */
    public static Restart transientOnFailure() {
        return TRANSIENT;
    }

    /** Never a new incarnation. */
    public static Restart temporary() {
        return TEMPORARY;
    }

    /** This policy with at most so many restarts within the cap's window, 5 s unless {@link #within} says otherwise. */
    public Restart tries(int tries) {
        return cap(new Budget(tries, cap.window()));
    }

    /** This policy with the cap counted over another sliding window. */
    public Restart within(Duration window) {
        return cap(new Budget(cap.maxRestarts(), window));
    }

    private Restart cap(Budget cap) {
        return new Restart(type, cap, backoff, directives, inFlight, startRetried);
    }

    /** This policy with restarts that wait. */
    public Restart backoff(Backoff backoff) {
        return new Restart(type, cap, backoff, directives, inFlight, startRetried);
    }

    /** This policy with an exception for a type of failure; the most special type that fits applies. */
    public Restart on(Class<? extends Throwable> failure, Directive directive) {
        return new Restart(type, cap, backoff, directives.with(failure, directive), inFlight, startRetried);
    }

    /** This policy with another treatment of the message whose handling failed. */
    public Restart inFlight(InFlight inFlight) {
        return new Restart(type, cap, backoff, directives, inFlight, startRetried);
    }

    /** This policy with a first start that is retried when it fails, by type, cap, back-off and budget, like a restart. */
    public Restart retryStart() {
        return new Restart(type, cap, backoff, directives, inFlight, true);
    }
}
