package io.bastion.cluster.membership;

import io.bastion.cluster.link.NodeId;
import java.util.ArrayList;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;

/** The removed incarnations; outlives the incarnations of this node. Thread-safe. Of very many the oldest are forgotten. */
public final class Tombstones {
    /** How many are remembered. */
    static final int CAPACITY = 4_096;

    /** One that was removed. */
    record Tombstone(NodeId node, Removal reason) {}

    private final Map<Long, Tombstone> byUid = new LinkedHashMap<>();

    /** None. */
    public Tombstones() {}

    /** An incarnation of this node itself is over. */
    public void addFormerSelf(NodeId node) {
        add(new Tombstone(node, Removal.DEAD));
    }

    /** Whether it was not known before. */
    synchronized boolean add(Tombstone tombstone) {
        if (byUid.putIfAbsent(tombstone.node().uid(), tombstone) != null) {
            return false;
        }
        if (byUid.size() > CAPACITY) {
            byUid.remove(byUid.keySet().iterator().next());
        }
        return true;
    }

    synchronized boolean contains(long uid) {
        return byUid.containsKey(uid);
    }

    synchronized List<Tombstone> all() {
        return new ArrayList<>(byUid.values());
    }
}
