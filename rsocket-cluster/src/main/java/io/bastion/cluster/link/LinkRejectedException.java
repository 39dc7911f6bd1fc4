package io.bastion.cluster.link;

import java.io.IOException;

/** The other end of a link that was dialled does not want it. */
public final class LinkRejectedException extends IOException {
    private static final long serialVersionUID = 1;

    /** Why a link is not wanted. */
    public enum Code {
        /** The peer is of another cluster. */
        WRONG_CLUSTER,
        /** The peer is not the incarnation that was meant. */
        WRONG_INCARNATION,
        /** There is no version of the protocol that both speak, or no codec that both have. */
        INCOMPATIBLE,
        /** The credentials are missing or wrong. */
        UNAUTHENTICATED,
        /** This incarnation was removed from the cluster, says a node that has a quorum. */
        BURIED,
        /** This incarnation was removed, says a node that has lost its quorum itself. */
        BURIED_BY_MINORITY,
        /** There is a link already, or one is just being dialled from the other end. */
        DUPLICATE,
        /** The peer takes no more links now. */
        UNAVAILABLE
    }

    private final Code code;

    /** By the peer's answer. */
    public LinkRejectedException(Code code, String message) {
        super(code + ": " + message);
        this.code = code;
    }

    /** Why. */
    public Code code() {
        return code;
    }
}
