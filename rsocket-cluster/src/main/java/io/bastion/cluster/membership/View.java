package io.bastion.cluster.membership;

import io.bastion.cluster.link.NodeId;
import io.bastion.cluster.membership.Tombstones.Tombstone;
import java.nio.charset.StandardCharsets;
import java.util.ArrayList;
import java.util.HashSet;
import java.util.LinkedHashMap;
import java.util.LinkedHashSet;
import java.util.List;
import java.util.Map;
import java.util.Set;
import java.util.function.Consumer;
import java.util.zip.CRC32;
import org.jspecify.annotations.Nullable;

/** What this incarnation knows of the others, and what follows from it. Confined to one thread, but for what it says it sees. */
final class View {
    /*
     * The quorum is a majority of the reference: the nodes of the last membership that had a quorum, and those who have come since.
     * They are known by their addresses, so that a node counts once, whatever its incarnation. A node without a quorum keeps its
     * reference, in the next incarnation, too; so a minority that begins anew does not take itself for the whole. Such a node takes
     * over the reference of a member that sees a quorum: the cluster may have shrunk meanwhile. And a node that has never seen
     * another takes over that of those it meets, if they have no quorum; or else a new node would make a majority of a minority.
     * Of one or two nodes one is enough, unless the settings demand more.
     */

    private final NodeId self;
    private final int minimum;
    private final Tombstones tombstones;
    private final Consumer<MembershipEvent> events;
    private final Map<Long, Peer> members = new LinkedHashMap<>();

    /** Those without a link that works. */
    private final Set<Long> unreachable = new LinkedHashSet<>();

    /** Those whose time of suspicion is over, and who stay as long as there is no quorum to remove them. */
    private final Set<Long> dead = new LinkedHashSet<>();

    /** A majority has been asked for a sign of life, in vain until now. */
    private boolean doubted;

    /** There was never another member. */
    private boolean alone = true;

    /** The nodes by the {@link #key} of their addresses. */
    private volatile Set<Long> reference;

    private volatile boolean quorum;
    private volatile List<Peer> seen = List.of();

    View(NodeId self, int minimum, Set<Long> reference, Tombstones tombstones, Consumer<MembershipEvent> events) {
        this.self = self;
        this.minimum = minimum;
        this.reference = with(reference, key(self));
        this.tombstones = tombstones;
        this.events = events;
        quorum = required() <= 1;
    }

    /** How many members must be seen. */
    int required() {
        int size = reference.size();
        return Math.max(minimum, size <= 2 ? 1 : size / 2 + 1);
    }

    boolean hasQuorum() {
        return quorum;
    }

    /** Of any thread. */
    Set<Long> reference() {
        return reference;
    }

    private static long key(NodeId node) {
        String address = node.address();
        CRC32 crc = new CRC32();
        crc.update(address.getBytes(StandardCharsets.UTF_8));
        return (long) address.hashCode() << 32 | crc.getValue();
    }

    private static Set<Long> with(Set<Long> some, long more) {
        Set<Long> all = new HashSet<>(some);
        all.add(more);
        return Set.copyOf(all);
    }

    /** Of any thread. */
    List<Peer> members() {
        return seen;
    }

    @Nullable Peer member(long uid) {
        return members.get(uid);
    }

    List<Peer> unreachable() {
        return select(unreachable);
    }

    List<Peer> dead() {
        return select(dead);
    }

    boolean isDead(long uid) {
        return dead.contains(uid);
    }

    boolean isDoubted() {
        return doubted;
    }

    private List<Peer> select(Set<Long> uids) {
        List<Peer> peers = new ArrayList<>(uids.size());
        for (long uid : uids) {
            Peer peer = members.get(uid);
            if (peer != null) {
                peers.add(peer);
            }
        }
        return peers;
    }

    /** A member that answers at its address; or one that was dead and is not, after all. */
    void joined(Peer peer) {
        long uid = peer.node().uid();
        if (uid == self.uid() || tombstones.contains(uid)) {
            return;
        }
        if (members.putIfAbsent(uid, peer) == null) {
            alone = false;
            reference = with(reference, key(peer.node()));
            changed();
            events.accept(new MembershipEvent.Joined(peer));
        } else {
            dead.remove(uid);
        }
        update();
    }

    /** There was a member at that address; another has its place now. */
    @Nullable Peer predecessor(NodeId node) {
        for (Peer peer : members.values()) {
            if (peer.node().uid() != node.uid() && peer.node().address().equals(node.address())) {
                return peer;
            }
        }
        return null;
    }

    void unreachable(long uid) {
        Peer peer = members.get(uid);
        if (peer != null && unreachable.add(uid)) {
            events.accept(new MembershipEvent.Unreachable(peer));
            update();
        }
    }

    void reachable(long uid) {
        Peer peer = members.get(uid);
        if (peer != null && unreachable.remove(uid)) {
            events.accept(new MembershipEvent.Reachable(peer));
            update();
        }
    }

    void dead(long uid) {
        if (members.containsKey(uid)) {
            unreachable(uid);
            dead.add(uid);
            update();
        }
    }

    /** Another node, a member or not yet, has said how it sees the cluster. */
    void told(long uid, boolean quorumThere, Set<Long> referenceThere) {
        if (quorumThere && !quorum && members.containsKey(uid)) {
            reference = referenceThere;
        } else if (!quorumThere && alone) {
            reference = Set.copyOf(referenceThere);
        } else {
            return;
        }
        reference = with(reference, key(self));
        members.values().forEach(peer -> reference = with(reference, key(peer.node())));
        update();
    }

    /** Whether a majority can be taken for granted until it is heard. */
    void doubt(boolean doubt) {
        doubted = doubt;
        update();
    }

    /**
     * An incarnation is removed for ever.
     *
     * @return whether that is news
     */
    boolean bury(Tombstone tombstone) {
        if (!tombstones.add(tombstone)) {
            return false;
        }
        long uid = tombstone.node().uid();
        Peer peer = members.remove(uid);
        unreachable.remove(uid);
        dead.remove(uid);
        if (peer != null) {
            if (tombstone.reason() != Removal.REPLACED) {
                Set<Long> rest = new HashSet<>(reference);
                rest.remove(key(peer.node()));
                reference = Set.copyOf(rest);
            }
            changed();
            events.accept(new MembershipEvent.Removed(peer, tombstone.reason()));
            update();
        }
        return true;
    }

    private void changed() {
        seen = List.copyOf(members.values());
    }

    private void update() {
        Set<Long> silent = new LinkedHashSet<>(unreachable);
        silent.addAll(dead);
        boolean now = !doubted && members.size() + 1 - silent.size() >= required();
        if (now) {
            Set<Long> present = new HashSet<>();
            present.add(key(self));
            members.values().forEach(peer -> present.add(key(peer.node())));
            reference = Set.copyOf(present);
        }
        if (now != quorum) {
            quorum = now;
            events.accept(new MembershipEvent.Quorum(now));
        }
    }
}
