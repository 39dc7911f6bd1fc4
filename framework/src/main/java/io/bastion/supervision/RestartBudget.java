package io.bastion.supervision;

import java.util.concurrent.TimeUnit;

/**
 * The restarts within the sliding window of a {@link Budget}, by a monotonic clock. A stamp exactly as old as the window
 * still counts.
 *
 * <p>Not thread-safe: owned by whoever supervises.
 */
public final class RestartBudget {
    private static final long[] NONE = {};
    private static final int FIRST = 4;

    private final int limit;
    private final long windowNanos;

    /** Ring of the times of the last restarts, oldest at {@code head}; grows up to the limit. */
    private long[] stamps = NONE;

    private int head;
    private int size;

    /**
     * @param budget the limit and the window
     */
    public RestartBudget(Budget budget) {
        limit = budget.maxRestarts();
        windowNanos = TimeUnit.NANOSECONDS.convert(budget.window()); // saturates
    }

    /**
     * Takes one restart out of the budget.
     *
     * @param now the present time in nanoseconds
     * @return false when it is spent
     */
    public boolean take(long now) {
        if (limit == Budget.UNLIMITED) {
            return true;
        }
        forget(now);
        if (size >= limit) {
            return false;
        }
        if (size == stamps.length) {
            long[] larger = new long[(int) Math.min(limit, Math.max(FIRST, size * 2L))];
            for (int i = 0; i < size; i++) {
                larger[i] = stamps[(head + i) % size];
            }
            stamps = larger;
            head = 0;
        }
        stamps[(head + size) % stamps.length] = now;
        size++;
        return true;
    }

    /**
     * Restarts that are left.
     *
     * @param now the present time in nanoseconds
     */
    public int remaining(long now) {
        if (limit == Budget.UNLIMITED) {
            return limit;
        }
        forget(now);
        return limit - size;
    }

    private void forget(long now) {
        while (size > 0 && now - stamps[head] > windowNanos) {
            head = (head + 1) % stamps.length;
            size--;
        }
    }
}
