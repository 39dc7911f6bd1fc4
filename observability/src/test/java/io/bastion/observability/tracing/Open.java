package io.bastion.observability.tracing;

import static org.assertj.core.api.Assertions.assertThat;

import io.micrometer.observation.Observation;
import io.micrometer.observation.ObservationHandler;
import java.util.ArrayList;
import java.util.Map;
import java.util.concurrent.ConcurrentHashMap;
import java.util.concurrent.atomic.AtomicInteger;

/** Holds observations to it that each is started and stopped once, and that as many scopes are closed as were opened. */
final class Open implements ObservationHandler<Observation.Context> {
    private final Map<Observation.Context, AtomicInteger> stops = new ConcurrentHashMap<>();
    private final AtomicInteger scopes = new AtomicInteger();

    @Override
    public void onStart(Observation.Context context) {
        assertThat(stops.put(context, new AtomicInteger())).isNull();
    }

    @Override
    public void onStop(Observation.Context context) {
        stops.computeIfAbsent(context, c -> new AtomicInteger(1_000)).incrementAndGet();
    }

    @Override
    public void onScopeOpened(Observation.Context context) {
        scopes.incrementAndGet();
    }

    @Override
    public void onScopeClosed(Observation.Context context) {
        scopes.decrementAndGet();
    }

    @Override
    public boolean supportsContext(Observation.Context context) {
        return true;
    }

    int started() {
        return stops.size();
    }

    /** How many there were of a kind. */
    long started(Class<? extends Observation.Context> kind) {
        return stops.keySet().stream().filter(kind::isInstance).count();
    }

    /** How the handling of messages has ended. */
    long ended(ActorProcessContext.Outcome outcome) {
        return stops.keySet().stream()
                .filter(c -> c instanceof ActorProcessContext process && process.outcome() == outcome)
                .count();
    }

    boolean isNone() {
        return scopes.get() == 0 && stops.values().stream().allMatch(n -> n.get() == 1);
    }

    void assertNone() {
        var open = new ArrayList<String>();
        stops.forEach((context, n) -> {
            if (n.get() != 1) {
                open.add(n + " stops of " + context);
            }
        });
        assertThat(open).isEmpty();
        assertThat(scopes.get()).as("open scopes").isZero();
    }
}
