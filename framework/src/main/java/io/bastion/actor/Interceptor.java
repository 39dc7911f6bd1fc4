package io.bastion.actor;

import java.util.function.UnaryOperator;
import org.jspecify.annotations.Nullable;
import org.reactivestreams.Publisher;
import reactor.util.context.ContextView;

/**
 * Code around what actors are sent and what they do with it: for one actor ({@link ActorSpec#intercept}), for all below a
 * supervisor or a group ({@link SupervisorSpec#intercept}, {@link GroupSpec#intercept}), or for a whole system ({@link
 * ActorSystem.Builder#intercept}).
 *
 * <p>The system's are outermost, then those of supervisors and groups from the top down, then the actor's own. Each method passes on by
 * calling {@code next}, with the message that it was given or with another of the same type. All pass on by default, and what is
 * not overridden costs nothing. One interceptor serves all actors that it is around, on many threads at a time; {@link
 * #receive} and {@link #signal} are called on the worker of the actor, one at a time for each.
 */
public interface Interceptor {
    /**
     * Around the sending of a message, on the sender's thread, which must not be blocked.
     *
     * <p>It is around {@code tell}, {@code forward}, {@code send} when it is subscribed to, every element of a {@code feed}, and the request of
     * an {@code ask}; also through an adapter, after the adaption, and through a {@link Distributor}, for the member that is to have it. It is around what a
     * broadcast brings, then on the worker of the actor. It is around every message of a {@code tellAll} before any of them is offered, so that
     * {@code next} answers {@code ACCEPTED} there; if one is not passed on, none is sent. A {@code send} that waits for room, too, is
     * {@code ACCEPTED} for {@code next}. What an actor gets from itself is not sent: timers, piped results, what {@code watchWith} gives.
     *
     * <p>A message that is not passed on counts as refused. If the answer is {@code REFUSED}, a {@code tell} hands it to the sender, who has the
     * message still; an {@code ask} fails with {@link AskRefusedException}. Otherwise, and always for {@code send} and
     * {@code feed}, whose senders keep nothing, it becomes a dead letter with the reason {@code INTERCEPTED}.
     *
     * <p>What this throws is logged, and the message goes on as if this interceptor were not there.
     *
     * @return what the sender is told; normally what {@code next} returned
     */
    default TellResult tell(ActorRef<?> target, Object message, TellChain next) {
        return next.tell(message);
    }

    /**
     * The context that a message goes with to an actor of another node, on the sender's thread, which must not be blocked; as it is
     * by default. Only the system's interceptors are asked, the outermost first, since the other actor is in the tree of its own
     * node, whose interceptors are around it there. Which entries travel is for the cluster to say. Replies are not asked about.
     *
     * <p>What this throws is logged, and the context stays as it was.
     *
     * @param target a {@link RemoteActorRef}
     */
    default ContextView outgoing(ActorRef<?> target, Object message, ContextView context) {
        return context;
    }

    /**
     * Around the handling of a message, whatever way it came.
     *
     * <p>A message that is neither passed on nor dropped counts as handled. What this throws is a failure of the incarnation, as from a
     * handler; what {@code next} throws may be caught, and then the incarnation goes on. With an asynchronous handler
     * {@code next} returns when the work has begun, with a flow it is called before the flow takes the message.
     *
     * @throws Exception a failure of the incarnation
     */
    default void receive(ActorContext<?> context, Object message, ReceiveChain next) throws Exception {
        next.receive(message);
    }

    /**
     * Around a signal. One that is not passed on is not seen by the behavior; a {@link Signal.Terminated} has no further effect then.
     *
     * @throws Exception as from {@link Behavior#onSignal}
     */
    default void signal(ActorContext<?> context, Signal signal, SignalChain next) throws Exception {
        next.signal(signal);
    }

    /** The rest of the way into the mailbox. */
    interface TellChain {
        /** Sends the message on with the context that it has; returns what became of it. */
        TellResult tell(Object message);

        /** Sends the message on with another context; returns what became of it. */
        TellResult tell(Object message, ContextView context);

        /** The Reactor context that the message has; empty if it has none. */
        ContextView context();
    }

    /** The rest of the way to the behavior; for use until {@link Interceptor#receive} returns, on the actor's worker. */
    interface ReceiveChain {
        /**
         * Has the message handled.
         *
         * @throws Exception what the handler throws
         * @throws IllegalStateException if the message was handled already, or dropped
         */
        void receive(Object message) throws Exception;

        /**
         * Has the message handled, and tells when it is done: with a handler when that has returned, with an asynchronous one when its
         * publisher has ended, with a flow when that is about to take it. A listener that throws changes nothing.
         *
         * @throws Exception what the handler throws, after the listener was told
         * @throws IllegalStateException if the message was handled already, or dropped
         */
        void receive(Object message, DoneListener done) throws Exception;

        /**
         * Has the message handled; the publisher that an asynchronous handler returns is replaced by what this makes of it, before it is
         * subscribed to. Other behaviors have none.
         *
         * @throws Exception what the handler throws
         * @throws IllegalStateException if the message was handled already, or dropped
         */
        void receiveAround(Object message, UnaryOperator<Publisher<?>> around) throws Exception;

        /**
         * Drops the message instead: it counts as dropped, becomes a dead letter with the reason {@code INTERCEPTED}, and an ask fails with {@link
         * AskRefusedException}.
         *
         * @throws IllegalStateException if the message was handled already, or dropped
         */
        void drop();
    }

    /** Hears of the end of a message's handling. */
    @FunctionalInterface
    interface DoneListener {
        /**
         * Called once; for an asynchronous handler on the thread where its publisher ends.
         *
         * @param failure null when it was handled; a {@code CancellationException} when its work was cancelled
         */
        void done(@Nullable Throwable failure);
    }

    /** The rest of the way to the behavior. */
    @FunctionalInterface
    interface SignalChain {
        /**
         * Gives the signal on.
         *
         * @throws Exception what the behavior throws
         */
        void signal(Signal signal) throws Exception;
    }
}
