package io.bastion.cluster.codec;

import io.bastion.actor.ActorRef;
import io.netty.buffer.ByteBuf;

/** Writes and reads the references to actors that are in a message. For use by a codec until its call returns, on that thread. */
public interface References {
    /**
     * Appends a reference: some ten bytes, more for an actor of a third node.
     *
     * @throws IllegalArgumentException if it is no actor's that others could reach
     */
    void write(ActorRef<?> reference, ByteBuf out);

    /**
     * Reads what {@link #write} has written, at the other end; an actor of this node comes back as its own reference.
     *
     * @throws IllegalArgumentException if that is not what is there
     */
    ActorRef<?> read(ByteBuf in);
}
