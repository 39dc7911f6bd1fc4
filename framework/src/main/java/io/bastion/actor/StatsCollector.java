package io.bastion.actor;

import java.util.concurrent.atomic.AtomicInteger;
import java.util.concurrent.atomic.AtomicReference;
import reactor.core.publisher.MonoSink;

/**
 * A sum over the actors, which walks down the tree by messages and ends when the last has answered. Each actor counts for
 * those below it that have terminated; one that is just terminating answers when that is done. So each counts once.
 */
final class StatsCollector {
    private final AtomicInteger pending = new AtomicInteger(1);
    private final AtomicReference<MessageStats> sum;
    private final MonoSink<MessageStats> sink;

    StatsCollector(MessageStats start, MonoSink<MessageStats> sink) {
        sum = new AtomicReference<>(start);
        this.sink = sink;
    }

    /** One more actor will answer. */
    void entered() {
        pending.incrementAndGet();
    }

    void add(MessageStats stats) {
        sum.accumulateAndGet(stats, MessageStats::plus);
    }

    /** An actor has answered. */
    void left() {
        if (pending.decrementAndGet() == 0) {
            sink.success(sum.get());
        }
    }

    /** There are no living actors any more. */
    void end(MessageStats stats) {
        sink.success(stats);
    }
}
