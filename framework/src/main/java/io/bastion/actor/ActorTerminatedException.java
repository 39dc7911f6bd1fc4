package io.bastion.actor;

/** An actor was needed that has terminated, or terminated before it had done what was asked. */
public final class ActorTerminatedException extends RuntimeException {
    private static final long serialVersionUID = 1L;

    /** How far a request has come. */
    enum Progress {
        /** It did not get into the mailbox, or was taken back out of it. */
        NOT_ACCEPTED,
        /** It was in the mailbox, and the actor has not seen it. */
        QUEUED,
        /** The actor has seen it; or that is not known. */
        TAKEN
    }

    private final transient ActorRef<?> actor;
    private final Progress progress;

    /**
     * For who waits for an actor by other means than an ask.
     *
     * @param actor the actor that has terminated
     */
    public ActorTerminatedException(ActorRef<?> actor) {
        this(actor, Progress.TAKEN);
    }

    ActorTerminatedException(ActorRef<?> actor, Progress progress) {
        super("actor: " + actor.path() + " has terminated (expected: a living actor)", null, false, false);
        this.actor = actor;
        this.progress = progress;
    }

    Progress progress() {
        return progress;
    }

    /** The actor that has terminated. */
    public ActorRef<?> actor() {
        return actor;
    }
}
