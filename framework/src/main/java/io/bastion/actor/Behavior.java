package io.bastion.actor;

import java.util.Objects;
import org.reactivestreams.Publisher;
import reactor.core.publisher.Flux;

/**
 * How an incarnation treats its mailbox: one of three shapes, as a lambda or as a class that keeps its state in fields.
 *
 * <ul>
 *   <li>{@link Receive}: a handler; a message is done when it returns
 *   <li>{@link ReceiveAsync}: a handler that returns a {@code Publisher}; a message is done when that ends
 *   <li>{@link Flow}: a reactive processor over the whole inbox
 * </ul>
 *
 * <p>All methods are called on the actor's worker, one at a time, so that fields need no synchronisation. Whatever they
 * throw is a failure of the incarnation. Every incarnation has a behavior of its own, from the factory in the
 * {@link ActorSpec}.
 *
 * @param <M> the actor's messages
 */
public sealed interface Behavior<M> {
    /**
     * Takes a signal. The default ignores it, but for {@link Signal.Terminated}, on which it throws a
     * {@link DeathPactException}.
     *
     * @throws Exception a failure of this incarnation
     */
    default void onSignal(ActorContext<M> context, Signal signal) throws Exception {
        if (signal instanceof Signal.Terminated terminated) {
            throw new DeathPactException(terminated);
        }
    }

    /** A handler whose message is done when it returns. */
    @FunctionalInterface
    non-sealed interface Receive<M> extends Behavior<M> {
        /**
         * Handles one message.
         *
         * @throws Exception a failure of this incarnation
         */
        void receive(ActorContext<M> context, M message) throws Exception;
    }

    /** A handler whose message is done when the publisher that it returns completes. */
    @FunctionalInterface
    non-sealed interface ReceiveAsync<M> extends Behavior<M> {
        /**
         * Begins to handle one message.
         *
         * @return the rest of the work; its elements are ignored, its error fails this incarnation, and it is cancelled
         *     when the actor stops. Never null
         * @throws Exception a failure of this incarnation
         */
        Publisher<?> receive(ActorContext<M> context, M message) throws Exception;

        /** How many messages may be in work at a time; 1 unless overridden, read once an incarnation. */
        default int concurrency() {
            return 1;
        }
    }

    /** A reactive processor over the inbox. */
    @FunctionalInterface
    non-sealed interface Flow<M> extends Behavior<M> {
        /**
         * Builds the processing; subscribed to once, on the actor's worker.
         *
         * @param inbox the mailbox, for one subscriber: emits on the actor's worker, exactly as much as is requested, and
         *     completes when the actor is drained
         * @return its completion ends the incarnation normally, its error fails it, its elements are ignored. Never null
         * @throws Exception a failure of this incarnation
         */
        Publisher<?> flow(ActorContext<M> context, Flux<M> inbox) throws Exception;
    }

    /** Takes signals for a behavior; see {@link #onSignal(SignalHandler)}. */
    @FunctionalInterface
    interface SignalHandler<M> {
        /**
         * Takes a signal.
         *
         * @return whether it was handled; if not, the default applies
         * @throws Exception a failure of this incarnation
         */
        boolean onSignal(ActorContext<M> context, Signal signal) throws Exception;
    }

    /** A handler from a lambda. */
    static <M> Behavior<M> receive(Receive<M> handler) {
        return Objects.requireNonNull(handler, "handler: null (expected: a handler)");
    }

    /** An asynchronous handler from a lambda: the next message waits for the end of the publisher of the one before. */
    static <M> Behavior<M> receiveAsync(ReceiveAsync<M> handler) {
        return Objects.requireNonNull(handler, "handler: null (expected: a handler)");
    }

    /**
     * An asynchronous handler from a lambda, with up to {@code concurrency} messages in work at a time. They begin in order
     * and end in any.
     */
    static <M> Behavior<M> receiveAsync(int concurrency, ReceiveAsync<M> handler) {
        Objects.requireNonNull(handler, "handler: null (expected: a handler)");
        if (concurrency < 1) {
            throw new IllegalArgumentException("concurrency: " + concurrency + " (expected: >= 1)");
        }
        return Behaviors.withConcurrency(concurrency, handler);
    }

    /** A reactive processor from a lambda. */
    static <M> Behavior<M> flow(Flow<M> flow) {
        return Objects.requireNonNull(flow, "flow: null (expected: a flow)");
    }

    /** This behavior with signals taken by a handler first. */
    default Behavior<M> onSignal(SignalHandler<M> handler) {
        return Behaviors.withSignals(
                this, Objects.requireNonNull(handler, "handler: null (expected: a signal handler)"));
    }
}
