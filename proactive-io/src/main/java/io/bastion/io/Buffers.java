package io.bastion.io;

import io.netty.buffer.ByteBuf;
import java.nio.ByteBuffer;
import java.util.List;

/** What both backends do with buffers. */
final class Buffers {
    static final ByteBuf[] NONE = {};

    private Buffers() {}

    /** Part of an array, each buffer with a reference more, or none of them. */
    static ByteBuf[] retained(ByteBuf[] buffers, int from, int count) {
        ByteBuf[] kept = new ByteBuf[count];
        int done = 0;
        try {
            for (; done < count; done++) {
                kept[done] = buffers[from + done].retain();
            }
            return kept;
        } finally {
            for (int i = 0; done < count && i < done; i++) {
                kept[i].release();
            }
        }
    }

    static void release(ByteBuf[] buffers) {
        for (ByteBuf buffer : buffers) {
            buffer.release();
        }
    }

    /** Views of the readable bytes, each with a reference of its own and indices of its own. */
    static ByteBuf[] slices(List<? extends ByteBuf> buffers) {
        ByteBuf[] slices = retained(buffers.toArray(NONE), 0, buffers.size());
        for (int i = 0; i < slices.length; i++) {
            slices[i] = slices[i].slice();
        }
        return slices;
    }

    /** Whether it is one piece of memory that the kernel, or a channel, can read into. */
    static boolean isContiguous(ByteBuf buffer) {
        return buffer.nioBufferCount() == 1;
    }

    /** As wide as what remains of a {@code ByteBuffer}, over the same memory, and empty. */
    static ByteBuf writable(ByteBuffer target) {
        return io.netty.buffer.Unpooled.wrappedBuffer(target).clear();
    }
}
