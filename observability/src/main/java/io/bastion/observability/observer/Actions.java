package io.bastion.observability.observer;

import io.bastion.actor.ActorSystem;
import java.util.Optional;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;
import reactor.core.publisher.Mono;

/** What can be done to an actor from the page. */
final class Actions {
    private static final Logger LOG = LoggerFactory.getLogger(Actions.class);

    private final ActorSystem system;

    Actions(ActorSystem system) {
        this.system = system;
    }

    /** Does it; the root, which is the system, cannot be acted on. */
    Mono<ObserverResponse> act(String action, Optional<ActorEntry> target) {
        ActorEntry entry = target.orElse(null);
        ActorEntry parent = entry == null ? null : entry.parent;
        if (entry == null || parent == null) {
            return Mono.just(Responses.notFound());
        }
        switch (action) {
            case "stop" -> entry.actor.stop();
            case "drain" -> entry.actor.drain();
            case "kill" -> entry.actor.kill();
            case "restart" -> {
                LOG.info("restart of {} by hand", entry.actor.path());
                return system.supervisor(parent.actor)
                        .restart(entry.name)
                        .map(found -> found ? done() : Responses.notFound())
                        .onErrorResume(e -> Mono.just(Responses.text(409, Json.line(e))));
            }
            default -> {
                return Mono.just(
                        Responses.text(400, "do: " + Json.clip(action) + " (expected: stop, drain, kill or restart)"));
            }
        }
        LOG.info("{} of {} by hand", action, entry.actor.path());
        return Mono.just(done());
    }

    private static ObserverResponse done() {
        return Responses.json(Json.object(json -> json.writeBooleanProperty("done", true)));
    }
}
