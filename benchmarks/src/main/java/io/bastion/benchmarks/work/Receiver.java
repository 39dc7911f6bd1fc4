package io.bastion.benchmarks.work;

/**
 * What an actor of a workload does with its messages. Called for one message at a time.
 *
 * @param <C> what the system gives an actor to know itself by
 */
@FunctionalInterface
public interface Receiver<C> {
    /**
     * Handles a message.
     *
     * @return whether the actor lives on; if not, it stops itself
     */
    boolean receive(C context, Object message);

    /** Called when the actor has stopped. */
    default void stopped() {}
}
