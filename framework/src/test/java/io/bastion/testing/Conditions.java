package io.bastion.testing;

import java.time.Duration;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.CountDownLatch;
import java.util.concurrent.ExecutionException;
import java.util.concurrent.TimeUnit;
import java.util.concurrent.TimeoutException;
import java.util.concurrent.locks.LockSupport;
import java.util.function.BooleanSupplier;
import java.util.function.Supplier;

/** Bounded waits for what other threads bring about. */
public final class Conditions {
    /** How long a condition may take to come true. */
    public static final Duration BOUND = Duration.ofSeconds(10);

    private Conditions() {}

    /**
     * Waits until a condition is true.
     *
     * @param what the condition in words, for the failure
     * @throws AssertionError if it is not true after {@link #BOUND}
     */
    public static void await(String what, BooleanSupplier condition) {
        await(() -> what, condition);
    }

    /** The same, with words that are chosen when it has failed. */
    public static void await(Supplier<String> what, BooleanSupplier condition) {
        await(what, BOUND, condition);
    }

    /** The same, for what is so much that it may take longer on a busy machine. */
    public static void await(Supplier<String> what, Duration bound, BooleanSupplier condition) {
        long end = System.nanoTime() + bound.toNanos();
        while (!condition.getAsBoolean()) {
            if (System.nanoTime() - end > 0) {
                throw new AssertionError("not within " + bound.toSeconds() + " s: " + what.get());
            }
            LockSupport.parkNanos(TimeUnit.MILLISECONDS.toNanos(1) / 2);
        }
    }

    /** Waits for the result that another thread gives. */
    public static <T> T result(CompletableFuture<T> future) {
        try {
            return future.get(BOUND.toSeconds(), TimeUnit.SECONDS);
        } catch (InterruptedException | ExecutionException | TimeoutException e) {
            throw new AssertionError("no result within " + BOUND.toSeconds() + " s", e);
        }
    }

    /** Waits until a latch is open; blocks the calling thread, be it a worker. */
    public static void await(CountDownLatch latch) {
        try {
            if (!latch.await(BOUND.toSeconds(), TimeUnit.SECONDS)) {
                throw new AssertionError("a latch is not open after " + BOUND.toSeconds() + " s");
            }
        } catch (InterruptedException e) {
            throw new AssertionError("interrupted while it waited for a latch", e);
        }
    }
}
