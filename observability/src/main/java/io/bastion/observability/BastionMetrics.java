package io.bastion.observability;

import io.bastion.actor.ActorSystem;
import io.micrometer.core.instrument.MeterRegistry;
import io.micrometer.core.instrument.Tag;
import io.micrometer.core.instrument.Tags;
import io.micrometer.core.instrument.binder.MeterBinder;
import java.time.Duration;
import java.util.List;
import java.util.Objects;
import java.util.concurrent.CopyOnWriteArrayList;

/**
 * The meters of an actor system, {@link BastionMeters}. Thread-safe.
 *
 * <p>It can be bound while the system runs. Counters of messages and asks begin then. Meters of a type of actors are there
 * when the first of its messages has been handled. They are taken out of the registry when this is closed, or the system has
 * terminated; nothing is measured any more then.
 */
public final class BastionMetrics implements MeterBinder, AutoCloseable {
    /** How often the actors are counted when nothing is said. */
    public static final Duration DEFAULT_CENSUS = Duration.ofSeconds(10);

    private final ActorSystem system;
    private final Tags tags;
    private final Duration census;
    private final List<SystemBinding> bindings = new CopyOnWriteArrayList<>();
    private volatile boolean closed;

    /** Meters without further tags, and with a census each {@link #DEFAULT_CENSUS}. */
    public BastionMetrics(ActorSystem system) {
        this(system, List.of());
    }

    /** The same with tags that all meters have. */
    public BastionMetrics(ActorSystem system, Iterable<Tag> tags) {
        this(system, tags, DEFAULT_CENSUS);
    }

    /**
     * @param tags what all meters have beside the system's name
     * @param census how often the actors are counted, of which come the gauges by type; see {@link ActorSystem#census}
     */
    public BastionMetrics(ActorSystem system, Iterable<Tag> tags, Duration census) {
        this.system = Objects.requireNonNull(system, "system: null (expected: an ActorSystem)");
        this.tags = Tags.of(tags).and(MeterKey.SYSTEM.of(system.name()));
        if (census.isNegative() || census.isZero()) {
            throw new IllegalArgumentException("census: " + census + " (expected: > 0)");
        }
        this.census = census;
    }

    /** Registers the meters; as often as there are registries. */
    @Override
    public void bindTo(MeterRegistry registry) {
        SystemBinding binding = new SystemBinding(system, new MeterBook(registry, tags));
        bindings.add(binding);
        binding.start(census);
        system.whenTerminated().onErrorComplete().subscribe(null, null, binding::close);
        if (closed) {
            close();
        }
    }

    /** Takes the meters out of all registries. */
    @Override
    public void close() {
        closed = true;
        bindings.forEach(SystemBinding::close);
        bindings.clear();
    }
}
