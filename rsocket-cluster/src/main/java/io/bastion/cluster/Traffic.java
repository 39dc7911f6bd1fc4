package io.bastion.cluster;

import io.bastion.cluster.remote.PeerStats;
import java.time.Duration;

/**
 * What became of messages between this node and another, at about this moment; exact when both are at rest.
 *
 * @param address the other node's
 * @param uid the other node's
 * @param linked whether there is a link
 * @param written messages that were written to it
 * @param refused messages that senders have still, since the outbox was full
 * @param waiting messages in the outbox
 * @param mayBeLost of those written, what was under way when a link broke: some, none or all of it has arrived
 * @param deadLettered messages that became dead letters here, also those that the other node has given back
 * @param received messages that have come from there
 * @param returned of those, what nobody was there for
 * @param unreadable of those, what could not be read
 * @param lostHere of those, what was lost because several links broke before its receiver had room for it
 * @param bytesWritten to the network, by all links until now
 * @param bytesRead from the network
 * @param batchesWritten what messages were written in
 * @param creditInUse messages that were written and for which there was no room yet at the other node; a large one counts as several
 * @param roundTrip of the last heartbeat that was answered; zero if none was yet on the present link
 */
public record Traffic(
        String address,
        long uid,
        boolean linked,
        long written,
        long refused,
        long waiting,
        long mayBeLost,
        long deadLettered,
        long received,
        long returned,
        long unreadable,
        long lostHere,
        long bytesWritten,
        long bytesRead,
        long batchesWritten,
        long creditInUse,
        Duration roundTrip) {
    static Traffic of(PeerStats stats) {
        return new Traffic(
                stats.node().address(),
                stats.node().uid(),
                stats.linked(),
                stats.written(),
                stats.refused(),
                stats.waiting(),
                stats.mayBeLost(),
                stats.deadLettered(),
                stats.received(),
                stats.returned(),
                stats.unreadable(),
                stats.lostHere(),
                stats.bytesWritten(),
                stats.bytesRead(),
                stats.batchesWritten(),
                stats.creditInUse(),
                stats.roundTrip());
    }
}
