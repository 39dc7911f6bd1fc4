package io.bastion.supervision;

/**
 * What becomes of the message whose handling failed. All later messages wait for the next incarnation in any case.
 *
 * <p>A flow that fails while it takes a message has failed at that one. When it fails otherwise, the last message that it took
 * is held to have failed it, unless its operators have discarded that one; then, nobody knowing which it was, one is counted
 * as failed.
 *
 * <p>If the actor ends before the message has come to another incarnation, it is a dead letter.
 */
public enum InFlight {
    /** It is counted as failed and reported with the failure; the default. */
    DROP,
    /** It is a dead letter, and counted as such. */
    DEAD_LETTER,
    /** The next incarnation gets it first. When it fails a second time it is dropped. */
    REDELIVER_ONCE
}
