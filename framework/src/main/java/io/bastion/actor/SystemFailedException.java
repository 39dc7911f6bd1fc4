package io.bastion.actor;

/** A system has terminated because its top could not deal with a failure any more. */
public final class SystemFailedException extends RuntimeException {
    private static final long serialVersionUID = 1L;

    private final String origin;

    SystemFailedException(String origin, Throwable cause) {
        super(
                "system: terminated, because " + origin + " failed more often than is borne (last: " + cause + ")",
                cause);
        this.origin = origin;
    }

    /** Path of the actor that began it. */
    public String origin() {
        return origin;
    }
}
