package io.bastion.cluster.membership;

import io.bastion.cluster.link.NodeId;
import io.bastion.cluster.membership.Tombstones.Tombstone;
import java.util.ArrayList;
import java.util.LinkedHashMap;
import java.util.LinkedHashSet;
import java.util.List;
import java.util.Map;
import java.util.Set;
import java.util.function.Consumer;
import org.jspecify.annotations.Nullable;

/** What this incarnation knows of the others, and what follows from it. Confined to one thread, but for what it says it sees. */
final class View {
    /*
     * The quorum is a majority of the reference: the largest membership since the last removal that had a quorum. A node without
     * a quorum keeps its reference, in the next incarnation, too; so a minority that begins anew does not take itself for the
     * whole. Of one or two members one is enough, unless the settings demand more.
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

    private volatile int reference;
    private volatile boolean quorum;
    private volatile List<Peer> seen = List.of();

    View(NodeId self, int minimum, int reference, Tombstones tombstones, Consumer<MembershipEvent> events) {
        this.self = self;
        this.minimum = minimum;
        this.reference = Math.max(1, reference);
        this.tombstones = tombstones;
        this.events = events;
        quorum = required() <= 1;
    }

    /** How many members must be seen. */
    int required() {
        int size = reference;
        return Math.max(minimum, size <= 2 ? 1 : size / 2 + 1);
    }

    boolean hasQuorum() {
        return quorum;
    }

    int reference() {
        return reference;
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
            reference = Math.max(1, reference - 1);
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
        reference = Math.max(reference, members.size() + 1);
        Set<Long> silent = new LinkedHashSet<>(unreachable);
        silent.addAll(dead);
        boolean now = !doubted && members.size() + 1 - silent.size() >= required();
        if (now) {
            reference = members.size() + 1;
        }
        if (now != quorum) {
            quorum = now;
            events.accept(new MembershipEvent.Quorum(now));
        }
    }
}
