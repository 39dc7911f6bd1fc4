package io.bastion.actor;

/** An actor was needed that has terminated, or terminated before it had done what was asked. */
public final class ActorTerminatedException extends RuntimeException {
    private static final long serialVersionUID = 1L;

    private final transient ActorRef<?> actor;

    ActorTerminatedException(ActorRef<?> actor) {
        super("actor: " + actor.path() + " has terminated (expected: a living actor)", null, false, false);
        this.actor = actor;
    }

    /** The actor that has terminated. */
    public ActorRef<?> actor() {
        return actor;
    }
}
