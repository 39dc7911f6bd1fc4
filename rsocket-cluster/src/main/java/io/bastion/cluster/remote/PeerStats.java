package io.bastion.cluster.remote;

import io.bastion.cluster.link.NodeId;

/**
 * What became of messages between here and another node, at about this moment; exact when both are at rest.
 *
 * @param node the other node
 * @param linked whether there is a link
 * @param written messages that links have taken
 * @param refused messages that senders have still, since the outbox was full
 * @param waiting messages in the outbox
 * @param mayBeLost of those written, what was under way when a link broke: some, none or all of it has arrived
 * @param deadLettered messages that became dead letters here, also those that the other node has given back
 * @param received messages that have come from there
 * @param returned of those, what nobody was there for
 * @param unreadable of those, what could not be read
 * @param lostHere of those, what was lost because several links broke before its receiver had room for it
 */
public record PeerStats(
        NodeId node,
        boolean linked,
        long written,
        long refused,
        long waiting,
        long mayBeLost,
        long deadLettered,
        long received,
        long returned,
        long unreadable,
        long lostHere) {}
