package io.bastion.observability;

import io.micrometer.core.instrument.Counter;
import io.micrometer.core.instrument.FunctionCounter;
import io.micrometer.core.instrument.Gauge;
import io.micrometer.core.instrument.Meter;
import io.micrometer.core.instrument.MeterRegistry;
import io.micrometer.core.instrument.Tag;
import io.micrometer.core.instrument.Tags;
import io.micrometer.core.instrument.Timer;
import java.util.Set;
import java.util.concurrent.ConcurrentHashMap;
import java.util.function.DoubleSupplier;
import org.jspecify.annotations.Nullable;

/** The meters that one binding has registered, which go with it. Thread-safe. */
final class MeterBook {
    private final MeterRegistry registry;
    private final Tags common;
    private final Set<Meter> meters = ConcurrentHashMap.newKeySet();
    private volatile boolean closed;

    MeterBook(MeterRegistry registry, Tags common) {
        this.registry = registry;
        this.common = common;
    }

    void gauge(BastionMeter meter, DoubleSupplier value, Tag... tags) {
        keep(Gauge.builder(meter.getName(), value::getAsDouble)
                .description(meter.description())
                .baseUnit(unit(meter))
                .tags(common.and(tags))
                .register(registry));
    }

    /** A counter that something else counts. */
    void counter(BastionMeter meter, DoubleSupplier value, Tag... tags) {
        // the registry holds this weakly; what counts holds it
        keep(FunctionCounter.builder(meter.getName(), this, book -> value.getAsDouble())
                .description(meter.description())
                .baseUnit(unit(meter))
                .tags(common.and(tags))
                .register(registry));
    }

    Counter counter(BastionMeter meter, Tag... tags) {
        return keep(Counter.builder(meter.getName())
                .description(meter.description())
                .baseUnit(unit(meter))
                .tags(common.and(tags))
                .register(registry));
    }

    Timer timer(BastionMeter meter, Tag... tags) {
        return keep(Timer.builder(meter.getName())
                .description(meter.description())
                .tags(common.and(tags))
                .register(registry));
    }

    private static @Nullable String unit(BastionMeter meter) {
        return meter.getBaseUnit().isEmpty() ? null : meter.getBaseUnit();
    }

    private <T extends Meter> T keep(T meter) {
        meters.add(meter);
        if (closed) {
            remove(meter);
        }
        return meter;
    }

    /** Takes all meters out of the registry, and those that are still to come. */
    void close() {
        closed = true;
        meters.forEach(this::remove);
    }

    private void remove(Meter meter) {
        registry.remove(meter);
        meters.remove(meter);
    }
}
