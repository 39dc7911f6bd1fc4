package io.bastion.cluster.remote;

import io.netty.buffer.ByteBuf;
import io.netty.buffer.Unpooled;
import io.netty.util.concurrent.FastThreadLocal;
import org.jspecify.annotations.Nullable;

/**
 * The buffer of this thread in which batches are written and read, so that all codecs ever see one class of buffers. What comes from
 * the network is of several, as is what pools give, of which now and then one is watched for leaks: the compiler would first bet on one
 * of them and lose, again and again, and then call each byte's method through a table.
 */
final class Scratch {
    /** A longer one is not kept. */
    private static final int KEPT = 64 * 1024;

    private static final int FIRST = 20 * 1024;

    private static final FastThreadLocal<@Nullable ByteBuf> FREE = new FastThreadLocal<>();

    private Scratch() {}

    /** An empty buffer on the heap, for whoever gives it back on this thread. */
    static ByteBuf take() {
        ByteBuf free = FREE.get();
        if (free == null) {
            return Unpooled.buffer(FIRST);
        }
        FREE.set(null);
        return free.clear();
    }

    static void giveBack(ByteBuf buffer) {
        if (buffer.capacity() <= KEPT) {
            FREE.set(buffer);
        }
    }
}
