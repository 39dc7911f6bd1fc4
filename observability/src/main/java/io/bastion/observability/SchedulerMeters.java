package io.bastion.observability;

import io.bastion.scheduler.NumaScheduler;
import io.bastion.scheduler.SchedulerStats.NodeStats;
import io.micrometer.core.instrument.Tag;
import java.util.function.ToLongFunction;

/** The meters of the workers, by NUMA node. */
final class SchedulerMeters {
    private final NumaScheduler scheduler;
    private final MeterBook book;
    private final int node;
    private final Tag tag;

    private SchedulerMeters(NumaScheduler scheduler, MeterBook book, int node) {
        this.scheduler = scheduler;
        this.book = book;
        this.node = node;
        tag = MeterKey.NODE.of(Integer.toString(node));
    }

    static void register(NumaScheduler scheduler, MeterBook book) {
        for (int i = 0; i < scheduler.topology().nodes().size(); i++) {
            new SchedulerMeters(scheduler, book, i).register();
        }
    }

    private void register() {
        gauge(BastionMeters.SCHEDULER_WORKERS, NodeStats::workers);
        gauge(BastionMeters.SCHEDULER_IDLE, NodeStats::idleWorkers);
        gauge(BastionMeters.SCHEDULER_QUEUED, NodeStats::queued);
        counter(BastionMeters.SCHEDULER_ACTIVATIONS, NodeStats::activations);
        counter(BastionMeters.SCHEDULER_STEALS, NodeStats::nearSteals, MeterKey.FROM.of("local"));
        counter(BastionMeters.SCHEDULER_STEALS, NodeStats::farSteals, MeterKey.FROM.of("remote"));
        counter(BastionMeters.SCHEDULER_RESCUES, NodeStats::rescues);
        counter(BastionMeters.SCHEDULER_PARKS, NodeStats::parks);
        counter(BastionMeters.SCHEDULER_UNPARKS, NodeStats::unparks);
    }

    private void gauge(BastionMeters meter, ToLongFunction<NodeStats> value) {
        book.gauge(meter, () -> value.applyAsLong(stats()), tag);
    }

    private void counter(BastionMeters meter, ToLongFunction<NodeStats> value, Tag... more) {
        Tag[] tags = new Tag[more.length + 1];
        tags[0] = tag;
        System.arraycopy(more, 0, tags, 1, more.length);
        book.counter(meter, () -> value.applyAsLong(stats()), tags);
    }

    private NodeStats stats() {
        return scheduler.stats().nodes().get(node);
    }
}
