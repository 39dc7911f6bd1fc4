package io.bastion.actor;

/** The handling of a request failed before there was a reply; the cause says how. */
public final class AskFailedException extends RuntimeException {
    private static final long serialVersionUID = 1L;

    private final transient ActorRef<?> actor;

    AskFailedException(ActorRef<?> actor, Throwable cause) {
        super("ask: " + actor.path() + " failed while it handled the request: " + cause, cause, false, false);
        this.actor = actor;
    }

    /** The actor that was asked. */
    public ActorRef<?> actor() {
        return actor;
    }
}
