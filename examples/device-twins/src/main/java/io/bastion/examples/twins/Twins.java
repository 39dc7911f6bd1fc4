package io.bastion.examples.twins;

import io.bastion.actor.ActorRef;
import io.bastion.actor.ActorSystem;
import io.bastion.actor.ActorTerminatedException;
import io.bastion.examples.twins.DeviceMessage.Follow;
import io.bastion.examples.twins.DeviceMessage.Read;
import io.bastion.examples.twins.DeviceMessage.Report;
import io.bastion.examples.twins.DeviceMessage.SetTarget;
import io.bastion.examples.twins.DevicesMessage.Find;
import io.bastion.mailbox.Mailbox;
import io.bastion.mailbox.Overflow;
import io.bastion.spring.webflux.ActorFlows;
import java.util.Optional;
import java.util.function.Function;
import org.springframework.context.event.ContextClosedEvent;
import org.springframework.context.event.EventListener;
import org.springframework.stereotype.Component;
import reactor.core.publisher.Flux;
import reactor.core.publisher.Mono;
import reactor.core.publisher.Sinks;

/** The devices as the rest of the application sees them: publishers, and no actors. */
@Component
final class Twins {
    /** What waits for a slow client: the newest. */
    private static final Mailbox NEWEST = Mailbox.bounded(1).overflow(Overflow.DROP_OLDEST);

    private final ActorRef<DevicesMessage> devices;
    private final ActorSystem system;
    private final Targets targets;
    private final TwinsProperties properties;
    private final Sinks.Empty<Void> closing = Sinks.empty();

    Twins(ActorRef<DevicesMessage> devices, ActorSystem system, Targets targets, TwinsProperties properties) {
        this.devices = devices;
        this.system = system;
        this.targets = targets;
        this.properties = properties;
    }

    Mono<Twin> read(DeviceId id) {
        return ask(id, Read::new);
    }

    Mono<Twin> setTarget(DeviceId id, Target target) {
        return ask(id, reply -> new SetTarget(target, reply));
    }

    /** Takes what a device has sent; it gets its twin in return, and so its target. */
    Mono<Twin> report(DeviceId id, String payload) {
        return ask(id, reply -> new Report(payload, reply));
    }

    Mono<DevicePage> list(String after, int limit) {
        return targets.after(after, limit + 1).collectList().map(found -> DevicePage.of(found, limit));
    }

    /** The twin now, and the newest whenever the subscriber is ready for another. Ends with the application. */
    Flux<Twin> follow(DeviceId id) {
        Flux<Twin> changes = find(id).flatMapMany(device -> ActorFlows.<Twin>following(
                        system,
                        "follower-of-" + id,
                        NEWEST,
                        me -> device.send(new Follow(me)).subscribe())
                .takeUntilOther(device.whenTerminated()));
        return read(id).thenMany(changes).takeUntilOther(closing.asMono());
    }

    /** Streams without an end would hold up a web server that waits for its requests. */
    @EventListener(ContextClosedEvent.class)
    void close() {
        closing.tryEmitEmpty();
    }

    /** Asks a device; one that was just leaving comes back for it. */
    private Mono<Twin> ask(DeviceId id, Function<ActorRef<Optional<Twin>>, DeviceMessage> question) {
        Mono<Optional<Twin>> asked = find(id).flatMap(device -> device.ask(question, properties.timeout()));
        return asked.onErrorResume(ActorTerminatedException.class, left -> asked)
                .map(found -> found.orElseThrow(() -> new UnknownDeviceException(id)));
    }

    private Mono<ActorRef<DeviceMessage>> find(DeviceId id) {
        return devices.ask(reply -> new Find(id, reply), properties.timeout());
    }
}
