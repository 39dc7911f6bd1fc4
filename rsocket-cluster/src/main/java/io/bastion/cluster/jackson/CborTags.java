package io.bastion.cluster.jackson;

import io.netty.buffer.ByteBuf;

/** Counts the tags that stand one behind the other: Jackson keeps all, in an array that it copies every eight of them. */
public final class CborTags {
    private static final int MAX = 16;

    /* As many tags as fit into this may stand there, that is cheaper than to look. */
    private static final int SHORT = 2048;

    private CborTags() {}

    /**
     * Walks over what is readable, without reading it.
     *
     * @throws IllegalArgumentException if there are too many
     */
    public static void check(ByteBuf in) {
        if (in.readableBytes() <= SHORT) {
            return;
        }
        int tags = 0;
        long at = in.readerIndex();
        while (at < in.writerIndex()) {
            int head = in.getUnsignedByte((int) at++);
            int major = head >>> 5;
            int size = argumentSize(head & 0x1f);
            if (at + size > in.writerIndex()) {
                return;
            }
            if (major == 6) {
                if (++tags > MAX) {
                    throw new IllegalArgumentException("tags: " + tags + " in a row (expected: <= " + MAX + ")");
                }
            } else {
                tags = 0;
            }
            boolean hasContent = (major == 2 || major == 3) && (head & 0x1f) != 0x1f;
            long content = hasContent ? argument(in, (int) at, head & 0x1f, size) : 0;
            if (content < 0) {
                return;
            }
            at += size + content;
        }
    }

    private static int argumentSize(int info) {
        return info >= 24 && info <= 27 ? 1 << (info - 24) : 0;
    }

    private static long argument(ByteBuf in, int at, int info, int size) {
        return switch (size) {
            case 0 -> info;
            case 1 -> in.getUnsignedByte(at);
            case 2 -> in.getUnsignedShort(at);
            case 4 -> in.getUnsignedInt(at);
            default -> Math.min(in.getLong(at), Integer.MAX_VALUE);
        };
    }
}
