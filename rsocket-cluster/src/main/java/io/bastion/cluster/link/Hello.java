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
    public Hello {
        codecs = List.copyOf(codecs);
    }
}
