package io.bastion.benchmarks.work;

/**
 * What all systems are started with.
 *
 * @param threads worker threads a system may use
 * @param scale factor on fixed sizes such as the number of living actors; 1 for a serious run
 */
public record Setup(int threads, double scale) {
    public Setup {
        if (threads < 1) {
            throw new IllegalArgumentException("threads: " + threads + " (expected: >= 1)");
        }
        if (!(scale > 0 && scale <= 1)) {
            throw new IllegalArgumentException("scale: " + scale + " (expected: > 0 and <= 1)");
        }
    }

    /** A fixed size at this scale, at least 1. */
    public int scaled(int full) {
        return (int) Math.max(1, Math.round(full * scale));
    }

    /** How many full collections go before a look at the heap. */
    public int collections() {
        return scale < 1 ? 1 : 4;
    }
}
