package io.bastion.cluster.codec;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import io.netty.buffer.ByteBuf;
import io.netty.buffer.ByteBufUtil;
import io.netty.buffer.Unpooled;
import java.util.Random;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;

class ForyCodecTest extends CodecContract {
    record Anything(Object value) {}

    record Unknown(int number) {}

    @Override
    MessageCodec codec() {
        return new ForyCodec();
    }

    @Test
    void codecs_areFory_andCborForTheTypesThatAreAlwaysThere() {
        assertThat(builder().register(Shop.class).build().codecs()).containsExactly("cbor", "fory");
    }

    @Test
    void openField_takesWhatIsRegisteredAndNothingElse() {
        MessageTypes types =
                builder().register(Anything.class).register(Shop.Open.class).build();
        Anything open = new Anything(new Shop.Open());
        assertThat(roundTrip(types, open, Unpooled.buffer())).isEqualTo(open);
        assertThatThrownBy(() -> types.encode(new Anything(new Unknown(1)), Unpooled.buffer(), references))
                .isInstanceOf(EncodeException.class);

        MessageTypes sender =
                builder().register(Anything.class).register(Unknown.class).build();
        ByteBuf bytes = Unpooled.buffer();
        sender.encode(new Anything(new Unknown(1)), bytes, references);
        assertThatThrownBy(() -> types.decode(bytes, references)).isInstanceOf(DecodeException.class);
    }

    @Test
    void codecWithoutTypes_writesNothing() {
        assertThatThrownBy(() -> codec().encode("text", Unpooled.buffer(), references))
                .isInstanceOf(IllegalStateException.class);
    }

    @ParameterizedTest
    @ValueSource(longs = {1, 2})
    void mutatedMessages_areReadOrRefused(long seed) {
        System.out.println("seed " + seed);
        Random random = new Random(seed);
        MessageTypes types = builder().register(Shop.class).build();
        RandomShop shop = new RandomShop(seed, references.any());
        int refused = 0;
        for (int i = 0; i < 2_000; i++) {
            ByteBuf out = Unpooled.buffer();
            types.encode(shop.message(2), out, references);
            byte[] bytes = ByteBufUtil.getBytes(out);
            for (int changes = 1 + random.nextInt(3); changes > 0; changes--) {
                bytes[4 + random.nextInt(bytes.length - 4)] ^= (byte) (1 << random.nextInt(8));
            }
            try {
                types.decode(Unpooled.wrappedBuffer(bytes), references);
            } catch (DecodeException e) {
                refused++;
            }
        }
        assertThat(refused).isBetween(500, 1_999);
    }
}
