package io.bastion.cluster.membership;

/** What happens to the members as this node sees them. */
public sealed interface MembershipEvent {
    /** There is a member that was not there before. */
    record Joined(Peer peer) implements MembershipEvent {}

    /** A member is not heard; that does not mean that it is dead. */
    record Unreachable(Peer peer) implements MembershipEvent {}

    /** A member is heard again. */
    record Reachable(Peer peer) implements MembershipEvent {}

    /** A member is gone for ever. */
    record Removed(Peer peer, Removal reason) implements MembershipEvent {}

    /**
     * Whether this node sees a quorum has changed.
     *
     * @param held whether it does now
     */
    record Quorum(boolean held) implements MembershipEvent {}

    /**
     * This incarnation must end. The last event.
     *
     * @param cause why
     */
    record Expelled(Cause cause) implements MembershipEvent {}

    /** Why an incarnation must end. */
    enum Cause {
        /** The others have removed it. */
        REMOVED,
        /** It has been without a quorum for too long. */
        QUORUM_LOST
    }
}
