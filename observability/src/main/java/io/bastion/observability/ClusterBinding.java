package io.bastion.observability;

import io.bastion.cluster.Cluster;
import io.bastion.cluster.ClusterEvent;
import io.bastion.cluster.Member;
import io.bastion.cluster.Traffic;
import java.util.Set;
import java.util.concurrent.ConcurrentHashMap;
import java.util.function.ToLongFunction;
import reactor.core.Disposable;
import reactor.core.Disposables;

/** The meters of a node in one registry. */
final class ClusterBinding {
    private static final double NANOS = 1e9;

    private final Cluster cluster;
    private final MeterBook book;
    private final Set<Member> unreachable = ConcurrentHashMap.newKeySet();
    private final Disposable.Swap events = Disposables.swap();

    ClusterBinding(Cluster cluster, MeterBook book) {
        this.cluster = cluster;
        this.book = book;
    }

    void start() {
        book.gauge(ClusterMeters.MEMBERS, () -> cluster.members().size() - missing(), MeterKey.STATE.of("up"));
        book.gauge(ClusterMeters.MEMBERS, this::missing, MeterKey.STATE.of("unreachable"));
        book.gauge(ClusterMeters.QUORUM, () -> cluster.hasQuorum() ? 1 : 0);
        book.gauge(ClusterMeters.LINKS, () -> sum(traffic -> traffic.linked() ? 1 : 0));
        book.gauge(ClusterMeters.OUTBOX, () -> sum(Traffic::waiting));
        book.gauge(ClusterMeters.CREDIT, () -> sum(Traffic::creditInUse));
        book.counter(ClusterMeters.MESSAGES, () -> sum(Traffic::written), MeterKey.DIRECTION.of("sent"));
        book.counter(ClusterMeters.MESSAGES, () -> sum(Traffic::received), MeterKey.DIRECTION.of("received"));
        book.counter(ClusterMeters.BYTES, () -> sum(Traffic::bytesWritten), MeterKey.DIRECTION.of("sent"));
        book.counter(ClusterMeters.BYTES, () -> sum(Traffic::bytesRead), MeterKey.DIRECTION.of("received"));
        book.counter(ClusterMeters.BATCHES, () -> sum(Traffic::batchesWritten));
        book.counter(ClusterMeters.REFUSED, () -> sum(Traffic::refused));
        book.counter(ClusterMeters.LOST, () -> sum(Traffic::mayBeLost));
        book.gauge(ClusterMeters.ROUND_TRIP, this::longestRoundTrip);
        events.update(cluster.events().subscribe(this::note, error -> {}));
    }

    void close() {
        events.dispose();
        book.close();
    }

    private void note(ClusterEvent event) {
        if (event instanceof ClusterEvent.MemberUnreachable e) {
            unreachable.add(e.member());
        } else if (event instanceof ClusterEvent.MemberReachable e) {
            unreachable.remove(e.member());
        } else if (event instanceof ClusterEvent.MemberRemoved e) {
            unreachable.remove(e.member());
        }
    }

    private long missing() {
        return cluster.members().stream().filter(unreachable::contains).count();
    }

    private double sum(ToLongFunction<Traffic> part) {
        return cluster.traffic().stream().mapToLong(part).sum();
    }

    private double longestRoundTrip() {
        return cluster.traffic().stream()
                        .filter(Traffic::linked)
                        .mapToLong(traffic -> traffic.roundTrip().toNanos())
                        .max()
                        .orElse(0)
                / NANOS;
    }
}
