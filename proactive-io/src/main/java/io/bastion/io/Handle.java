package io.bastion.io;

import io.netty.buffer.ByteBuf;
import java.nio.file.Path;

/**
 * An open file of a backend.
 *
 * <p>Each operation keeps a reference of its own to its buffers until it has ended, and moves none of their indices.
 * Positions are not negative. Once {@link #close} has been called every operation fails with {@code EBADF}. Thread-safe.
 */
interface Handle {
    /** The most buffers that an operation takes. */
    int MAX_BUFFERS = 64;

    /** What it was opened as. */
    Path path();

    /** Reads into the writable bytes of buffers, one after the other: at least one byte, or 0 at the end of the file. */
    Cancel read(ByteBuf[] targets, int from, int count, long position, Completion<Integer> completion);

    /** Writes the readable bytes of buffers, one after the other: at least one byte, possibly not all. */
    Cancel write(ByteBuf[] sources, int from, int count, long position, Completion<Integer> completion);

    Cancel sync(boolean dataOnly, Completion<Integer> completion);

    Cancel stat(Completion<FileStat> completion);

    /** Makes the file exactly so long. */
    Cancel truncate(long size, Completion<Integer> completion);

    Cancel allocate(long position, long length, Completion<Integer> completion);

    /** Ends what is in flight and closes the file when all of it has ended; called once. */
    void close(Completion<Integer> completion);
}
