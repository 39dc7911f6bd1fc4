package io.bastion.cluster;

/** What happens to the members of the cluster, as one node sees it. */
public sealed interface ClusterEvent {
    /** There is a member; this node itself is one, too. */
    record MemberUp(Member member) implements ClusterEvent {}

    /** A member is not heard. It may be dead, or busy, or cut off; it is still a member. */
    record MemberUnreachable(Member member) implements ClusterEvent {}

    /** A member is heard again after {@link MemberUnreachable}. */
    record MemberReachable(Member member) implements ClusterEvent {}

    /** It is no member any longer. */
    record MemberRemoved(Member member, Reason reason) implements ClusterEvent {}

    /** This node does not see a majority of the cluster: it is cut off, or most of the others are dead. */
    record QuorumLost() implements ClusterEvent {}

    /** This node sees a majority of the cluster again after {@link QuorumLost}. */
    record QuorumRegained() implements ClusterEvent {}

    /**
     * This node had to join anew. {@link MemberRemoved} has been told of all members that it knew, itself among them; and
     * {@link MemberUp} follows for itself as it is now, and for all that it finds.
     *
     * @param before this node until then
     * @param self this node now
     * @param cause why it had to
     */
    record Rejoined(Member before, Member self, Cause cause) implements ClusterEvent {}

    /** Why a member was removed. */
    enum Reason {
        /** It has left the cluster on purpose. */
        LEFT,
        /** It did not answer for too long, or has been started anew. It will not come back but as another member. */
        DEAD,
        /** This node has to join anew and begins with nothing. The member itself may be well. */
        REJOINING
    }

    /** Why a node had to join anew. */
    enum Cause {
        /** The others have removed it, because they could not reach it. */
        REMOVED,
        /** It has not seen a majority of the cluster for too long. */
        QUORUM_LOST
    }
}
