package io.bastion.cluster.membership;

/** Why an incarnation is no longer a member. */
public enum Removal {
    /** It said so itself. */
    LEFT,
    /** It did not answer for too long, found a majority. */
    DEAD,
    /** Another incarnation has taken its place. */
    REPLACED
}
