package io.bastion.spring;

import reactor.core.publisher.Mono;

/** How the application waits for its actors. A bean of this type replaces the default, which blocks the thread. */
@FunctionalInterface
public interface ActorWait {
    /**
     * Waits for actors.
     *
     * @param work completes when they have been started, or have ended; its error is to be thrown. It ends by itself when the time
     *     for it is over
     */
    void await(Mono<Void> work);
}
