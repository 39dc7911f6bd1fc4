package io.bastion.cluster.link;

import io.netty.channel.SelectStrategy;
import io.netty.util.IntSupplier;
import java.util.function.LongSupplier;

/**
 * How an event loop goes to sleep: when it has looked for events and tasks in vain for a while. While it looks, whoever has something
 * for it need not wake it: an answer that comes at once is not late by that. It is how the scheduler's workers do it, too.
 *
 * <p>Of one loop, and for its thread.
 */
final class BriefSearch implements SelectStrategy {
    /** About the price of being put to sleep and woken. */
    private static final long SEARCH_NANOS = Runtime.getRuntime().availableProcessors() > 1 ? 30_000 : 0;

    private final long nanos;
    private final LongSupplier clock;
    private boolean searching;
    private long start;

    BriefSearch() {
        this(SEARCH_NANOS, System::nanoTime);
    }

    BriefSearch(long nanos, LongSupplier clock) {
        this.nanos = nanos;
        this.clock = clock;
    }

    @Override
    public int calculateStrategy(IntSupplier selectNow, boolean hasTasks) throws Exception {
        int events = selectNow.get();
        if (events != 0 || hasTasks) {
            searching = false;
            return events;
        }
        long now = clock.getAsLong();
        if (!searching) {
            searching = true;
            start = now;
        }
        if (now - start < nanos) {
            Thread.onSpinWait();
            return CONTINUE;
        }
        searching = false;
        return SELECT;
    }
}
