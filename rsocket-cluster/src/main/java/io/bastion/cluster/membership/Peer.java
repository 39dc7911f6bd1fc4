package io.bastion.cluster.membership;

import io.bastion.cluster.link.NodeId;
import java.util.Map;
import java.util.Set;

/**
 * An incarnation of a node as it describes itself to the others; the same for all of its life.
 *
 * @param node the incarnation
 * @param name of the node, for people
 * @param roles what it is for
 * @param metadata whatever else it wants known
 */
public record Peer(NodeId node, String name, Set<String> roles, Map<String, String> metadata) {
    public Peer {
        roles = Set.copyOf(roles);
        metadata = Map.copyOf(metadata);
    }
}
