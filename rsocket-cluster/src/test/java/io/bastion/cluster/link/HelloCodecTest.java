package io.bastion.cluster.link;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import io.bastion.cluster.link.LinkRejectedException.Code;
import io.netty.buffer.ByteBuf;
import io.netty.buffer.Unpooled;
import io.netty.handler.codec.CorruptedFrameException;
import java.util.List;
import org.junit.jupiter.api.Test;

class HelloCodecTest {
    private static final Hello HELLO =
            new Hello("käse", new NodeId("host.example", 65_535, -7), 12, 1, 3, 64, List.of("cbor", "fory"));

    private static ByteBuf written(Hello hello) {
        ByteBuf bytes = Unpooled.buffer();
        HelloCodec.write(hello, bytes);
        return bytes;
    }

    @Test
    void introduction_isReadAsItWasWritten_andWhatALaterVersionAddsIsPassedOver() {
        assertThat(HelloCodec.readHello(written(HELLO))).isEqualTo(HELLO);
        assertThat(HelloCodec.readHello(written(HELLO).writeLong(1))).isEqualTo(HELLO);
    }

    @Test
    void introduction_thatIsCutOff_isRefused() {
        ByteBuf bytes = written(HELLO);
        for (int i = 0; i < bytes.readableBytes(); i++) {
            ByteBuf part = bytes.slice(0, i);
            assertThatThrownBy(() -> HelloCodec.readHello(part)).isInstanceOf(CorruptedFrameException.class);
        }
    }

    @Test
    void refusal_isReadAsItWasWritten() {
        ByteBuf bytes = Unpooled.buffer();
        HelloCodec.write(new Verdict.Rejected(Code.BURIED, "was removed"), bytes);
        assertThat(HelloCodec.readVerdict(bytes)).isEqualTo(new Verdict.Rejected(Code.BURIED, "was removed"));
        assertThatThrownBy(() -> HelloCodec.readHello(bytes.readerIndex(0)))
                .isInstanceOf(CorruptedFrameException.class);
    }

    @Test
    void field_thatIsTooLong_isRefusedByItsWriter() {
        Hello hello = new Hello("c".repeat(256), HELLO.source(), 0, 1, 1, 1, List.of());
        assertThatThrownBy(() -> written(hello))
                .isInstanceOf(IllegalArgumentException.class)
                .hasMessageContaining("cluster: 256 bytes");
    }
}
