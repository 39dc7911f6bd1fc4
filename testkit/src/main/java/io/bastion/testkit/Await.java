package io.bastion.testkit;

import java.time.Duration;
import java.util.concurrent.CountDownLatch;
import java.util.concurrent.TimeUnit;
import java.util.concurrent.locks.LockSupport;
import java.util.function.BooleanSupplier;
import java.util.function.Supplier;

/**
 * Bounded waits, in real time, for what other threads bring about.
 *
 * <p>They do not let a {@link DeterministicScheduler} run: for that, and for everything that may be on either kind of
 * scheduler, see {@link TestKit#until}. Thread-safe.
 */
public final class Await {
    /** How long anything that a test waits for may take: far longer than it should, so that only a failure takes it. */
    public static final Duration BOUND = Duration.ofSeconds(10);

    private Await() {}

    /**
     * Waits until a condition is true.
     *
     * @param what the condition in words, for the failure
     * @throws AssertionError if it is not true within {@link #BOUND}
     */
    public static void until(String what, BooleanSupplier condition) {
        until(() -> what, condition);
    }

    /**
     * Waits until a condition is true.
     *
     * @param what the condition in words, which are chosen when it has failed
     * @throws AssertionError if it is not true within {@link #BOUND}
     */
    public static void until(Supplier<String> what, BooleanSupplier condition) {
        long end = System.nanoTime() + BOUND.toNanos();
        while (!condition.getAsBoolean()) {
            if (System.nanoTime() - end > 0) {
                throw new AssertionError("not within " + BOUND.toSeconds() + " s: " + what.get());
            }
            if (Thread.currentThread().isInterrupted()) {
                throw new AssertionError("interrupted while it waited for: " + what.get());
            }
            LockSupport.parkNanos(TimeUnit.MILLISECONDS.toNanos(1) / 2);
        }
    }

    /**
     * Waits until a latch is open; of use in a handler, to hold its actor until the test has seen what it wants to see.
     *
     * @throws AssertionError if it is not open within {@link #BOUND}
     */
    public static void open(CountDownLatch latch) {
        try {
            if (!latch.await(BOUND.toNanos(), TimeUnit.NANOSECONDS)) {
                throw new AssertionError("not within " + BOUND.toSeconds() + " s: a latch is open, " + latch.getCount()
                        + " to be counted down");
            }
        } catch (InterruptedException e) {
            Thread.currentThread().interrupt();
            throw new AssertionError("interrupted while it waited for a latch", e);
        }
    }
}
