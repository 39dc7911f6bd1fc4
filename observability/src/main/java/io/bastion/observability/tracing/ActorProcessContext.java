package io.bastion.observability.tracing;

import io.bastion.actor.ActorRef;
import io.micrometer.observation.transport.Kind;
import io.micrometer.observation.transport.ReceiverContext;
import org.jspecify.annotations.Nullable;
import reactor.util.context.ContextView;

/** The handling of a message; its carrier is the message's Reactor context. */
public final class ActorProcessContext extends ReceiverContext<ContextView> {
    private final String type;
    private final ActorRef<?> actor;
    private final Object message;
    private final int incarnation;
    private volatile Outcome outcome = Outcome.HANDLED;

    /** How the handling of a message has ended. */
    public enum Outcome {
        /** Without a failure. */
        HANDLED,
        /** With a failure of the incarnation. */
        FAILED,
        /** An asynchronous handler's work was cancelled: by a kill, or by the failure of another. */
        CANCELLED
    }

    ActorProcessContext(String type, ActorRef<?> actor, int incarnation, Object message, ContextView context) {
        super(ActorProcessContext::entry, Kind.CONSUMER);
        this.type = type;
        this.actor = actor;
        this.incarnation = incarnation;
        this.message = message;
        setCarrier(context);
    }

    private static @Nullable String entry(ContextView context, String key) {
        return context.getOrDefault(key, null) instanceof String value ? value : null;
    }

    /** The actor's type. */
    public String type() {
        return type;
    }

    /** The actor. */
    public ActorRef<?> actor() {
        return actor;
    }

    /** The number of the actor's incarnation, from 0. */
    public int incarnation() {
        return incarnation;
    }

    /** The message. */
    public Object message() {
        return message;
    }

    /** How it has ended; {@link Outcome#HANDLED} until then. */
    public Outcome outcome() {
        return outcome;
    }

    void outcome(Outcome known) {
        outcome = known;
    }
}
