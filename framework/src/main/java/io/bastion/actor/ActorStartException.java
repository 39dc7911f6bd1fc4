package io.bastion.actor;

/** An actor was not started: its factory or a start hook failed, or a child of it was not started. */
public final class ActorStartException extends RuntimeException {
    private static final long serialVersionUID = 1L;

    ActorStartException(String path, Throwable cause) {
        super("actor: " + path + " not started, because of " + cause, cause);
    }

    /** What a parent says of a child that has terminated while it was being started. */
    static ActorStartException of(ActorCell<?> child) {
        Throwable cause = child.terminationReason() instanceof TerminationReason.Failed failed
                ? failed.cause()
                : new ActorTerminatedException(child);
        return cause instanceof ActorStartException named ? named : new ActorStartException(child.path(), cause);
    }
}
