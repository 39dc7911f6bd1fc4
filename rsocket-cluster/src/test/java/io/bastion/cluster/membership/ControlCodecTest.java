package io.bastion.cluster.membership;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import io.bastion.cluster.link.Link;
import io.bastion.cluster.link.NodeId;
import io.bastion.cluster.membership.Tombstones.Tombstone;
import io.netty.buffer.ByteBuf;
import io.netty.buffer.Unpooled;
import java.io.IOException;
import java.nio.ByteBuffer;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import java.util.Random;
import java.util.Set;
import org.junit.jupiter.api.Test;

class ControlCodecTest {
    @Test
    void tombstones_asManyAsThereCanBe_areReadAsTheyWereWritten() throws IOException {
        List<Tombstone> tombstones = new ArrayList<>();
        List<Removal> removals = List.of(Removal.values());
        for (int i = 0; i < Tombstones.CAPACITY; i++) {
            tombstones.add(
                    new Tombstone(new NodeId("host-" + i + ".example.org", 65_535 - i, -1L - i), removals.get(i % 3)));
        }
        List<Tombstone> read = new ArrayList<>();
        for (ByteBuf push : ControlCodec.tombstones(tombstones)) {
            assertThat(push.readableBytes()).isLessThanOrEqualTo(Link.MAX_PUSH);
            assertThat(push.readByte()).isEqualTo(PushType.TOMBSTONES);
            read.addAll(ControlCodec.readTombstones(push));
        }
        assertThat(read).isEqualTo(tombstones);
    }

    @Test
    void tombstones_areAnyBytes_areReadOrRefused() {
        Random random = new Random(7);
        for (int i = 0; i < 20_000; i++) {
            byte[] bytes = new byte[random.nextInt(64)];
            random.nextBytes(bytes);
            try {
                ControlCodec.readTombstones(Unpooled.wrappedBuffer(bytes));
            } catch (IOException expected) {
                // and nothing else
            }
        }
    }

    @Test
    void peer_isReadAsItWasWritten() throws IOException {
        NodeId node = new NodeId("h", 1, 2);
        Peer peer = new Peer(node, "näme", Set.of("a", "b"), Map.of("k", "v"));
        assertThat(PeerCodec.read(node, ByteBuffer.wrap(PeerCodec.write(peer)))).isEqualTo(peer);
    }

    @Test
    void peer_isCutOff_isRefused() {
        NodeId node = new NodeId("h", 1, 2);
        byte[] bytes = PeerCodec.write(new Peer(node, "n", Set.of("a"), Map.of("k", "v")));
        for (int length = 0; length < bytes.length; length++) {
            ByteBuffer some = ByteBuffer.wrap(bytes, 0, length);
            assertThatThrownBy(() -> PeerCodec.read(node, some)).isInstanceOf(IOException.class);
        }
    }

    @Test
    void peer_isTooLong_isNotWritten() {
        Peer peer = new Peer(new NodeId("h", 1, 2), "n", Set.of(), Map.of("k", "v".repeat(9_000)));
        assertThatThrownBy(() -> PeerCodec.write(peer))
                .isInstanceOf(IllegalArgumentException.class)
                .hasMessageContaining("(expected: 8192 at most)");
    }
}
