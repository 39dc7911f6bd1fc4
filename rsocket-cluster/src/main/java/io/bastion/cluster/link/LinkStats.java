package io.bastion.cluster.link;

import java.time.Duration;

/**
 * What has gone over a link until now.
 *
 * @param bytesWritten to the network, with all that belongs to the protocols above TCP
 * @param bytesRead from the network
 * @param roundTrip of the last heartbeat that was answered; zero if none was yet
 */
public record LinkStats(long bytesWritten, long bytesRead, Duration roundTrip) {
    /** Of a link over which nothing has gone. */
    public static final LinkStats NONE = new LinkStats(0, 0, Duration.ZERO);
}
