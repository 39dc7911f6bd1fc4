package io.bastion.cluster.endpoint;

import io.netty.buffer.ByteBuf;
import io.netty.buffer.ByteBufUtil;
import io.netty.buffer.Unpooled;

/** Bytes as they are, which stand for themselves in every format. */
final class RawFormat implements DataFormat {
    static boolean takes(Class<?> type) {
        return type == byte[].class || ByteBuf.class.isAssignableFrom(type);
    }

    /** A buffer is on the heap and need not be released: there may be nobody to do it. */
    @Override
    public Object read(byte[] data, Class<?> type) {
        if (!takes(type)) {
            throw new IllegalArgumentException("type: " + type + " (expected: byte[] or ByteBuf)");
        }
        return type == byte[].class ? data : Unpooled.wrappedBuffer(data);
    }

    @Override
    public byte[] write(Object value, Class<?> type) {
        if (value instanceof byte[] bytes) {
            return bytes;
        }
        if (!(value instanceof ByteBuf buffer)) {
            throw new IllegalArgumentException("value: of " + value.getClass() + " (expected: byte[] or ByteBuf)");
        }
        try {
            return ByteBufUtil.getBytes(buffer);
        } finally {
            buffer.release();
        }
    }
}
