package io.bastion.benchmarks.work;

import java.util.concurrent.CountDownLatch;
import java.util.concurrent.TimeUnit;
import org.jspecify.annotations.Nullable;

/** The end of a round, which its actors announce and the measuring thread waits for. Thread-safe. */
public final class Finish {
    /** System property: milliseconds that a round may last before its messages count as lost. */
    public static final String LIMIT_PROPERTY = "io.bastion.benchmarks.limit-millis";

    private static final int DEFAULT_LIMIT_MILLIS = 120_000;

    private final CountDownLatch latch;
    private volatile @Nullable Throwable failure;

    /**
     * An end that is reached after so many announcements.
     *
     * @param parts the number of parts that announce theirs
     */
    public Finish(int parts) {
        latch = new CountDownLatch(parts);
    }

    /** Announces the end of one part. */
    public void reached() {
        latch.countDown();
    }

    /** Ends the round with a failure. */
    public void failed(Throwable cause) {
        failure = cause;
        while (latch.getCount() > 0) {
            latch.countDown();
        }
    }

    /**
     * Waits for all parts.
     *
     * @throws IllegalStateException if a part failed, or the end is not reached in time
     */
    public void await() throws InterruptedException {
        long limit = limitNanos();
        if (!latch.await(limit, TimeUnit.NANOSECONDS)) {
            throw new IllegalStateException("parts: " + latch.getCount() + " unfinished after "
                    + TimeUnit.NANOSECONDS.toMillis(limit) + " ms (expected: 0)");
        }
        Throwable cause = failure;
        if (cause != null) {
            throw new IllegalStateException("round: failed (expected: no failure)", cause);
        }
    }

    /** Nanoseconds that a round may last; see {@link #LIMIT_PROPERTY}. */
    static long limitNanos() {
        return TimeUnit.MILLISECONDS.toNanos(Integer.getInteger(LIMIT_PROPERTY, DEFAULT_LIMIT_MILLIS));
    }
}
