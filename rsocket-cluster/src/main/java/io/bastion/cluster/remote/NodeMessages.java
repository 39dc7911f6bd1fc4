package io.bastion.cluster.remote;

import io.bastion.actor.ActorRef;
import io.bastion.cluster.codec.MessageTypes;
import io.bastion.cluster.remote.NodeMessage.Change;
import io.bastion.cluster.remote.NodeMessage.Joined;
import io.bastion.cluster.remote.NodeMessage.Left;
import io.bastion.cluster.remote.NodeMessage.Load;
import io.bastion.cluster.remote.NodeMessage.LoadQuery;
import io.bastion.cluster.remote.NodeMessage.Members;
import io.bastion.cluster.remote.NodeMessage.NotSpawned;
import io.bastion.cluster.remote.NodeMessage.Spawn;
import io.bastion.cluster.remote.NodeMessage.Spawned;
import io.bastion.cluster.remote.NodeMessage.ToNode;
import io.netty.buffer.ByteBuf;
import java.util.ArrayList;
import java.util.List;

/** Messages as bytes: those of the application by their registered types, those between nodes, which may have such in them, here. */
final class NodeMessages {
    /** In place of the number of a type. */
    private static final int BETWEEN_NODES = 0;

    private static final int SPAWN = 1;
    private static final int SPAWNED = 2;
    private static final int NOT_SPAWNED = 3;
    private static final int TO_NODE = 4;
    private static final int MEMBERS = 5;
    private static final int LOAD_QUERY = 6;
    private static final int LOAD = 7;
    private static final int MAX_CHANGES = 1_000_000;

    private final MessageTypes types;

    NodeMessages(MessageTypes types) {
        this.types = types;
    }

    /** Refuses what cannot be written. */
    void check(Object message) {
        if (message instanceof Spawn spawn) {
            types.check(spawn.argument());
        } else if (message instanceof ToNode toNode) {
            types.check(toNode.message());
        } else if (!(message instanceof NodeMessage)) {
            types.check(message);
        }
    }

    void encode(Object message, ByteBuf out, WireReferences references) {
        if (message instanceof NodeMessage own) {
            out.writeInt(BETWEEN_NODES);
            write(own, out, references);
        } else {
            types.encode(message, out, references);
        }
    }

    private void write(NodeMessage message, ByteBuf out, WireReferences references) {
        if (message instanceof Spawn spawn) {
            out.writeByte(SPAWN);
            references.write(spawn.replyTo(), out);
            Wire.writeString(out, spawn.specification());
            types.encode(spawn.argument(), out, references);
        } else if (message instanceof Spawned spawned) {
            out.writeByte(SPAWNED);
            references.write(spawned.actor(), out);
        } else if (message instanceof NotSpawned not) {
            out.writeByte(NOT_SPAWNED);
            Wire.writeString(out, Wire.shortened(not.reason()));
        } else if (message instanceof LoadQuery query) {
            out.writeByte(LOAD_QUERY);
            references.write(query.replyTo(), out);
        } else if (message instanceof Load load) {
            out.writeByte(LOAD);
            Wire.writeNumber(out, load.actors());
        } else if (message instanceof ToNode toNode) {
            out.writeByte(TO_NODE);
            types.encode(toNode.message(), out, references);
        } else if (message instanceof Members members) {
            out.writeByte(MEMBERS);
            out.writeBoolean(members.whole());
            Wire.writeNumber(out, members.changes().size());
            for (Change change : members.changes()) {
                Wire.writeString(out, change.group());
                Wire.writeNumber(out, change.number());
                out.writeBoolean(change instanceof Joined);
                if (change instanceof Joined joined) {
                    references.write(joined.member(), out);
                }
            }
        }
    }

    /** Throws a {@code CodecException} or an {@code IllegalArgumentException} for what is no message. */
    Object decode(ByteBuf in, WireReferences references) {
        if (in.readableBytes() < Integer.BYTES || in.getInt(in.readerIndex()) != BETWEEN_NODES) {
            return types.decode(in, references);
        }
        in.skipBytes(Integer.BYTES);
        byte kind = Wire.readByte(in);
        return switch (kind) {
            case SPAWN -> readSpawn(in, references);
            case SPAWNED -> new Spawned(references.read(in));
            case NOT_SPAWNED -> new NotSpawned(Wire.readString(in));
            case TO_NODE -> new ToNode(references.peer(), types.decode(in, references));
            case MEMBERS -> readMembers(in, references);
            case LOAD_QUERY -> new LoadQuery(readReplyTo(in, references));
            case LOAD -> new Load(Wire.readNumber(in));
            default -> throw new IllegalArgumentException("node message: " + kind + " (expected: 1 to 7)");
        };
    }

    @SuppressWarnings("unchecked") // it takes these, or fails
    private static ActorRef<NodeMessage> readReplyTo(ByteBuf in, WireReferences references) {
        return (ActorRef<NodeMessage>) references.read(in);
    }

    private Spawn readSpawn(ByteBuf in, WireReferences references) {
        ActorRef<NodeMessage> replyTo = readReplyTo(in, references);
        return new Spawn(Wire.readString(in), types.decode(in, references), replyTo);
    }

    private static Members readMembers(ByteBuf in, WireReferences references) {
        boolean whole = Wire.readByte(in) != 0;
        long size = Wire.readNumber(in);
        if (size < 0 || size > MAX_CHANGES) {
            throw new IllegalArgumentException("members: " + size + " (expected: <= " + MAX_CHANGES + ")");
        }
        List<Change> changes = new ArrayList<>();
        for (long i = 0; i < size; i++) {
            String group = Wire.readString(in);
            long number = Wire.readNumber(in);
            boolean joined = Wire.readByte(in) != 0;
            changes.add(joined ? new Joined(group, number, references.read(in)) : new Left(group, number));
        }
        return new Members(references.peer(), whole, changes);
    }
}
