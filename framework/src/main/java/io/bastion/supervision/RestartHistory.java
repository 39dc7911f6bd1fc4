package io.bastion.supervision;

/**
 * What a supervisor remembers of a child that has failed: the restarts that count against the child's cap, and where it is
 * in its row of back-offs. Not thread-safe: owned by whoever supervises.
 */
public final class RestartHistory {
    private final Backoff backoff;
    private final RestartBudget cap;
    private int attempt;

    /** When the last wait was over, and the incarnation began that has failed now. */
    private long begun;

    /**
     * @param restart the child's policy
     */
    public RestartHistory(Restart restart) {
        backoff = restart.backoff();
        cap = new RestartBudget(restart.cap());
    }

    /**
     * Takes a restart out of the child's cap.
     *
     * @return false when it is spent
     */
    boolean take(long now) {
        return cap.take(now);
    }

    /** How long the next restart waits, in nanoseconds; counts it. */
    long nextDelay(long now, double random) {
        if (backoff.isNone()) {
            return 0;
        }
        if (attempt > 0 && now - begun >= backoff.quietNanos()) {
            attempt = 0;
        }
        long delay = backoff.delayNanos(attempt++, random);
        begun = now + delay;
        return delay;
    }
}
