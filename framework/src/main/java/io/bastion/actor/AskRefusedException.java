package io.bastion.actor;

/**
 * An ask whose request did not get into the mailbox because it was full, or because an {@link Interceptor} refused it. Ask
 * again later, or with less at a time.
 */
public final class AskRefusedException extends RuntimeException {
    private static final long serialVersionUID = 1L;

    private final transient ActorRef<?> actor;

    AskRefusedException(ActorRef<?> actor) {
        this(actor, "mailbox of " + actor.path() + " is full (expected: room for the request)");
    }

    AskRefusedException(ActorRef<?> actor, String why) {
        super("ask: " + why, null, false, false);
        this.actor = actor;
    }

    /** An interceptor has refused the request, or dropped it. */
    static AskRefusedException intercepted(ActorRef<?> actor) {
        return new AskRefusedException(
                actor, "refused by an interceptor of " + actor.path() + " (expected: a request that it lets through)");
    }

    /** The actor that was asked. */
    public ActorRef<?> actor() {
        return actor;
    }
}
