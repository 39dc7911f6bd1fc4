package io.bastion.io;

import io.netty.buffer.ByteBuf;
import java.nio.charset.StandardCharsets;
import java.util.Random;

/** Buffers with content. */
final class Bytes {
    private Bytes() {}

    static ByteBuf direct(String text) {
        return direct(text.getBytes(StandardCharsets.UTF_8));
    }

    static ByteBuf direct(byte[] content) {
        return Leftovers.ALLOCATOR.directBuffer(Math.max(content.length, 1)).writeBytes(content);
    }

    /** Empty, with room for so many bytes and no more. */
    static ByteBuf room(int length) {
        return Leftovers.ALLOCATOR.directBuffer(length, length);
    }

    static String text(ByteBuf buffer) {
        return buffer.toString(StandardCharsets.UTF_8);
    }

    /** The text of a buffer, which is released. */
    static String take(ByteBuf buffer) {
        try {
            return text(buffer);
        } finally {
            buffer.release();
        }
    }

    /** The content of a buffer, which is released. */
    static byte[] takeAll(ByteBuf buffer) {
        byte[] content = new byte[buffer.readableBytes()];
        buffer.readBytes(content).release();
        return content;
    }

    static byte[] random(long seed, int length) {
        byte[] content = new byte[length];
        new Random(seed).nextBytes(content);
        return content;
    }
}
