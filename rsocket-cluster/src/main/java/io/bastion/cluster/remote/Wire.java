package io.bastion.cluster.remote;

import io.netty.buffer.ByteBuf;
import io.netty.buffer.ByteBufUtil;
import java.nio.charset.StandardCharsets;

/**
 * What is in a batch: frames, each with its length, its kind and what belongs to that kind. Numbers are of 7 bits a byte, the lowest
 * first.
 */
final class Wire {
    /** id, flags, context if there is one, type and body of a message. */
    static final byte MESSAGE = 1;

    /** box, number: so much more may be sent there. */
    static final byte CREDIT = 2;

    /** id of the watch, of the actor, and the box of the watcher or 0. */
    static final byte WATCH = 3;

    /** id of the watch. */
    static final byte UNWATCH = 4;

    /** id of the watch, reason. */
    static final byte TERMINATED = 5;

    /** box: nobody is there any more. */
    static final byte GONE = 6;

    /** As {@link #MESSAGE}: there was nobody. */
    static final byte RETURNED = 7;

    /** id, in words why: a message could not be read. */
    static final byte UNREADABLE = 8;

    /** id. */
    static final byte STOP = 9;

    /** id. */
    static final byte DRAIN = 10;

    /** id. */
    static final byte KILL = 11;

    /** index of a lane, number of lanes: all that is watched from there by this lane has been said on this link. */
    static final byte WATCHES_SAID = 12;

    /** Flags of a message: it has a context; it is the request of an ask, of which the asker hears. */
    static final int WITH_CONTEXT = 1;

    static final int REQUEST = 2;

    /** The length of a frame, which does not count itself. */
    static final int HEADER = Integer.BYTES;

    private static final int MAX_STRING = 8 * 1024;

    private Wire() {}

    /** What was received is nothing that this protocol knows. */
    static final class MalformedException extends RuntimeException {
        private static final long serialVersionUID = 1;

        MalformedException(String message) {
            super(message, null, false, false);
        }
    }

    /** Begins a frame; returns where it begins. */
    static int begin(ByteBuf out, byte kind) {
        int start = out.writerIndex();
        out.ensureWritable(16);
        out.writerIndex(start + HEADER);
        out.writeByte(kind);
        return start;
    }

    /** Ends the frame that begins there; returns its length. */
    static int end(ByteBuf out, int start) {
        int length = out.writerIndex() - start - HEADER;
        out.setInt(start, length);
        return length;
    }

    static void writeNumber(ByteBuf out, long value) {
        long rest = value;
        while ((rest & ~0x7FL) != 0) {
            out.writeByte((int) (rest & 0x7F | 0x80));
            rest >>>= 7;
        }
        out.writeByte((int) rest);
    }

    static long readNumber(ByteBuf in) {
        long value = 0;
        for (int shift = 0; shift < Long.SIZE; shift += 7) {
            int b = readByte(in);
            value |= (b & 0x7FL) << shift;
            if (b >= 0) {
                return value;
            }
        }
        throw new MalformedException("number: too long (expected: at most 10 bytes)");
    }

    static byte readByte(ByteBuf in) {
        if (!in.isReadable()) {
            throw new MalformedException("frame: too short (expected: more of it)");
        }
        return in.readByte();
    }

    static void writeString(ByteBuf out, String value) {
        writeNumber(out, ByteBufUtil.utf8Bytes(value));
        ByteBufUtil.writeUtf8(out, value);
    }

    static String readString(ByteBuf in) {
        long length = readNumber(in);
        if (length < 0 || length > MAX_STRING || length > in.readableBytes()) {
            throw new MalformedException("string: " + length + " bytes (expected: <= " + in.readableBytes() + ")");
        }
        return in.readCharSequence((int) length, StandardCharsets.UTF_8).toString();
    }

    /** As much of it as fits. */
    static String shortened(String value) {
        return value.length() <= MAX_STRING / 8 ? value : value.substring(0, MAX_STRING / 8);
    }
}
