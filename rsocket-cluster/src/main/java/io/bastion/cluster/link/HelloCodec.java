package io.bastion.cluster.link;

import io.bastion.cluster.link.LinkRejectedException.Code;
import io.netty.buffer.ByteBuf;
import io.netty.buffer.ByteBufUtil;
import io.netty.handler.codec.CorruptedFrameException;
import java.nio.charset.StandardCharsets;
import java.util.ArrayList;
import java.util.List;

/**
 * Introductions, and the answers to them, as bytes. Each begins with a number that says that it is one; what follows the fields known
 * here is of a later version and passed over.
 */
final class HelloCodec {
    private static final int HELLO = 0xBA571011;
    private static final int REFUSAL = 0xBA571012;
    private static final int MAX_STRING = 255;
    private static final int MAX_CODECS = 32;
    private static final int MAX_MESSAGE = 1024;
    private static final Code[] CODES = Code.values();

    private HelloCodec() {}

    static void write(Hello hello, ByteBuf out) {
        out.writeInt(HELLO);
        writeString("cluster", hello.cluster(), out);
        writeString("host", hello.source().host(), out);
        out.writeShort(hello.source().port());
        out.writeLong(hello.source().uid());
        out.writeLong(hello.destination());
        out.writeInt(hello.minVersion());
        out.writeInt(hello.maxVersion());
        out.writeByte(hello.lanes());
        if (hello.codecs().size() > MAX_CODECS) {
            throw new IllegalArgumentException(
                    "codecs: " + hello.codecs().size() + " (expected: <= " + MAX_CODECS + ")");
        }
        out.writeByte(hello.codecs().size());
        hello.codecs().forEach(codec -> writeString("codec", codec, out));
    }

    static void write(Verdict verdict, ByteBuf out) {
        if (verdict instanceof Verdict.Accepted accepted) {
            write(accepted.answer(), out);
        } else if (verdict instanceof Verdict.Rejected rejected) {
            out.writeInt(REFUSAL);
            out.writeByte(rejected.code().ordinal());
            String message = rejected.message();
            byte[] bytes = message.substring(0, Math.min(message.length(), MAX_MESSAGE / 4))
                    .getBytes(StandardCharsets.UTF_8);
            out.writeShort(bytes.length).writeBytes(bytes);
        }
    }

    /**
     * @throws CorruptedFrameException if that is no introduction
     */
    static Hello readHello(ByteBuf in) {
        if (readVerdict(in) instanceof Verdict.Accepted accepted) {
            return accepted.answer();
        }
        throw new CorruptedFrameException("no introduction");
    }

    /**
     * @throws CorruptedFrameException if that is no answer
     */
    static Verdict readVerdict(ByteBuf in) {
        try {
            int kind = in.readInt();
            if (kind == HELLO) {
                return new Verdict.Accepted(readFields(in));
            }
            if (kind == REFUSAL) {
                return new Verdict.Rejected(readCode(in), readMessage(in));
            }
        } catch (IndexOutOfBoundsException e) {
            throw new CorruptedFrameException("an introduction that is cut off", e);
        }
        throw new CorruptedFrameException("no introduction");
    }

    private static Hello readFields(ByteBuf in) {
        String cluster = readString(in);
        NodeId source = new NodeId(readString(in), in.readUnsignedShort(), in.readLong());
        long destination = in.readLong();
        int minVersion = in.readInt();
        int maxVersion = in.readInt();
        int lanes = in.readUnsignedByte();
        int n = in.readUnsignedByte();
        if (source.uid() == 0 || minVersion < 1 || maxVersion < minVersion) {
            throw new CorruptedFrameException("uid 0, or no versions");
        }
        if (lanes < 1 || lanes > Hello.MAX_LANES || n > MAX_CODECS) {
            throw new CorruptedFrameException(lanes + " lanes, " + n + " codecs");
        }
        List<String> codecs = new ArrayList<>();
        for (int i = 0; i < n; i++) {
            codecs.add(readString(in));
        }
        return new Hello(cluster, source, destination, minVersion, maxVersion, lanes, codecs);
    }

    private static Code readCode(ByteBuf in) {
        int code = in.readUnsignedByte();
        return code < CODES.length ? CODES[code] : Code.UNAVAILABLE; // one of a later version
    }

    private static String readMessage(ByteBuf in) {
        int length = in.readUnsignedShort();
        if (length > MAX_MESSAGE) {
            throw new CorruptedFrameException("a message of " + length + " bytes");
        }
        return in.readCharSequence(length, StandardCharsets.UTF_8).toString();
    }

    private static void writeString(String field, String value, ByteBuf out) {
        int length = ByteBufUtil.utf8Bytes(value);
        if (length > MAX_STRING) {
            throw new IllegalArgumentException(
                    field + ": " + length + " bytes (expected: <= " + MAX_STRING + " in UTF-8)");
        }
        out.writeByte(length);
        out.writeCharSequence(value, StandardCharsets.UTF_8);
    }

    private static String readString(ByteBuf in) {
        return in.readCharSequence(in.readUnsignedByte(), StandardCharsets.UTF_8)
                .toString();
    }
}
