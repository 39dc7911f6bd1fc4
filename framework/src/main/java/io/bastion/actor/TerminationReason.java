package io.bastion.actor;

/** Why an actor came to its end. */
public sealed interface TerminationReason {
    /** It stopped itself, was stopped, or its flow completed. */
    TerminationReason STOPPED = new Stopped();

    /** It was killed. */
    TerminationReason KILLED = new Killed();

    /** The node that it lived on is gone. */
    TerminationReason NODE_LOST = new NodeLost();

    /** See {@link #STOPPED}. */
    record Stopped() implements TerminationReason {}

    /**
     * Its last incarnation failed and was not followed by another.
     *
     * @param cause the failure
     */
    record Failed(Throwable cause) implements TerminationReason {}

    /** See {@link #KILLED}. */
    record Killed() implements TerminationReason {}

    /** See {@link #NODE_LOST}. */
    record NodeLost() implements TerminationReason {}
}
