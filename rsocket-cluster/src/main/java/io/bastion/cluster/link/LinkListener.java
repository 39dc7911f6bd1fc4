package io.bastion.cluster.link;

import io.netty.buffer.ByteBuf;

/** Hears of links: for each one {@code up}, then the others, and {@code down} at last. Called on a link's thread; must not block. */
public interface LinkListener {
    /** There is a link; nothing was received on it yet. */
    default void up(Link link) {}

    /**
     * A message that the other end has pushed.
     *
     * @param message valid until this returns
     */
    default void pushed(Link link, ByteBuf message) {}

    /** Nothing has been heard of the other end for too long. That does not mean that it is dead. */
    default void unreachable(Link link) {}

    /** The other end is heard again after {@link #unreachable}. */
    default void reachable(Link link) {}

    /**
     * The link has ended.
     *
     * @param reason in words
     */
    default void down(Link link, String reason) {}

    /**
     * Somebody did not want a link that was dialled from here, whoever has asked for it. On any thread.
     *
     * @param address who was dialled
     */
    default void refused(String address, LinkRejectedException rejection) {}
}
