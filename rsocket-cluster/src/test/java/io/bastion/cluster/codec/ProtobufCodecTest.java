package io.bastion.cluster.codec;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import com.google.protobuf.Struct;
import com.google.protobuf.Timestamp;
import com.google.protobuf.Value;
import io.netty.buffer.ByteBuf;
import io.netty.buffer.Unpooled;
import java.util.Random;
import org.junit.jupiter.api.Test;

class ProtobufCodecTest {
    private final TestReferences references = new TestReferences();
    private final MessageTypes types = register();

    private static MessageTypes register() {
        MessageCodec protobuf = new ProtobufCodec();
        return MessageTypes.builder()
                .register("struct", Struct.class, protobuf)
                .register("timestamp", Timestamp.class, protobuf)
                .register(Shop.class) // by the default codec
                .build();
    }

    @Test
    void messages_ofProtobufAndOfTheDefaultCodec_liveSideBySide() {
        Struct struct = Struct.newBuilder()
                .putFields("shoe", Value.newBuilder().setNumberValue(9.99).build())
                .build();
        ByteBuf bytes = Unpooled.buffer();
        for (Object message :
                new Object[] {struct, Timestamp.newBuilder().setSeconds(1).build(), new Shop.Open()}) {
            types.encode(message, bytes, references);
            assertThat(types.decode(bytes, references)).isEqualTo(message);
        }
        assertThat(types.codecs()).containsExactly("cbor", "protobuf");
    }

    @Test
    void truncatedMessage_isRefused() {
        ByteBuf bytes = Unpooled.buffer();
        types.encode(Timestamp.newBuilder().setSeconds(Long.MAX_VALUE).build(), bytes, references);
        assertThatThrownBy(() -> types.decode(bytes.slice(0, bytes.readableBytes() - 1), references))
                .isInstanceOf(DecodeException.class);
    }

    @Test
    void randomBytes_areReadOrRefused() {
        Random random = new Random(1);
        ByteBuf number = Unpooled.buffer();
        types.encode(Struct.getDefaultInstance(), number, references);
        for (int i = 0; i < 2_000; i++) {
            byte[] garbage = new byte[random.nextInt(60)];
            random.nextBytes(garbage);
            try {
                types.decode(Unpooled.wrappedBuffer(number.slice(0, 4), Unpooled.wrappedBuffer(garbage)), references);
            } catch (DecodeException e) {
                assertThat(e).hasMessageStartingWith("struct");
            }
        }
    }
}
