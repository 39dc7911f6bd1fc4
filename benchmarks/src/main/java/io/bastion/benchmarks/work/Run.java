package io.bastion.benchmarks.work;

/**
 * One timed round of a load.
 *
 * @param operations how many were done
 * @param nanos how long that took
 */
public record Run(long operations, long nanos) {
    public Run {
        if (operations < 1) {
            throw new IllegalArgumentException("operations: " + operations + " (expected: >= 1)");
        }
        if (nanos < 1) {
            throw new IllegalArgumentException("nanos: " + nanos + " (expected: >= 1)");
        }
    }

    /** Operations a second, in millions. */
    public double millionsPerSecond() {
        return operations * 1e3 / nanos;
    }
}
