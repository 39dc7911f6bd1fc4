package io.bastion.observability;

import io.bastion.cluster.Cluster;
import io.micrometer.core.instrument.MeterRegistry;
import io.micrometer.core.instrument.Tag;
import io.micrometer.core.instrument.Tags;
import io.micrometer.core.instrument.binder.MeterBinder;
import java.util.List;
import java.util.Objects;
import java.util.concurrent.CopyOnWriteArrayList;

/**
 * The meters of a node of a cluster, {@link ClusterMeters}. Thread-safe; needs the module rsocket-cluster.
 *
 * <p>They are sums over all other nodes, since addresses are no tags: there may be any number of them in time. They are taken
 * out of the registry when this is closed, or the node has left.
 */
public final class ClusterMetrics implements MeterBinder, AutoCloseable {
    private final Cluster cluster;
    private final Tags tags;
    private final List<ClusterBinding> bindings = new CopyOnWriteArrayList<>();
    private volatile boolean closed;

    /** Meters without tags of their own. */
    public ClusterMetrics(Cluster cluster) {
        this(cluster, List.of());
    }

    /**
     * @param tags what all meters have
     */
    public ClusterMetrics(Cluster cluster, Iterable<Tag> tags) {
        this.cluster = Objects.requireNonNull(cluster, "cluster: null (expected: a Cluster)");
        this.tags = Tags.of(tags);
    }

    /** Registers the meters; as often as there are registries. */
    @Override
    public void bindTo(MeterRegistry registry) {
        ClusterBinding binding = new ClusterBinding(cluster, new MeterBook(registry, tags));
        bindings.add(binding);
        binding.start();
        cluster.whenClosed().onErrorComplete().subscribe(null, null, binding::close);
        if (closed) {
            close();
        }
    }

    /** Takes the meters out of all registries. */
    @Override
    public void close() {
        closed = true;
        bindings.forEach(ClusterBinding::close);
        bindings.clear();
    }
}
