package io.bastion.cluster.membership;

import io.bastion.cluster.link.NodeId;
import io.netty.buffer.ByteBuf;
import io.netty.buffer.Unpooled;
import io.scalecube.cluster.Member;
import io.scalecube.cluster.fdetector.FailureDetectorImpl;
import io.scalecube.cluster.gossip.GossipProtocolImpl;
import io.scalecube.cluster.membership.MembershipProtocolImpl;
import io.scalecube.cluster.metadata.MetadataStoreImpl;
import io.scalecube.cluster.transport.api.Message;
import java.io.IOException;
import java.util.Map;
import java.util.regex.Matcher;
import java.util.regex.Pattern;

/** scalecube's messages as bytes. */
final class EngineCodec {
    private static final Pattern ADDRESS = Pattern.compile("(.+):(\\d{1,5})");

    /** What a message of a qualifier carries; scalecube casts without looking. */
    private static final Map<String, Kind> CONTENT = Map.of(
            FailureDetectorImpl.PING, Kind.PING,
            FailureDetectorImpl.PING_REQ, Kind.PING,
            FailureDetectorImpl.PING_ACK, Kind.PING,
            MembershipProtocolImpl.SYNC, Kind.SYNC,
            MembershipProtocolImpl.SYNC_ACK, Kind.SYNC,
            GossipProtocolImpl.GOSSIP_REQ, Kind.GOSSIP_REQUEST,
            MetadataStoreImpl.GET_METADATA_REQ, Kind.METADATA_REQUEST,
            MetadataStoreImpl.GET_METADATA_RESP, Kind.METADATA_RESPONSE,
            MembershipProtocolImpl.MEMBERSHIP_GOSSIP, Kind.RECORD);

    private EngineCodec() {}

    static void encode(Message message, ByteBuf out) throws IOException {
        EngineOutput.write(message, out);
    }

    /**
     * Reads a message.
     *
     * @param sender the address of the node that it has come from
     * @throws IOException if that is none, or none of that node's
     */
    static Message decode(ByteBuf in, String sender) throws IOException {
        Message message = EngineInput.read(in);
        if (!sender.equals(message.sender())) {
            throw new IOException("sender: " + message.sender() + " (expected: " + sender + ")");
        }
        Object content = message.data();
        String qualifier = message.qualifier();
        if (qualifier == null || content == null || CONTENT.get(qualifier) != Kind.of(content)) {
            throw new IOException("content: " + content + " (expected: that of " + qualifier + ")");
        }
        return message;
    }

    /** Asks its receiver for its full list: a list of nobody. */
    static Message emptySync(String sender) {
        ByteBuf empty = Unpooled.buffer(64);
        try {
            empty.writeInt(2); // headers, of which each is a name and a value
            EngineOutput.writeHeader(empty, Message.HEADER_QUALIFIER, MembershipProtocolImpl.SYNC);
            EngineOutput.writeHeader(empty, Message.HEADER_SENDER, sender);
            empty.writeByte(Kind.SYNC.code()).writeInt(0);
            return decode(empty, sender);
        } catch (IOException e) {
            throw new IllegalStateException(e);
        } finally {
            empty.release();
        }
    }

    static String id(NodeId node) {
        return Long.toUnsignedString(node.uid(), 36);
    }

    /**
     * The incarnation that a member stands for.
     *
     * @throws IllegalArgumentException if it stands for none
     */
    static NodeId node(Member member) {
        Matcher address = ADDRESS.matcher(member.address());
        if (!address.matches()) {
            throw new IllegalArgumentException("address: " + member.address() + " (expected: host:port)");
        }
        long uid = Long.parseUnsignedLong(member.id(), 36);
        return new NodeId(address.group(1), Integer.parseInt(address.group(2)), uid);
    }
}
