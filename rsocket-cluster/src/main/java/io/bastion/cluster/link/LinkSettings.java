package io.bastion.cluster.link;

import java.time.Duration;
import java.util.List;

/**
 * How an incarnation of a node introduces itself, and how patient it is with others.
 *
 * @param cluster the name of the cluster
 * @param host where others reach this node
 * @param port where others reach this node; 0 if that is the port that the transport listens on
 * @param uid the number of this incarnation
 * @param minVersion the lowest version of the protocol that it speaks
 * @param maxVersion the highest
 * @param lanes how many lanes a link has at most
 * @param codecs ids of the codecs that it has
 * @param maxLinks how many links it has at most
 * @param patience how long somebody waits for a link at most, also while the other end answers by {@code DUPLICATE} or
 *     {@code UNAVAILABLE}, and how long it expects a link that it has accepted
 * @param backoff how long an address is left alone after it was dialled in vain; doubled with each time while somebody waits
 * @param maxBackoff the longest such rest
 */
public record LinkSettings(
        String cluster,
        String host,
        int port,
        long uid,
        int minVersion,
        int maxVersion,
        int lanes,
        List<String> codecs,
        int maxLinks,
        Duration patience,
        Duration backoff,
        Duration maxBackoff) {
    /** The version of the protocol that this code speaks. */
    public static final int VERSION = 1;

    /** Lanes of a link by default. */
    public static final int DEFAULT_LANES = 4;

    public LinkSettings {
        codecs = List.copyOf(codecs);
        require(uid != 0, "uid", uid, "another number than 0");
        require(minVersion > 0 && minVersion <= maxVersion, "minVersion", minVersion, "1 to maxVersion: " + maxVersion);
        require(lanes > 0 && lanes <= Hello.MAX_LANES, "lanes", lanes, "1 to " + Hello.MAX_LANES);
        require(!codecs.isEmpty(), "codecs", codecs, "one at least");
        require(maxLinks > 0, "maxLinks", maxLinks, "> 0");
        requirePositive("patience", patience);
        requirePositive("backoff", backoff);
        require(maxBackoff.compareTo(backoff) >= 0, "maxBackoff", maxBackoff, ">= backoff: " + backoff);
    }

    /** With four lanes, at most 1024 links, a patience of 10 s and a back-off of 100 ms to 5 s. */
    public static LinkSettings of(String cluster, String host, long uid, List<String> codecs) {
        return new LinkSettings(
                cluster,
                host,
                0,
                uid,
                VERSION,
                VERSION,
                DEFAULT_LANES,
                codecs,
                1024,
                Duration.ofSeconds(10),
                Duration.ofMillis(100),
                Duration.ofSeconds(5));
    }

    /** How this incarnation introduces itself to an incarnation, or to whoever it is if that is 0. */
    Hello hello(NodeId self, long destination) {
        return new Hello(cluster, self, destination, minVersion, maxVersion, lanes, codecs);
    }

    private static void require(boolean condition, String field, Object value, String expected) {
        if (!condition) {
            throw new IllegalArgumentException(field + ": " + value + " (expected: " + expected + ")");
        }
    }

    private static void requirePositive(String field, Duration value) {
        require(!value.isNegative() && !value.isZero(), field, value, "> 0");
    }
}
