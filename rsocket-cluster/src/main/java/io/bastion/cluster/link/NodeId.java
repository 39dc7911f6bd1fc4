package io.bastion.cluster.link;

/**
 * One incarnation of a node: where it listens, and a number that it draws anew each time that it joins. A number that was removed
 * from the cluster is dead for ever.
 *
 * @param host where others reach it
 * @param port where others reach it
 * @param uid never 0
 */
public record NodeId(String host, int port, long uid) {
    /** {@code host:port}, the same for all incarnations of a node. */
    public String address() {
        return host + ":" + port;
    }

    @Override
    public String toString() {
        return address() + "#" + Long.toUnsignedString(uid, 36);
    }
}
