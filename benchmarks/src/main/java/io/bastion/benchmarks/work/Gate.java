package io.bastion.benchmarks.work;

/**
 * Flow control between a producing thread and a consumer: the consumer publishes how much it has handled, the producer
 * stays within a window.
 *
 * <p>The same for all systems, so that none is measured by how it queues without bound.
 */
@SuppressWarnings("unused") // the padding keeps the counter's cache line free of others
public final class Gate {
    /** Messages that may be under way. */
    public static final int WINDOW = 32_768;

    /** Messages between two looks at the gate, by the producer and by the consumer. */
    public static final int STEP = 1_024;

    private static final int SPINS = 50;

    private long before0;
    private long before1;
    private long before2;
    private long before3;
    private long before4;
    private long before5;
    private long before6;
    private long before7;
    private volatile long handled;
    private long after0;
    private long after1;
    private long after2;
    private long after3;
    private long after4;
    private long after5;
    private long after6;
    private long after7;

    /** Whether this message, counted from 1, is one at which to look at the gate. */
    public static boolean isStep(long count) {
        return (count & (STEP - 1)) == 0;
    }

    /** For the consumer: so many were handled. */
    public void handled(long count) {
        handled = count;
    }

    /**
     * For the producer: waits until no more than {@link #WINDOW} of those sent are under way.
     *
     * @throws IllegalStateException if the consumer does not come on
     */
    public void await(long sent) {
        if (sent - handled > WINDOW) {
            awaitSlowly(sent);
        }
    }

    @SuppressWarnings("ThreadPriorityCheck") // the consumer may need this core
    private void awaitSlowly(long sent) {
        long start = System.nanoTime();
        while (sent - handled > WINDOW) {
            for (int i = 0; i < SPINS; i++) {
                Thread.onSpinWait();
            }
            if (sent - handled > WINDOW) {
                Thread.yield();
                if (System.nanoTime() - start > Finish.limitNanos()) {
                    throw new IllegalStateException("handled: " + handled + " of " + sent + " sent (expected: more)");
                }
            }
        }
    }
}
