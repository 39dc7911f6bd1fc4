package io.bastion.cluster.link;

import java.util.List;

/**
 * How the two ends of a link introduce themselves: the one that dials in its SETUP, the other in its answer.
 *
 * @param cluster the name of the cluster
 * @param source who speaks
 * @param destination the uid of who is meant; 0 if anyone at that address is
 * @param minVersion lowest version of the protocol that the source speaks
 * @param maxVersion highest
 * @param lanes how many lanes it wants; the smaller number counts
 * @param codecs ids of the codecs that it has
 */
public record Hello(
        String cluster,
        NodeId source,
        long destination,
        int minVersion,
        int maxVersion,
        int lanes,
        List<String> codecs) {
    /** Lanes that a link may have. */
    public static final int MAX_LANES = 64;

    public Hello {
        codecs = List.copyOf(codecs);
    }

    /** The highest version of the protocol that both speak; 0 if there is none. */
    public int commonVersion(Hello other) {
        int version = Math.min(maxVersion, other.maxVersion);
        return version >= Math.max(minVersion, other.minVersion) ? version : 0;
    }

    /** The ids of the codecs that both have, in the order of this one. */
    public List<String> commonCodecs(Hello other) {
        return codecs.stream().filter(other.codecs::contains).toList();
    }

    /** The number of lanes of a link between the two. */
    public int commonLanes(Hello other) {
        return Math.min(lanes, other.lanes);
    }
}
