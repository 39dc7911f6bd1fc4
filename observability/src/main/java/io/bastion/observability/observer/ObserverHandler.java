package io.bastion.observability.observer;

import io.bastion.actor.ActorSystem;
import java.util.Objects;
import reactor.core.Disposable;
import reactor.core.publisher.Mono;

/**
 * The page without a server: answers requests, of whatever server they come to. Thread-safe; it blocks no thread of the server.
 *
 * <p>From its creation until it is disposed it follows the events of the tree on a thread of its own, so that it can show what has
 * failed before somebody looked. That costs memory for every actor, and work when actors start, fail and stop, but none for
 * messages. Counters are read while somebody looks.
 */
public final class ObserverHandler implements Disposable {
    private final ActorSystem system;
    private final ObserverSettings settings;

    private ObserverHandler(ActorSystem system, ObserverSettings settings) {
        this.system = system;
        this.settings = settings;
    }

    /** Begins to follow a system. The settings' address and port are not used: they are those of the server it is mounted in. */
    public static ObserverHandler of(ActorSystem system, ObserverSettings settings) {
        return new ObserverHandler(Objects.requireNonNull(system), Objects.requireNonNull(settings));
    }

    /**
     * Answers a request to {@link ObserverSettings#basePath()} or to anything below it.
     *
     * @return the answer, also to requests that are refused or not understood: never empty, and without a failure
     */
    public Mono<ObserverResponse> handle(ObserverRequest request) {
        return Mono.error(new UnsupportedOperationException(system + " " + settings));
    }

    /** Ends it, and with it the streams of those who look. */
    @Override
    public void dispose() {}
}
