package io.bastion.cluster.endpoint;

import io.netty.buffer.ByteBuf;
import io.netty.buffer.ByteBufUtil;
import io.netty.buffer.Unpooled;
import io.rsocket.Payload;

/**
 * What came in, on the heap, so that nothing is left to release whichever way the request goes.
 *
 * @param metadata may be read by whoever is given this
 * @param data the bytes of the message
 */
@SuppressWarnings("ArrayRecordComponent") // not compared
record Incoming(ByteBuf metadata, byte[] data) {
    /** Takes it out of a payload, which is released. */
    static Incoming of(Payload payload) {
        try {
            ByteBuf metadata = payload.hasMetadata()
                    ? Unpooled.wrappedBuffer(ByteBufUtil.getBytes(payload.sliceMetadata()))
                    : Unpooled.EMPTY_BUFFER;
            return new Incoming(metadata, ByteBufUtil.getBytes(payload.sliceData()));
        } finally {
            payload.release();
        }
    }
}
