package io.bastion.cluster.membership;

import java.io.IOException;
import java.util.EnumSet;
import java.util.List;
import java.util.Map;
import java.util.Set;

/** Which objects a message may consist of, and where. It has no circle, so bytes cannot nest deeper than it does. */
final class Grammar {
    private static final Set<Kind> TEXT = EnumSet.of(Kind.TEXT, Kind.NULL);
    private static final Set<Kind> MEMBER = EnumSet.of(Kind.MEMBER);

    /** The objects in an object, in their order; the last one may repeat. */
    private static final Map<Kind, List<Set<Kind>>> CHILDREN = Map.of(
            Kind.RECORD, List.of(MEMBER, EnumSet.of(Kind.STATUS)),
            Kind.SYNC, List.of(EnumSet.of(Kind.RECORD)),
            Kind.PING, List.of(MEMBER, MEMBER, EnumSet.of(Kind.MEMBER, Kind.NULL), EnumSet.of(Kind.ACK, Kind.NULL)),
            Kind.GOSSIP, List.of(EnumSet.of(Kind.MESSAGE)),
            Kind.GOSSIP_REQUEST, List.of(EnumSet.of(Kind.GOSSIP)),
            Kind.METADATA_REQUEST, List.of(MEMBER),
            Kind.METADATA_RESPONSE, List.of(MEMBER));

    private static final Set<Kind> CONTENT =
            EnumSet.of(Kind.SYNC, Kind.PING, Kind.GOSSIP_REQUEST, Kind.METADATA_REQUEST, Kind.METADATA_RESPONSE);
    private static final Set<Kind> GOSSIPED = EnumSet.of(Kind.RECORD);

    private Grammar() {}

    /**
     * Whether an object may stand there.
     *
     * @param parent what it is in
     * @param index how many objects there are in that before it
     * @param gossiped whether that is in a gossip
     * @param texts how many of those are texts, if it is a message
     */
    static void check(Kind parent, int index, boolean gossiped, int texts, Kind child) throws IOException {
        Set<Kind> allowed;
        if (parent == Kind.MESSAGE) {
            allowed = index < texts ? TEXT : gossiped ? GOSSIPED : CONTENT;
        } else {
            List<Set<Kind>> children = CHILDREN.getOrDefault(parent, List.of());
            allowed = children.isEmpty() ? Set.of() : children.get(Math.min(index, children.size() - 1));
        }
        if (!allowed.contains(child)) {
            throw new IOException("object " + index + " in " + parent + ": " + child + " (expected: " + allowed + ")");
        }
    }
}
