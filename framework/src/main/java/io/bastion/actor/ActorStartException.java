package io.bastion.actor;

/** An actor was not started because its factory threw. */
public final class ActorStartException extends RuntimeException {
    private static final long serialVersionUID = 1L;

    ActorStartException(String path, Throwable cause) {
        super("actor: " + path + " not started, its factory threw " + cause, cause);
    }
}
