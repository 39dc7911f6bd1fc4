package io.bastion.cluster.link;

import org.jspecify.annotations.Nullable;
import reactor.core.publisher.Mono;

/** All links of one incarnation of this node. Thread-safe. */
public interface Links {
    /** This incarnation. */
    NodeId self();

    /** Adds a listener; it hears of the links that there are, first. Listeners are called in the order in which they were added. */
    void addListener(LinkListener listener);

    /**
     * The link with whoever listens at an address; dialled if there is none, in one attempt that all who wait for it share.
     *
     * @return fails with a {@link LinkRejectedException} if the other end does not want it, and with an {@code IOException} if it is
     *     not reached
     */
    Mono<Link> to(String address);

    /** As {@link #to(String)}, but fails with a {@link LinkRejectedException} if another incarnation listens there now. */
    Mono<Link> to(NodeId node);

    /** The link with that incarnation, if there is one now. */
    @Nullable Link with(NodeId node);

    /** Refuses an incarnation from now on, and ends the link with it. */
    void bury(NodeId node, String reason);

    /** Ends all links and stops listening. */
    Mono<Void> close(String reason);
}
