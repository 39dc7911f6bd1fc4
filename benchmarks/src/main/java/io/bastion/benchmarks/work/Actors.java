package io.bastion.benchmarks.work;

import java.time.Duration;
import java.util.function.BiConsumer;
import java.util.function.Supplier;
import org.jspecify.annotations.Nullable;

/**
 * A system of actors, reduced to what the workloads need.
 *
 * <p>Implementations hand over to the system's own calls with nothing in between: a JVM measures one system, so that the
 * compiler sees a single implementation and inlines it. They let the system run as its users would, with its own
 * references, specifications and contexts.
 *
 * @param <S> a description of actors, from which any number of them are started
 * @param <R> a reference to an actor
 * @param <C> what an actor is given to know itself by
 */
public interface Actors<S, R, C> {
    /** The time-out of every ask. */
    Duration ASK_TIMEOUT = Duration.ofSeconds(5);

    /** Describes actors, each with a receiver of its own. */
    S spec(Supplier<? extends Receiver<C>> receivers);

    /** Starts an actor from outside of the system; waits until it can be told. */
    R spawn(S spec) throws Exception;

    /** Starts a child of the actor that is running. */
    R spawn(C parent, S spec);

    /** The reference of the actor that is running. */
    R self(C context);

    /** Sends a message. */
    void tell(R actor, Object message);

    /** Stops an actor from outside of the system. */
    void stop(R actor);

    /**
     * Sends a request with {@link #ASK_TIMEOUT}.
     *
     * @param outcome takes the reply, or the failure
     */
    void ask(R actor, BiConsumer<@Nullable Object, @Nullable Throwable> outcome);

    /** Answers a request that came by {@link #ask}. */
    void reply(Object request, Object answer);
}
