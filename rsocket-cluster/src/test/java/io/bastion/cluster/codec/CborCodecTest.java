package io.bastion.cluster.codec;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import com.fasterxml.jackson.annotation.JsonTypeInfo;
import io.netty.buffer.ByteBuf;
import io.netty.buffer.ByteBufUtil;
import io.netty.buffer.Unpooled;
import java.math.BigDecimal;
import java.math.BigInteger;
import java.nio.charset.StandardCharsets;
import java.time.Duration;
import java.time.Instant;
import java.util.List;
import java.util.Random;
import java.util.UUID;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.MethodSource;
import org.junit.jupiter.params.provider.ValueSource;
import tools.jackson.databind.PropertyNamingStrategies;
import tools.jackson.dataformat.cbor.CBORMapper;

class CborCodecTest extends CodecContract {
    record ByClassName(
            @JsonTypeInfo(use = JsonTypeInfo.Id.CLASS) Object value) {}

    record WithSealed(Shop.Payment payment) {}

    record Total(int first, int second) {
        public int getTotal() {
            return first + second;
        }
    }

    record LongName(int longName) {}

    static List<Object> values() {
        return List.of(
                "text",
                "",
                "\ud83d\ude00",
                true,
                'c',
                (byte) -1,
                (short) -300,
                70_000,
                Long.MIN_VALUE,
                1.5f,
                Double.NaN,
                Math.PI,
                new BigInteger("-123456789012345678901234567890"),
                new BigDecimal("-0.000000000000000000000000001"),
                UUID.fromString("123e4567-e89b-12d3-a456-426614174000"),
                Instant.ofEpochSecond(1, 123_456_789),
                Duration.ofNanos(Long.MIN_VALUE),
                new byte[] {1, 2, 3},
                new byte[0]);
    }

    @Override
    MessageCodec codec() {
        return new CborCodec();
    }

    @ParameterizedTest
    @MethodSource("values")
    void value_thatIsAlwaysRegistered_comesBackEqual(Object value) {
        assertThat(roundTrip(value, Unpooled.buffer())).isEqualTo(value);
    }

    @ParameterizedTest
    @ValueSource(ints = {0, 1, 23, 24, 255, 256, 65_535, 65_536})
    void bytesAlone_areAsJacksonWritesThem_andComeBack(int length) throws Exception {
        byte[] value = new byte[length];
        new Random(length).nextBytes(value);
        ByteBuf written = Unpooled.buffer();
        codec().encode(value, written, references);

        assertThat(ByteBufUtil.getBytes(written)).isEqualTo(new CBORMapper().writeValueAsBytes(value));
        assertThat(codec().decode(byte[].class, written, references)).isEqualTo(value);
        assertThat(written.isReadable()).isFalse();
    }

    @ParameterizedTest
    @ValueSource(
            strings = {
                "",
                "40ff",
                "42ff",
                "43ffff",
                "58",
                "5801",
                "59ff",
                "5900",
                "5a7fffffff00",
                "5affffffff00",
                "5b0000000000000000ff"
            })
    void bytesAlone_withAnotherLengthThanIsSaid_areRefused(String hex) {
        assertThatThrownBy(() -> codec().decode(
                                byte[].class, Unpooled.wrappedBuffer(ByteBufUtil.decodeHexDump(hex)), references))
                .isInstanceOf(Exception.class);
    }

    @Test
    void bytesAlone_inPieces_areReadToo() throws Exception {
        byte[] pieces = ByteBufUtil.decodeHexDump("5f41014102ff");

        assertThat(codec().decode(byte[].class, Unpooled.wrappedBuffer(pieces), references))
                .isEqualTo(new byte[] {1, 2});
    }

    @Test
    void fieldOfASealedType_carriesTheRegisteredName() {
        MessageTypes types = builder()
                .register(WithSealed.class)
                .register("cash", Shop.Payment.Cash.class)
                .build();
        ByteBuf bytes = Unpooled.buffer();
        types.encode(new WithSealed(new Shop.Payment.Cash()), bytes, references);
        types.encode(new WithSealed(new Shop.Payment.Invoice("x")), bytes, references);

        assertThat(bytes.toString(StandardCharsets.ISO_8859_1))
                .contains("dcash")
                .contains("shop.payment.invoice")
                .doesNotContain("Cash", "Invoice", "io.bastion");
    }

    @Test
    void annotationThatAsksForNamesOfClasses_isRefused() {
        assertThatThrownBy(() -> builder().register(ByClassName.class).build())
                .isInstanceOf(IllegalArgumentException.class)
                .hasMessageContaining(ByClassName.class.getName());
    }

    @Test
    void methodOfARecord_isNoProperty() {
        ByteBuf bytes = Unpooled.buffer();
        builder().register(Total.class).build().encode(new Total(1, 2), bytes, references);
        assertThat(bytes.toString(StandardCharsets.ISO_8859_1))
                .contains("first")
                .doesNotContain("total");
    }

    @Test
    void customizedMapper_isUsed() {
        MessageTypes types = MessageTypes.builder()
                .defaultCodec(
                        new CborCodec(mapper -> mapper.propertyNamingStrategy(PropertyNamingStrategies.KEBAB_CASE)))
                .register(LongName.class)
                .build();
        ByteBuf bytes = Unpooled.buffer();
        types.encode(new LongName(1), bytes, references);
        assertThat(bytes.toString(StandardCharsets.ISO_8859_1)).contains("long-name");
        assertThat(types.decode(bytes, references)).isEqualTo(new LongName(1));
    }
}
