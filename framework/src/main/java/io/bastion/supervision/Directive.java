package io.bastion.supervision;

/** What a supervisor does about a failure. */
public enum Directive {
    /**
     * The incarnation goes on with its state; the message is lost to it. A flow, which has ended, and a start that has failed have
     * nothing to go on with: then the same as {@link #RESTART}.
     */
    RESUME,
    /** As the restart type says; the default. */
    RESTART,
    /** The actor ends with the failure as its reason, whatever its restart type. */
    STOP,
    /** The supervisor fails with the same failure. */
    ESCALATE
}
