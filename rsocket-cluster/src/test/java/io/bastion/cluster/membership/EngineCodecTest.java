package io.bastion.cluster.membership;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import io.netty.buffer.ByteBuf;
import io.netty.buffer.Unpooled;
import io.scalecube.cluster.Member;
import io.scalecube.cluster.fdetector.FailureDetectorImpl;
import io.scalecube.cluster.membership.MembershipProtocolImpl;
import io.scalecube.cluster.transport.api.Message;
import java.io.Externalizable;
import java.io.IOException;
import java.io.Serializable;
import java.lang.reflect.Constructor;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.List;
import java.util.Random;
import org.junit.jupiter.api.Test;

class EngineCodecTest {
    private static final String SENDER = "a:1";
    private static final Member A = new Member("1a", "a", SENDER, "default");
    private static final Member B = new Member("2b", "b", "b:2", "default");

    @Test
    void messages_ofAllKinds_areReadAsTheyWereWritten() throws Exception {
        for (Message message : messages()) {
            ByteBuf bytes = encode(message);
            assertThat(EngineCodec.decode(bytes, SENDER)).hasToString(message.toString());
        }
    }

    @Test
    void bytes_areAnything_areReadOrRefused() throws Exception {
        long seed = Long.getLong("bastion.seed", System.nanoTime());
        Random random = new Random(seed);
        List<ByteBuf> samples = new ArrayList<>();
        for (Message message : messages()) {
            samples.add(encode(message));
        }
        int read = 0;
        for (int i = 0; i < 100_000; i++) {
            ByteBuf bytes = samples.get(random.nextInt(samples.size())).copy();
            int changes = 1 + random.nextInt(4);
            for (int c = 0; c < changes; c++) {
                bytes.setByte(random.nextInt(bytes.readableBytes()), random.nextInt());
            }
            if (random.nextInt(4) == 0) {
                bytes.writerIndex(random.nextInt(bytes.readableBytes()));
            }
            try {
                EngineCodec.decode(bytes, SENDER);
                read++;
            } catch (IOException expected) {
                // and nothing else
            } catch (Throwable e) {
                throw new AssertionError("-Dbastion.seed=" + seed, e);
            }
        }
        assertThat(read).isPositive();
    }

    @Test
    void numberOfElements_isHuge_isRefusedBeforeThereIsRoomForThem() {
        ByteBuf bytes = header(FailureDetectorImpl.PING);
        bytes.writeByte(Kind.SYNC.code()).writeInt(Integer.MAX_VALUE);
        assertThatThrownBy(() -> EngineCodec.decode(bytes, SENDER))
                .isInstanceOf(IOException.class)
                .hasMessageContaining("number in SYNC: 2147483647");
    }

    @Test
    void gossip_isInAGossip_isRefused() {
        ByteBuf bytes = header("sc/gossip/req");
        bytes.writeByte(Kind.GOSSIP_REQUEST.code()).writeInt(1).writeByte(Kind.GOSSIP.code());
        text(bytes, "1a");
        bytes.writeByte(Kind.MESSAGE.code()).writeInt(0).writeByte(Kind.GOSSIP_REQUEST.code());
        assertThatThrownBy(() -> EngineCodec.decode(bytes, SENDER))
                .isInstanceOf(IOException.class)
                .hasMessageContaining("object 0 in MESSAGE: GOSSIP_REQUEST");
    }

    @Test
    void sender_isAnotherNode_isRefused() throws Exception {
        ByteBuf bytes = encode(messages().get(0));
        assertThatThrownBy(() -> EngineCodec.decode(bytes, "evil:1")).hasMessageContaining("sender: a:1");
    }

    @Test
    void content_isNotThatOfTheQualifier_isRefused() throws Exception {
        Message message = Message.with(messages().get(0))
                .qualifier(MembershipProtocolImpl.SYNC)
                .build();
        ByteBuf bytes = encode(message);
        assertThatThrownBy(() -> EngineCodec.decode(bytes, SENDER)).hasMessageContaining("content: ");
    }

    @Test
    void message_carriesAnythingElse_isNotWritten() {
        Message message =
                Message.builder().qualifier("q").data(new Serializable() {}).build();
        assertThatThrownBy(() -> EngineCodec.encode(message, Unpooled.buffer()))
                .isInstanceOf(IllegalArgumentException.class);
    }

    private static ByteBuf header(String qualifier) {
        ByteBuf bytes = Unpooled.buffer().writeInt(2);
        text(bytes, Message.HEADER_QUALIFIER);
        text(bytes.writeByte(Kind.TEXT.code()), qualifier);
        text(bytes, Message.HEADER_SENDER);
        text(bytes.writeByte(Kind.TEXT.code()), SENDER);
        return bytes;
    }

    private static void text(ByteBuf bytes, String ascii) {
        bytes.writeShort(ascii.length()).writeBytes(ascii.getBytes(java.nio.charset.StandardCharsets.US_ASCII));
    }

    private static ByteBuf encode(Message message) throws IOException {
        ByteBuf bytes = Unpooled.buffer();
        EngineCodec.encode(message, bytes);
        return bytes;
    }

    private static List<Message> messages() throws Exception {
        Object alive =
                Class.forName("io.scalecube.cluster.membership.MemberStatus").getEnumConstants()[0];
        Object record = create("membership.MembershipRecord", A, alive, 3);
        Object gossip = create("gossip.Gossip", "1a", message("sc/membership/gossip", record), 7L);
        return List.of(
                message(FailureDetectorImpl.PING, create("fdetector.PingData", A, B)),
                message(FailureDetectorImpl.PING_REQ, create("fdetector.PingData", A, B, A)),
                message(MembershipProtocolImpl.SYNC, create("membership.SyncData", List.of(record, record))),
                message("sc/gossip/req", create("gossip.GossipRequest", gossip, "1a")),
                message("sc/metadata/req", create("metadata.GetMetadataRequest", A)),
                message(
                        "sc/metadata/resp",
                        create("metadata.GetMetadataResponse", A, java.nio.ByteBuffer.wrap(new byte[] {1, 2}))));
    }

    private static Message message(String qualifier, Object data) {
        return Message.withData(data)
                .qualifier(qualifier)
                .correlationId("c")
                .sender(SENDER)
                .build();
    }

    private static Externalizable create(String name, Object... arguments) throws Exception {
        for (Constructor<?> constructor :
                Class.forName("io.scalecube.cluster." + name).getDeclaredConstructors()) {
            constructor.setAccessible(true);
            if (constructor.getParameterCount() == arguments.length) {
                try {
                    return (Externalizable) constructor.newInstance(arguments);
                } catch (IllegalArgumentException e) {
                    // of another one with as many
                }
            }
        }
        throw new AssertionError(name + Arrays.toString(arguments));
    }
}
