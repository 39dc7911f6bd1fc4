package io.bastion.cluster;

import io.bastion.cluster.membership.Peer;
import java.util.Map;
import java.util.Set;

/**
 * A node of the cluster from when it has joined until it leaves, dies or has to join again. Two of these with the same address and
 * another {@code uid} are one node at different times.
 *
 * @param host where others reach it
 * @param port where others reach it
 * @param uid a number that it has drawn when it joined; never 0
 * @param name its name, for people
 * @param roles what it is for
 * @param metadata whatever else it wants known
 */
public record Member(String host, int port, long uid, String name, Set<String> roles, Map<String, String> metadata) {
    public Member {
        roles = Set.copyOf(roles);
        metadata = Map.copyOf(metadata);
    }

    static Member of(Peer peer) {
        return new Member(
                peer.node().host(), peer.node().port(), peer.node().uid(), peer.name(), peer.roles(), peer.metadata());
    }

    /** {@code host:port}. */
    public String address() {
        return host + ":" + port;
    }

    /** Whether it is for something. */
    public boolean hasRole(String role) {
        return roles.contains(role);
    }

    @Override
    public String toString() {
        return (name.equals(address()) ? name : name + "@" + address()) + "#" + Long.toUnsignedString(uid, 36);
    }
}
