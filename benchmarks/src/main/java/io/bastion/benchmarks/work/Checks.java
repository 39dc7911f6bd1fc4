package io.bastion.benchmarks.work;

/** Checks after a round: a figure without them would be worth nothing. */
public final class Checks {
    private Checks() {}

    /**
     * Fails unless the two are equal.
     *
     * @param what name of the figure, for the message
     * @throws IllegalStateException if they differ
     */
    public static void equal(String what, long actual, long expected) {
        if (actual != expected) {
            throw new IllegalStateException(what + ": " + actual + " (expected: " + expected + ")");
        }
    }
}
