package io.bastion.cluster.membership;

import io.bastion.cluster.link.Link;
import io.bastion.cluster.link.NodeId;
import io.bastion.cluster.membership.Tombstones.Tombstone;
import io.netty.buffer.ByteBuf;
import io.netty.buffer.ByteBufUtil;
import io.netty.buffer.Unpooled;
import java.io.IOException;
import java.nio.charset.StandardCharsets;
import java.util.ArrayList;
import java.util.LinkedHashSet;
import java.util.List;
import java.util.Set;

/** What the membership says besides the engine, as bytes. */
final class ControlCodec {
    private static final int MAX_HOST = 255;
    private static final int MAX_REFERENCE = (Link.MAX_PUSH - 2) / Long.BYTES;

    private ControlCodec() {}

    static ByteBuf round(byte type, long number) {
        return Unpooled.buffer(9).writeByte(type).writeLong(number);
    }

    static ByteBuf askState() {
        return Unpooled.buffer(1).writeByte(PushType.ASK_STATE);
    }

    static ByteBuf state(boolean quorum, Set<Long> reference) {
        ByteBuf push = Unpooled.buffer(2 + Long.BYTES * reference.size())
                .writeByte(PushType.STATE)
                .writeBoolean(quorum);
        reference.stream().limit(MAX_REFERENCE).forEach(push::writeLong);
        return push;
    }

    static Set<Long> readReference(ByteBuf in) {
        Set<Long> reference = new LinkedHashSet<>();
        while (in.readableBytes() >= Long.BYTES) {
            reference.add(in.readLong());
        }
        return reference;
    }

    /** As many pushes as it takes. */
    static List<ByteBuf> tombstones(List<Tombstone> tombstones) {
        List<ByteBuf> pushes = new ArrayList<>();
        ByteBuf push = null;
        for (Tombstone tombstone : tombstones) {
            if (push == null || push.readableBytes() > Link.MAX_PUSH - MAX_HOST - 16) {
                push = Unpooled.buffer(64).writeByte(PushType.TOMBSTONES);
                pushes.add(push);
            }
            NodeId node = tombstone.node();
            push.writeByte(tombstone.reason().code()).writeLong(node.uid()).writeShort(node.port());
            push.writeByte(ByteBufUtil.utf8Bytes(node.host()));
            push.writeCharSequence(node.host(), StandardCharsets.UTF_8);
        }
        return pushes;
    }

    /**
     * Reads what follows the type.
     *
     * @throws IOException if those are none
     */
    static List<Tombstone> readTombstones(ByteBuf in) throws IOException {
        List<Tombstone> tombstones = new ArrayList<>();
        try {
            while (in.isReadable()) {
                Removal reason = Removal.of(in.readUnsignedByte());
                long uid = in.readLong();
                int port = in.readUnsignedShort();
                String host = in.readCharSequence(in.readUnsignedByte(), StandardCharsets.UTF_8)
                        .toString();
                tombstones.add(new Tombstone(new NodeId(host, port, uid), reason));
            }
            return tombstones;
        } catch (IndexOutOfBoundsException e) {
            throw new IOException("tombstones: cut off", e);
        }
    }
}
