package io.bastion.examples.twins;

import java.util.NavigableMap;
import java.util.concurrent.ConcurrentSkipListMap;
import org.springframework.stereotype.Repository;
import reactor.core.publisher.Flux;
import reactor.core.publisher.Mono;

/** Targets that live as long as the process. */
@Repository
final class TargetsInMemory implements Targets {
    private final NavigableMap<String, Target> targets = new ConcurrentSkipListMap<>();

    @Override
    public Mono<Target> find(DeviceId id) {
        return Mono.fromSupplier(() -> targets.get(id.value()));
    }

    @Override
    public Mono<Void> save(DeviceId id, Target target) {
        return Mono.fromRunnable(() -> targets.put(id.value(), target));
    }

    @Override
    public Flux<DeviceId> after(String after, int limit) {
        return Flux.defer(() -> Flux.fromIterable(targets.tailMap(after, false).keySet()))
                .take(limit)
                .map(DeviceId::new);
    }
}
