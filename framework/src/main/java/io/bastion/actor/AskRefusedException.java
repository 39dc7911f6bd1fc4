package io.bastion.actor;

/** An ask whose request did not get into the mailbox because it was full. Ask again later, or with less at a time. */
public final class AskRefusedException extends RuntimeException {
    private static final long serialVersionUID = 1L;

    private final transient ActorRef<?> actor;

    AskRefusedException(ActorRef<?> actor) {
        super("ask: mailbox of " + actor.path() + " is full (expected: room for the request)", null, false, false);
        this.actor = actor;
    }

    /** The actor that was asked. */
    public ActorRef<?> actor() {
        return actor;
    }
}
