package io.bastion.cluster.remote;

import io.bastion.actor.ActorRef;
import io.bastion.cluster.link.NodeId;
import java.util.List;

/** What the actors of two nodes say to each other. */
sealed interface NodeMessage {
    /** Starts an actor. */
    record Spawn(String specification, Object argument, ActorRef<NodeMessage> replyTo) implements NodeMessage {}

    /** It was started. */
    record Spawned(ActorRef<?> actor) implements NodeMessage {}

    /** It was not started. */
    record NotSpawned(String reason) implements NodeMessage {}

    /** Asks for the {@link Load}. */
    record LoadQuery(ActorRef<NodeMessage> replyTo) implements NodeMessage {}

    /** How many actors live here that nodes have had started. */
    record Load(long actors) implements NodeMessage {}

    /** A message of the application to a node; who it is from is filled in where it arrives. */
    record ToNode(NodeId from, Object message) implements NodeMessage {}

    /**
     * Members of groups that live at a node; who says so is filled in where it arrives.
     *
     * @param whole whether there are no others
     */
    record Members(NodeId from, boolean whole, List<Change> changes) implements NodeMessage {}

    /** Who has joined or left. */
    sealed interface Change {
        /** The group. */
        String group();

        /** The number of the member at its node. When it leaves it may have ended, and nobody can be told of a reference to it any more. */
        long number();
    }

    /** A member is there. */
    record Joined(String group, long number, ActorRef<?> member) implements Change {}

    /** It is not any more. */
    record Left(String group, long number) implements Change {}
}
