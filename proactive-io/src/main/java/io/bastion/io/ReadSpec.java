package io.bastion.io;

/**
 * Which part of a file a stream reads, and how; immutable.
 *
 * <p>A stream holds at most {@code chunkSize * window} bytes that it has read or is reading and has not emitted.
 *
 * @param position where it begins
 * @param length how many bytes at most; it ends earlier at the end of the file
 * @param chunkSize the size of each buffer but the last
 * @param window how many chunks may be read ahead
 */
public record ReadSpec(long position, long length, int chunkSize, int window) {
    /** The default size of a chunk: 64 KiB. */
    public static final int CHUNK_SIZE = 64 << 10;

    /** The default number of chunks read ahead: 4. */
    public static final int WINDOW = 4;

    /** Refuses what is out of range. */
    public ReadSpec {
        Check.notNegative("position", position);
        Check.notNegative("length", length);
        Check.positive("chunkSize", chunkSize);
        Check.positive("window", window);
    }

    /** The whole file. */
    public static ReadSpec all() {
        return from(0);
    }

    /** From a position to the end of the file. */
    public static ReadSpec from(long position) {
        return new ReadSpec(position, Long.MAX_VALUE, CHUNK_SIZE, WINDOW);
    }

    /** The same with another length. */
    public ReadSpec length(long length) {
        return new ReadSpec(position, length, chunkSize, window);
    }

    /** The same with another size of the chunks. */
    public ReadSpec chunkSize(int chunkSize) {
        return new ReadSpec(position, length, chunkSize, window);
    }

    /** The same with another number of chunks read ahead. */
    public ReadSpec window(int window) {
        return new ReadSpec(position, length, chunkSize, window);
    }

    /** Where it ends, without overflow. */
    long end() {
        return length > Long.MAX_VALUE - position ? Long.MAX_VALUE : position + length;
    }
}
