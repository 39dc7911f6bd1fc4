package io.bastion.benchmarks.work;

import java.util.function.Consumer;

/**
 * Actors of two nodes that are linked, by a system's own calls. Each actor is known at the other node only, so that whatever it is
 * told crosses the link.
 *
 * @param <R> a reference to an actor of the other node
 */
public interface FarActors<R> {
    /** Starts an actor at the second node; what is returned is for the first. */
    R far(Consumer<Object> handler);

    /** The same, but it takes a millisecond for each message, in which it keeps no thread. */
    R farAndSlow(Consumer<Object> handler);

    /** Starts an actor at the first node; what is returned is for the second. */
    R near(Consumer<Object> handler);

    /**
     * Sends a message, on any thread.
     *
     * @throws IllegalStateException if it is refused
     */
    void tell(R actor, Object message);
}
