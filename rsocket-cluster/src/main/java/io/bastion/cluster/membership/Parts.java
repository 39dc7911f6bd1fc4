package io.bastion.cluster.membership;

import io.bastion.cluster.link.Link;
import io.netty.buffer.ByteBuf;
import io.netty.buffer.Unpooled;
import org.jspecify.annotations.Nullable;

/** Messages of the engine over one link, which takes small pieces only. Sends of all threads; receives of one thread at a time. */
final class Parts {
    /** The longest message: a list of more members than scalecube can look after. */
    static final int MAX_MESSAGE = 1024 * 1024;

    private static final int MAX_PART = Link.MAX_PUSH - 1;

    private final Link link;
    private @Nullable ByteBuf incomplete;

    /** The rest of a message that is too long is skipped. */
    private boolean skipping;

    Parts(Link link) {
        this.link = link;
    }

    /** Sends a message, whose buffer stays the caller's. */
    synchronized void send(ByteBuf message) {
        while (message.readableBytes() > MAX_PART) {
            push(PushType.ENGINE_PART, message.readSlice(MAX_PART));
        }
        push(PushType.ENGINE, message.readSlice(message.readableBytes()));
    }

    private void push(byte type, ByteBuf part) {
        link.push(Unpooled.buffer(1 + part.readableBytes()).writeByte(type).writeBytes(part));
    }

    /**
     * Takes a piece.
     *
     * @return the message that it completes: the piece itself, or a buffer that the collector frees
     */
    @Nullable ByteBuf receive(ByteBuf part, boolean last) {
        ByteBuf sum = incomplete;
        if (last && sum == null && !skipping) {
            return part;
        }
        if (skipping || (sum == null ? 0 : sum.readableBytes()) + part.readableBytes() > MAX_MESSAGE) {
            skipping = !last;
            incomplete = null;
            return null;
        }
        if (sum == null) {
            incomplete = sum = Unpooled.buffer(2 * part.readableBytes());
        }
        sum.writeBytes(part);
        if (!last) {
            return null;
        }
        incomplete = null;
        return sum;
    }
}
