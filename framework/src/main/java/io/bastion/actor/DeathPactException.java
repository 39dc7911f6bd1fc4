package io.bastion.actor;

/** The failure of an actor that watched another and did not handle its {@link Signal.Terminated}. */
public final class DeathPactException extends RuntimeException {
    private static final long serialVersionUID = 1L;

    private final transient Signal.Terminated signal;

    DeathPactException(Signal.Terminated signal) {
        super(
                "watch: " + signal.actor().path() + " terminated, " + signal.reason()
                        + " (expected: onSignal handles Signal.Terminated)",
                signal.reason() instanceof TerminationReason.Failed failed ? failed.cause() : null);
        this.signal = signal;
    }

    /** The signal that was not handled. */
    public Signal.Terminated signal() {
        return signal;
    }
}
