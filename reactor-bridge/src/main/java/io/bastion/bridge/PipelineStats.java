package io.bastion.bridge;

import java.util.concurrent.atomic.LongAdder;

/**
 * Counters of pipelines, which only grow. Thread-safe. One object may serve any number of pipelines, and each subscriber of a cold one:
 * {@link PipelineSpec#stats(PipelineStats)}. At rest every element that came out of a publisher is delivered, failed or discarded.
 */
public final class PipelineStats {
    private final LongAdder subscriptions = new LongAdder();
    private final LongAdder delivered = new LongAdder();
    private final LongAdder failed = new LongAdder();
    private final LongAdder discarded = new LongAdder();
    private final LongAdder dropped = new LongAdder();
    private final LongAdder lateErrors = new LongAdder();

    /** All at zero. */
    public PipelineStats() {}

    /** How many times a publisher was asked for: first subscriptions and those after restarts. */
    public long subscriptions() {
        return subscriptions.sum();
    }

    /** Elements that were given to the consumer, or to the output of a hot pipeline. */
    public long delivered() {
        return delivered.sum();
    }

    /** Elements at which an operator failed, and with it the subscription. */
    public long failed() {
        return failed.sum();
    }

    /**
     * Elements that operators gave up because the subscription failed or was cancelled, that came after its end, or that nobody
     * had requested. Those that a filter turned down between the last element and a failure are among them, since an operator does
     * not say why it discards.
     */
    public long discarded() {
        return discarded.sum();
    }

    /** Elements that a subscriber of a hot pipeline with {@link Pace#SOURCE} had not requested, for each such subscriber; or that had none. */
    public long dropped() {
        return dropped.sum();
    }

    /** Errors that came after the end of a subscription, and would be dropped by Reactor. They are logged at debug level. */
    public long lateErrors() {
        return lateErrors.sum();
    }

    void subscribed() {
        subscriptions.increment();
    }

    void delivered(long n) {
        delivered.add(n);
    }

    void lost(long elements, boolean byFailing) {
        (byFailing ? failed : discarded).add(elements);
    }

    void drop() {
        dropped.increment();
    }

    void lateError() {
        lateErrors.increment();
    }

    @Override
    public String toString() {
        return "PipelineStats[subscriptions=" + subscriptions + ", delivered=" + delivered + ", failed=" + failed
                + ", discarded=" + discarded + ", dropped=" + dropped + ", lateErrors=" + lateErrors + "]";
    }
}
