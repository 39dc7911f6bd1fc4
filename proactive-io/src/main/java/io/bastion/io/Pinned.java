package io.bastion.io;

import io.netty.buffer.ByteBuf;
import io.netty.buffer.ByteBufAllocator;
import io.netty.channel.unix.Buffer;
import java.nio.ByteBuffer;
import org.jspecify.annotations.Nullable;

/**
 * The memory of one operation, kept alive until its completion: the user's buffers, a direct one in place of each that is not
 * one piece of direct memory, and the vector of addresses when there are several. The buffers' memory must not be
 * reallocated meanwhile.
 */
final class Pinned {
    private static final int IOVEC = 2 * Long.BYTES;

    private final boolean reading;
    private final ByteBuf[] users;
    private final int[] starts;
    private final @Nullable ByteBuf[] copies;
    private @Nullable ByteBuf vector;
    private long address;
    private int bytes;

    private Pinned(boolean reading, ByteBuf[] users) {
        this.reading = reading;
        this.users = users;
        this.starts = new int[users.length];
        this.copies = new ByteBuf[users.length];
    }

    /** The writable bytes of buffers, to be read into. */
    static Pinned targets(ByteBuf[] buffers, int from, int count, ByteBufAllocator allocator) {
        return new Pinned(true, Buffers.retained(buffers, from, count)).resolve(allocator);
    }

    /** The readable bytes of buffers, to be written. */
    static Pinned sources(ByteBuf[] buffers, int from, int count, ByteBufAllocator allocator) {
        return new Pinned(false, Buffers.retained(buffers, from, count)).resolve(allocator);
    }

    private Pinned resolve(ByteBufAllocator allocator) {
        try {
            ByteBuf iovecs = users.length == 1 ? null : allocator.directBuffer(IOVEC * users.length);
            vector = iovecs;
            for (int i = 0; i < users.length; i++) {
                ByteBuf user = users[i];
                starts[i] = reading ? user.writerIndex() : user.readerIndex();
                int length = reading ? user.writableBytes() : user.readableBytes();
                long at = user.isDirect() && Buffers.isContiguous(user)
                        ? address(user, starts[i], length)
                        : address(copy(i, length, allocator), 0, length);
                bytes = (int) Math.min(Integer.MAX_VALUE, (long) bytes + length);
                if (iovecs == null) {
                    address = at;
                } else {
                    // The native order of all platforms that have a native library of Netty's io_uring.
                    iovecs.writeLongLE(at).writeLongLE(length);
                }
            }
            if (iovecs != null) {
                address = address(iovecs, 0, iovecs.readableBytes());
            }
            return this;
        } catch (Throwable e) {
            release();
            throw e;
        }
    }

    private ByteBuf copy(int i, int length, ByteBufAllocator allocator) {
        ByteBuf copy = allocator.directBuffer(length, Math.max(length, 1));
        copies[i] = copy;
        if (!reading) {
            copy.writeBytes(users[i], starts[i], length);
        }
        return copy;
    }

    /** Where a direct buffer's bytes are; a JVM without {@code Unsafe} has to ask JNI. */
    static long address(ByteBuf direct, int index, int length) {
        if (direct.hasMemoryAddress()) {
            return direct.memoryAddress() + index;
        }
        ByteBuffer view = direct.nioBuffer(index, length);
        return Buffer.memoryAddress(view) + view.position();
    }

    /** Of the only buffer, or of the vector. */
    long address() {
        return address;
    }

    /** Of the only buffer in bytes, or of the vector in buffers. */
    int length() {
        return users.length == 1 ? bytes : users.length;
    }

    int bytes() {
        return bytes;
    }

    boolean isVector() {
        return users.length > 1;
    }

    /** The operation has ended: bytes that were read into copies go where they belong, and nothing is kept any more. */
    void landed(int result) {
        try {
            if (reading) {
                handOut(result);
            }
        } finally {
            release();
        }
    }

    private void handOut(int count) {
        int left = count;
        for (int i = 0; i < users.length && left > 0; i++) {
            ByteBuf copy = copies[i];
            int part = Math.min(left, copy == null ? users[i].capacity() - starts[i] : copy.capacity());
            if (copy != null) {
                users[i].setBytes(starts[i], copy, 0, part);
            }
            left -= part;
        }
    }

    private void release() {
        Buffers.release(users);
        for (ByteBuf copy : copies) {
            if (copy != null) {
                copy.release();
            }
        }
        if (vector != null) {
            vector.release();
        }
    }
}
