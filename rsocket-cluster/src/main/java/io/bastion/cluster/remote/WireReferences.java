package io.bastion.cluster.remote;

import io.bastion.actor.ActorRef;
import io.bastion.cluster.codec.References;
import io.bastion.cluster.link.NodeId;
import io.netty.buffer.ByteBuf;
import org.jspecify.annotations.Nullable;

/**
 * References in messages between this node and another: whose number, the number, the box if that is another one, and the path of an
 * actor. For one thread.
 */
final class WireReferences implements References {
    /** The number is one of who writes, of who reads, or of another node. */
    private static final int MINE = 0;

    private static final int YOURS = 1;
    private static final int OF_ANOTHER = 2;
    private static final int WHOSE = 3;

    private static final int WITH_BOX = 4;
    private static final int WITH_PATH = 8;

    private static final String SCHEME = "bastion://";

    private final Peer peer;
    private long replyBox;

    WireReferences(Peer peer) {
        this.peer = peer;
    }

    NodeId peer() {
        return peer.node;
    }

    /**
     * References for replies in the next message are of the box of the actor that gets it, so that its reply comes the same way as
     * the news of its end.
     */
    void replyAs(long box) {
        replyBox = box;
    }

    @Override
    public void write(ActorRef<?> reference, ByteBuf out) {
        if (reference instanceof RemoteRef<?> remote && remote.remoting == peer.remoting) {
            NodeId node = remote.node;
            if (node.equals(peer.node)) {
                write(YOURS, remote.id, remote.box, null, out);
            } else if (node.equals(peer.remoting.self())) {
                write(MINE, remote.id, remote.box, remote.treePath, out);
            } else {
                writeOfAnother(remote, out);
            }
        } else if (reference instanceof RemoteRef<?> remote) { // of a former incarnation of this node
            writeOfAnother(remote, out);
        } else {
            Exports.Export export = peer.remoting.exports.export(reference);
            if (Exports.isReply(export.id())) {
                write(MINE, export.id(), replyBox, null, out);
            } else {
                write(MINE, export.id(), export.box(), treePath(reference.path()), out);
            }
        }
    }

    private static void writeOfAnother(RemoteRef<?> remote, ByteBuf out) {
        write(OF_ANOTHER, remote.id, remote.box, remote.treePath, out);
        Wire.writeString(out, remote.node.host());
        Wire.writeNumber(out, remote.node.port());
        out.writeLong(remote.node.uid());
    }

    private static void write(int whose, long id, long box, @Nullable String path, ByteBuf out) {
        out.writeByte(whose | (box == id ? 0 : WITH_BOX) | (path == null ? 0 : WITH_PATH));
        Wire.writeNumber(out, id);
        if (box != id) {
            Wire.writeNumber(out, box);
        }
        if (path != null) {
            Wire.writeString(out, path);
        }
    }

    @Override
    public ActorRef<?> read(ByteBuf in) {
        int flags = Wire.readByte(in);
        long id = Wire.readNumber(in);
        long box = (flags & WITH_BOX) == 0 ? id : Wire.readNumber(in);
        String path = (flags & WITH_PATH) == 0 ? null : Wire.readString(in);
        return switch (flags & WHOSE) {
            case MINE -> new RemoteRef<>(peer.remoting, peer.node, id, box, path);
            case YOURS -> peer.remoting.home(id);
            case OF_ANOTHER -> readOfAnother(id, box, path, in);
            default -> throw new IllegalArgumentException("reference: " + flags + " (expected: whose it is)");
        };
    }

    private ActorRef<?> readOfAnother(long id, long box, @Nullable String path, ByteBuf in) {
        String host = Wire.readString(in);
        long port = Wire.readNumber(in);
        if (port < 0 || port > 0xFFFF || in.readableBytes() < Long.BYTES) {
            throw new IllegalArgumentException("reference: no node (expected: host, port and uid)");
        }
        NodeId node = new NodeId(host, (int) port, in.readLong());
        return node.equals(peer.remoting.self())
                ? peer.remoting.home(id)
                : new RemoteRef<>(peer.remoting, node, id, box, path);
    }

    /** A path without what all have; null if there is nothing in it. */
    static @Nullable String treePath(String path) {
        return path.startsWith(SCHEME) ? path.substring(SCHEME.length()) : null;
    }

    /** The path of an actor elsewhere. */
    static String path(NodeId node, @Nullable String treePath, long id) {
        if (treePath == null) {
            return SCHEME + node.address() + "/#" + Long.toUnsignedString(id, 36);
        }
        int slash = treePath.indexOf('/');
        return slash < 0
                ? SCHEME + treePath + "@" + node.address()
                : SCHEME + treePath.substring(0, slash) + "@" + node.address() + treePath.substring(slash);
    }
}
