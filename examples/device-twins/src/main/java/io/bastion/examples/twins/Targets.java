package io.bastion.examples.twins;

import reactor.core.publisher.Flux;
import reactor.core.publisher.Mono;

/** The targets of all devices: they outlive the actors. A repository on a reactive driver would do. */
public interface Targets {
    /** The target of a device; empty when there is no such device. */
    Mono<Target> find(DeviceId id);

    /** Stores the target of a device, and makes it known if it was not. */
    Mono<Void> save(DeviceId id, Target target);

    /**
     * The known devices in the order of their names.
     *
     * @param after a name, known or not, after which they begin; {@code ""} for the first
     */
    Flux<DeviceId> after(String after, int limit);
}
