package io.bastion.supervision;

/** What becomes of the message whose handling failed. All later messages wait for the next incarnation in any case. */
public enum InFlight {
    /** It is counted as failed and reported with the failure; the default. */
    DROP,
    /** It is a dead letter, and counted as such. */
    DEAD_LETTER,
    /** The next incarnation gets it first. When it fails a second time it is dropped. */
    REDELIVER_ONCE
}
