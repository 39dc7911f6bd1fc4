package io.bastion.cluster.membership;

import java.util.Collection;
import java.util.List;
import java.util.Set;
import java.util.function.Consumer;
import reactor.core.publisher.Mono;

/**
 * The members of the cluster, as one incarnation of this node sees them. Thread-safe.
 *
 * <p>A member that was removed never comes back: its node does, as another incarnation.
 */
public interface Membership {
    /**
     * Takes part from now on.
     *
     * @param events hears of all changes, one after another; must not block
     * @return completes when it is ready, whether there are others or not
     */
    Mono<Void> start(Consumer<MembershipEvent> events);

    /** Addresses to be asked for members again and again, besides those of removed members; replaces what was said before. */
    void contact(Collection<String> addresses);

    /** The members that have not been removed, without this one. */
    List<Peer> members();

    /** Whether this node sees a quorum of the cluster. */
    boolean hasQuorum();

    /** The nodes that a later incarnation has to consider the cluster to have, until it sees a quorum of them. */
    Set<Long> reference();

    /** Tells the others that this incarnation leaves; completes when they know, or after a short while. {@link #stop} is due then. */
    Mono<Void> leave();

    /** Takes part no longer; the others are not told. */
    void stop();
}
