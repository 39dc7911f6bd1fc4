package io.bastion.spring;

import reactor.core.publisher.Mono;

/** How the start of the application waits for that of its actors. A bean of this type replaces the default, which blocks the thread. */
@FunctionalInterface
public interface StartWait {
    /**
     * Waits for actors.
     *
     * @param started completes when they have been started; its error is to be thrown. It ends by itself
     *     when the time for it is over
     */
    void await(Mono<Void> started);
}
