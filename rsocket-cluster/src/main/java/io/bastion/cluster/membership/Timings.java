package io.bastion.cluster.membership;

import java.time.Duration;

/**
 * How fast the membership notices things.
 *
 * @param ping how often a node pings one of the others
 * @param pingTimeout how long the answer may take before others are asked to ping it
 * @param suspicion for how many pings, times the logarithm of the number of members, a silent member is suspected before it is dead
 * @param sync how often the full list is compared with another member's
 * @param quorumTimeout how long a node stays as it is without a quorum
 * @param contact how soon an address that did not answer is contacted again; doubled with each time
 * @param maxContact the longest time between two contacts
 * @param leave how long a node that leaves waits for the others to know
 */
public record Timings(
        Duration ping,
        Duration pingTimeout,
        int suspicion,
        Duration sync,
        Duration quorumTimeout,
        Duration contact,
        Duration maxContact,
        Duration leave) {
    /** How long it takes about until a dead member of a cluster of that size is known to be dead. */
    public Duration detection(int members) {
        int log = 32 - Integer.numberOfLeadingZeros(Math.max(1, members));
        return ping.multipliedBy((long) suspicion * log + 1);
    }
}
