package io.bastion.cluster.codec;

import io.netty.buffer.ByteBuf;

/** A message of nothing but bytes as CBOR has it: the length, and the bytes. A parser costs many times what that takes. */
final class CborBytes {
    private static final int BYTES = 0x40;
    private static final int ONE_BYTE = 24;
    private static final int TWO_BYTES = 25;
    private static final int FOUR_BYTES = 26;

    private CborBytes() {}

    static void write(byte[] message, ByteBuf out) {
        int length = message.length;
        if (length < ONE_BYTE) {
            out.writeByte(BYTES | length);
        } else if (length < 1 << Byte.SIZE) {
            out.writeByte(BYTES | ONE_BYTE).writeByte(length);
        } else if (length < 1 << Short.SIZE) {
            out.writeByte(BYTES | TWO_BYTES).writeShort(length);
        } else {
            out.writeByte(BYTES | FOUR_BYTES).writeInt(length);
        }
        out.writeBytes(message);
    }

    /** Whether there is one string of bytes of a length that is said before, and nothing behind it; a parser has to look at all else. */
    static boolean is(ByteBuf in) {
        int header = header(in);
        return header > 0 && length(in, header) == in.readableBytes() - header;
    }

    /** What {@link #is} was said of. */
    static byte[] read(ByteBuf in) {
        byte[] message = new byte[in.readableBytes() - header(in)];
        in.skipBytes(header(in)).readBytes(message);
        return message;
    }

    /** Bytes of the length and what says that it is one; 0 if it is something else, or not all there. */
    private static int header(ByteBuf in) {
        int first = in.isReadable() ? in.getUnsignedByte(in.readerIndex()) - BYTES : -1;
        if (first < 0 || first > FOUR_BYTES) {
            return 0;
        }
        int header = first < ONE_BYTE ? 1 : 1 + (1 << (first - ONE_BYTE));
        return header <= in.readableBytes() ? header : 0;
    }

    private static long length(ByteBuf in, int header) {
        int at = in.readerIndex() + 1;
        return switch (header) {
            case 1 -> in.getUnsignedByte(at - 1) - BYTES;
            case 1 + Byte.BYTES -> in.getUnsignedByte(at);
            case 1 + Short.BYTES -> in.getUnsignedShort(at);
            default -> in.getUnsignedInt(at);
        };
    }
}
