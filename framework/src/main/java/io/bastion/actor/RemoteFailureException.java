package io.bastion.actor;

/** What a failure of an actor of another JVM is shown as: the words of it, since the exception itself does not travel. */
public final class RemoteFailureException extends RuntimeException {
    private static final long serialVersionUID = 1L;

    private final String failure;

    /**
     * Of what is known of a failure.
     *
     * @param failure name of its class
     * @param message what it says
     */
    public RemoteFailureException(String failure, String message) {
        super(message.isEmpty() ? failure : failure + ": " + message, null, false, false);
        this.failure = failure;
    }

    /** Name of the class of the failure, which need not be a class here. */
    public String failure() {
        return failure;
    }
}
