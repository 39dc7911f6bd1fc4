package io.bastion.cluster.membership;

/** The first byte of what the membership pushes over a link. */
final class PushType {
    /** A piece of a message of the engine, of which more follow. */
    static final byte ENGINE_PART = 1;

    /** A message of the engine, or its last piece. */
    static final byte ENGINE = 2;

    /** Incarnations that were removed. */
    static final byte TOMBSTONES = 3;

    /** Asks for the {@link #STATE} and all {@link #TOMBSTONES}. */
    static final byte ASK_STATE = 6;

    /** Whether the sender sees a quorum, and the nodes that it considers the cluster to have. */
    static final byte STATE = 7;

    /** Asks a member whether it hears us and has not removed us; with the number of the round. */
    static final byte CONFIRM = 4;

    /** The answer, with the number of the round. */
    static final byte CONFIRMED = 5;

    private PushType() {}
}
