package io.bastion.cluster.link;

import io.netty.buffer.ByteBuf;
import org.reactivestreams.Publisher;
import reactor.core.publisher.Flux;

/**
 * A connection between this incarnation of a node and one of another. There is at most one a pair at a time.
 *
 * <p>Thread-safe. What was under way on it when it ends is lost; a later link knows nothing of it.
 */
public interface Link {
    /** How the other end has introduced itself. */
    Hello peer();

    /** The other end. */
    default NodeId node() {
        return peer().source();
    }

    /** Whether this end has dialled. */
    boolean dialled();

    /** How many lanes there are, numbered from 0; the same at both ends. */
    int lanes();

    /**
     * Joins a lane: batches in both directions, each in its order, with backpressure. To be called once for each lane at each
     * end, as soon as {@link LinkListener#up} has told of the link.
     *
     * @param lane its number
     * @param outbound what is to be sent; is subscribed to when the other end has joined, and its buffers are released by the link
     * @return what the other end sends; whoever gets a buffer releases it. Ends with the link
     */
    Flux<ByteBuf> lane(int lane, Publisher<ByteBuf> outbound);

    /**
     * Sends a small message that overtakes what waits in the lanes. At most {@link #MAX_PUSH} bytes; without backpressure.
     *
     * @param message is released by the link
     */
    void push(ByteBuf message);

    /** What has gone over it; nothing if that is not measured. */
    default LinkStats stats() {
        return LinkStats.NONE;
    }

    /** Ends the link at both ends. Does nothing when it has ended. */
    void close(String reason);

    /** Bytes that {@link #push} takes. */
    int MAX_PUSH = 16 * 1024;

    /** Bytes that a batch of a lane has at most; the link is closed if it is given more. */
    default int maxBatch() {
        return 4 << 20;
    }
}
