package io.bastion.observability.tracing;

import io.bastion.actor.ActorRef;
import io.micrometer.observation.Observation;
import reactor.util.context.ContextView;

/** The end of an incarnation that is followed by another: {@link #getError()} is its failure, null if it ended without one. */
public final class ActorRestartContext extends Observation.Context {
    private final String type;
    private final ActorRef<?> actor;
    private final int incarnation;
    private final ContextView cause;

    ActorRestartContext(String type, ActorRef<?> actor, int incarnation, ContextView cause) {
        this.type = type;
        this.actor = actor;
        this.incarnation = incarnation;
        this.cause = cause;
    }

    /** The actor's type. */
    public String type() {
        return type;
    }

    /** The actor. */
    public ActorRef<?> actor() {
        return actor;
    }

    /** The number of the incarnation that has ended, from 0. */
    public int incarnation() {
        return incarnation;
    }

    /** The Reactor context of the message whose handling failed; empty if it had none, or there is no such message. */
    public ContextView cause() {
        return cause;
    }
}
