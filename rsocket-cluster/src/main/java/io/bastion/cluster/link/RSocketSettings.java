package io.bastion.cluster.link;

import io.bastion.cluster.security.LinkSecurity;
import java.time.Duration;

/**
 * How links are made of TCP connections.
 *
 * @param host the address that is bound
 * @param port the port that is bound; 0 for any that is free
 * @param threads how many event loops there are
 * @param maxFrame bytes of the longest frame; what is longer is sent in fragments
 * @param maxBatch bytes of the longest batch of a lane
 * @param heartbeat how often each end says that it is there
 * @param unreachableAfter heartbeats without anything from the other end until it is unreachable
 * @param closedAfter heartbeats without anything from the other end until the link is closed
 * @param handshakeTimeout how long a connection may take to become a link, at either end
 * @param maxHalfOpen how many connections from elsewhere there may be that are no links yet; from one address
 *     a quarter of them, and no more than so many in a second
 * @param security who may be linked with this node
 */
public record RSocketSettings(
        String host,
        int port,
        int threads,
        int maxFrame,
        int maxBatch,
        Duration heartbeat,
        int unreachableAfter,
        int closedAfter,
        Duration handshakeTimeout,
        int maxHalfOpen,
        LinkSecurity security) {
    private static final int LEAST_FRAME = 64 * 1024;
    private static final int LONGEST_FRAME = 0xFF_FF_FF - 64;

    public RSocketSettings {
        require(threads > 0, "threads", threads, "> 0");
        require(
                maxFrame >= LEAST_FRAME && maxFrame <= LONGEST_FRAME,
                "maxFrame",
                maxFrame,
                LEAST_FRAME + " to " + LONGEST_FRAME);
        require(maxBatch >= maxFrame, "maxBatch", maxBatch, ">= maxFrame: " + maxFrame);
        require(!heartbeat.isNegative() && !heartbeat.isZero(), "heartbeat", heartbeat, "> 0");
        require(unreachableAfter > 0, "unreachableAfter", unreachableAfter, "> 0");
        require(closedAfter > unreachableAfter, "closedAfter", closedAfter, "> unreachableAfter: " + unreachableAfter);
        require(
                !handshakeTimeout.isNegative() && !handshakeTimeout.isZero(),
                "handshakeTimeout",
                handshakeTimeout,
                "> 0");
        require(maxHalfOpen > 0, "maxHalfOpen", maxHalfOpen, "> 0");
    }

    /**
     * With one event loop, frames of at most 256 KiB, batches of at most 4 MiB, a heartbeat a second, unreachable after 3 and closed
     * after 15 of them, 5 s for a handshake, and 256 half-open connections.
     */
    public static RSocketSettings of(String host, int port, LinkSecurity security) {
        return new RSocketSettings(
                host, port, 1, 256 << 10, 4 << 20, Duration.ofSeconds(1), 3, 15, Duration.ofSeconds(5), 256, security);
    }

    int maxHalfOpenPerAddress() {
        return Math.max(1, maxHalfOpen / 4);
    }

    private static void require(boolean condition, String field, Object value, String expected) {
        if (!condition) {
            throw new IllegalArgumentException(field + ": " + value + " (expected: " + expected + ")");
        }
    }
}
