package io.bastion.cluster.membership;

import io.bastion.cluster.link.NodeId;
import io.scalecube.cluster.metadata.MetadataCodec;
import java.io.ByteArrayInputStream;
import java.io.ByteArrayOutputStream;
import java.io.DataInputStream;
import java.io.DataOutputStream;
import java.io.IOException;
import java.io.UncheckedIOException;
import java.nio.ByteBuffer;
import java.util.HashMap;
import java.util.HashSet;
import java.util.Map;
import java.util.Set;

/** How a node describes itself, as bytes. */
final class PeerCodec implements MetadataCodec {
    /** How long a description may be; it has to fit into a push with what is around it. */
    static final int MAX_BYTES = 8 * 1024;

    private final byte[] self;

    /**
     * One that writes this node's description.
     *
     * @throws IllegalArgumentException if that is too long
     */
    PeerCodec(Peer self) {
        this.self = write(self);
    }

    static byte[] write(Peer peer) {
        ByteArrayOutputStream bytes = new ByteArrayOutputStream();
        try (DataOutputStream out = new DataOutputStream(bytes)) {
            out.writeUTF(peer.name());
            out.writeShort(peer.roles().size());
            for (String role : peer.roles()) {
                out.writeUTF(role);
            }
            out.writeShort(peer.metadata().size());
            for (Map.Entry<String, String> entry : peer.metadata().entrySet()) {
                out.writeUTF(entry.getKey());
                out.writeUTF(entry.getValue());
            }
        } catch (IOException e) {
            throw new UncheckedIOException(e);
        }
        if (bytes.size() > MAX_BYTES) {
            throw new IllegalArgumentException(
                    "metadata: " + bytes.size() + " bytes with name and roles (expected: " + MAX_BYTES + " at most)");
        }
        return bytes.toByteArray();
    }

    /**
     * Reads a description.
     *
     * @throws IOException if that is none
     */
    static Peer read(NodeId node, ByteBuffer description) throws IOException {
        byte[] bytes = new byte[description.remaining()];
        description.duplicate().get(bytes);
        try (DataInputStream in = new DataInputStream(new ByteArrayInputStream(bytes))) {
            String name = in.readUTF();
            Set<String> roles = new HashSet<>();
            for (int i = in.readUnsignedShort(); i > 0; i--) {
                roles.add(in.readUTF());
            }
            Map<String, String> metadata = new HashMap<>();
            for (int i = in.readUnsignedShort(); i > 0; i--) {
                metadata.put(in.readUTF(), in.readUTF());
            }
            return new Peer(node, name, roles, metadata);
        }
    }

    @Override
    public ByteBuffer serialize(Object metadata) {
        return ByteBuffer.wrap(self.clone());
    }

    @Override
    public Object deserialize(ByteBuffer buffer) {
        throw new UnsupportedOperationException();
    }
}
