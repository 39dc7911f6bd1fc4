package io.bastion.cluster.codec;

import static org.assertj.core.api.Assertions.assertThat;

import io.bastion.actor.ActorRef;
import io.bastion.actor.ActorSpec;
import io.bastion.actor.ActorSystem;
import io.bastion.actor.Behavior;
import io.netty.buffer.ByteBuf;
import io.netty.buffer.PooledByteBufAllocator;
import io.netty.buffer.Unpooled;
import java.math.BigDecimal;
import java.math.BigInteger;
import java.time.Duration;
import java.time.Instant;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.UUID;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.MethodSource;

class CborCodecTest {
    private static final MessageTypes TYPES =
            MessageTypes.builder().register(Shop.class).build();
    private final TestReferences references = new TestReferences();

    static List<Object> values() {
        return List.of(
                "text",
                true,
                'c',
                (byte) -1,
                (short) -300,
                70_000,
                Long.MIN_VALUE,
                1.5f,
                Double.NaN,
                Math.PI,
                new BigInteger("123456789012345678901234567890"),
                new BigDecimal("-0.000000000000000000000000001"),
                UUID.fromString("123e4567-e89b-12d3-a456-426614174000"),
                Instant.ofEpochSecond(1, 123_456_789),
                Duration.ofNanos(Long.MIN_VALUE),
                new byte[] {1, 2, 3},
                "",
                "\ud83d\ude00",
                new byte[0],
                new Shop.Open(),
                Shop.Mode.NORMAL,
                Shop.Mode.SALE,
                new Shop.Batch(
                        List.of(new Shop.Open(), Shop.Mode.SALE, new Shop.Batch(List.of(), Map.of())),
                        Map.of(
                                "a",
                                new Shop.Payment.Cash(),
                                "b",
                                new Shop.Payment.Card("1", 2),
                                "c",
                                new Shop.Payment.Invoice("d"))));
    }

    @ParameterizedTest
    @MethodSource("values")
    void value_roundTrip_isEqual(Object value) {
        assertThat(roundTrip(value, Unpooled.buffer())).isEqualTo(value);
        ByteBuf direct = PooledByteBufAllocator.DEFAULT.directBuffer();
        assertThat(roundTrip(value, direct)).isEqualTo(value);
        direct.release();
    }

    @Test
    void reference_inAMessage_comesBackAsItself() {
        try (ActorSystem system = ActorSystem.create("codec")) {
            ActorRef<Shop.Receipt> replyTo =
                    system.spawn(ActorSpec.of("r", () -> Behavior.receive((context, message) -> {})));
            Shop.PlaceOrder order = new Shop.PlaceOrder(
                    UUID.randomUUID(),
                    List.of(new Shop.Line("shoe", 2, 9.99, new Shop.Line("lace", 1, 0, null))),
                    Optional.of("quick"),
                    new Shop.Payment.Card("1234", 5),
                    replyTo);
            assertThat(roundTrip(order, Unpooled.buffer())).isEqualTo(order);
            assertThat(roundTrip(replyTo, Unpooled.buffer())).isSameAs(replyTo);
        }
    }

    private Object roundTrip(Object message, ByteBuf bytes) {
        TYPES.encode(message, bytes, references);
        Object read = TYPES.decode(bytes, references);
        assertThat(bytes.isReadable()).isFalse();
        return read;
    }
}
