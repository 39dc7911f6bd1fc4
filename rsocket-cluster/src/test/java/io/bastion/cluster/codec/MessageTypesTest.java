package io.bastion.cluster.codec;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import io.netty.buffer.ByteBuf;
import io.netty.buffer.Unpooled;
import java.nio.charset.StandardCharsets;
import java.util.List;
import java.util.function.Function;
import org.junit.jupiter.api.Test;

class MessageTypesTest {
    private final TestReferences references = new TestReferences();

    record Order(int number) {}

    record OtherOrder(int number) {}

    static class Animal {}

    static class Dog extends Animal {}

    sealed interface Open {
        non-sealed interface Anything extends Open {}
    }

    sealed interface Diamond {
        record Both() implements Diamond, OtherDiamond {}
    }

    sealed interface OtherDiamond {}

    /** As its field says; writes texts. */
    private record TextCodec(String id, Function<ByteBuf, Object> reader) implements MessageCodec {
        static final TextCodec NEVER_READS = new TextCodec("text", in -> {
            throw new AssertionError("read");
        });

        @Override
        public boolean canEncode(Class<?> type) {
            return type != Animal.class;
        }

        @Override
        public void encode(Object message, ByteBuf out, References references) {
            out.writeCharSequence(message.toString(), StandardCharsets.UTF_8);
            if (message.equals("fails")) {
                throw new StackOverflowError();
            }
        }

        @Override
        public Object decode(Class<?> type, ByteBuf in, References references) {
            return reader.apply(in);
        }
    }

    @Test
    void unregisteredClass_encoded_isRefusedWithAdvice_andNothingIsWritten() {
        MessageTypes types = MessageTypes.builder().build();
        ByteBuf out = Unpooled.buffer().writeByte(1);

        assertThat(types.knows(Order.class)).isFalse();
        assertThatThrownBy(() -> types.encode(new Order(1), out, references))
                .isInstanceOf(UnregisteredTypeException.class)
                .hasMessageContaining(Order.class.getName())
                .hasMessageContaining("register(Order.class)");
        assertThat(out.readableBytes()).isEqualTo(1);
    }

    @Test
    void subclassOfARegisteredClass_encoded_isRefused() {
        MessageTypes types = MessageTypes.builder().register(Animal.class).build();

        assertThat(types.knows(Animal.class)).isTrue();
        assertThat(types.knows(Dog.class)).isFalse();
        assertThatThrownBy(() -> types.encode(new Dog(), Unpooled.buffer(), references))
                .isInstanceOf(UnregisteredTypeException.class);
    }

    @Test
    void unknownNumber_decoded_isRefused() {
        MessageTypes types = MessageTypes.builder().build();

        assertThatThrownBy(() -> types.decode(Unpooled.buffer().writeInt(7).writeByte(1), references))
                .isInstanceOf(UnregisteredTypeException.class)
                .hasMessageContaining("0x7");
    }

    @Test
    void tooShortForANumber_decoded_isRefused() {
        MessageTypes types = MessageTypes.builder().build();

        assertThatThrownBy(() -> types.decode(Unpooled.buffer().writeMedium(1), references))
                .isInstanceOf(DecodeException.class);
    }

    @Test
    void numberOfAType_isTheChecksumOfItsNameAndCodec() {
        ByteBuf out = Unpooled.buffer();
        MessageTypes.builder().register(Shop.class).build().encode(new Shop.Open(), out, references);
        assertThat(out.readInt()).isEqualTo(0x5FF03E00); // crc32("shop.open/cbor")
    }

    @Test
    void endsWithOtherCodecsForAType_doNotReadEachOther() {
        ByteBuf out = Unpooled.buffer();
        MessageTypes.builder().register(Order.class).build().encode(new Order(1), out, references);
        MessageTypes other = MessageTypes.builder()
                .register(Order.class, TextCodec.NEVER_READS)
                .build();

        assertThatThrownBy(() -> other.decode(out, references)).isInstanceOf(UnregisteredTypeException.class);
    }

    @Test
    void namesWithTheSameNumber_areRefused() {
        MessageTypesBuilder types = MessageTypes.builder().register("plumless", Order.class);

        assertThat(types.build().knows(Order.class)).isTrue();
        assertThatThrownBy(() -> types.register("buckeroo", OtherOrder.class).build())
                .isInstanceOf(IllegalArgumentException.class)
                .hasMessageStartingWith("name: buckeroo")
                .hasMessageContaining("plumless");
    }

    @Test
    void classesWithTheSameName_areRefused() {
        MessageTypesBuilder types =
                MessageTypes.builder().register("order", Order.class).register("order", OtherOrder.class);

        assertThatThrownBy(types::build)
                .isInstanceOf(IllegalArgumentException.class)
                .hasMessageContaining(Order.class.getName())
                .hasMessageContaining(OtherOrder.class.getName());
    }

    @Test
    void sealedType_registersWhatItPermits() {
        MessageTypes types = MessageTypes.builder()
                .register(Shop.class)
                .register(Shop.Payment.class)
                .register(Diamond.class)
                .register(OtherDiamond.class)
                .build();

        assertThat(List.of(
                        Shop.Open.class,
                        Shop.Mode.class,
                        Shop.Mode.SALE.getClass(),
                        Shop.Batch.class,
                        Shop.Payment.Invoice.class,
                        Diamond.Both.class))
                .allMatch(types::knows);
        assertThat(List.of(Shop.class, Shop.Payment.Later.class, Object.class)).noneMatch(types::knows);
    }

    @Test
    void registeredByItself_isNotChangedByItsSealedType() {
        for (boolean first : new boolean[] {true, false}) {
            MessageTypesBuilder types = MessageTypes.builder();
            if (first) {
                types.register("o", Shop.Open.class).register(Shop.class);
            } else {
                types.register(Shop.class).register("o", Shop.Open.class);
            }
            ByteBuf out = Unpooled.buffer();
            types.build().encode(new Shop.Open(), out, references);

            MessageTypes reader =
                    MessageTypes.builder().register("o", Order.class).build();
            assertThat(reader.decode(out, references)).isEqualTo(new Order(0));
        }
    }

    @Test
    void typesWithoutInstances_areRefused() {
        for (Class<?> type : List.of(Runnable.class, Number.class, Object.class, int.class, void.class, Open.class)) {
            assertThatThrownBy(() -> MessageTypes.builder().register(type))
                    .isInstanceOf(IllegalArgumentException.class)
                    .hasMessageContaining(type.getName());
        }
        assertThatThrownBy(() -> MessageTypes.builder().register("shop", Shop.class))
                .isInstanceOf(IllegalArgumentException.class);
    }

    @Test
    void typeThatTheCodecCannotWrite_isRefused() {
        MessageTypesBuilder types = MessageTypes.builder().register(Animal.class, TextCodec.NEVER_READS);

        assertThatThrownBy(types::build)
                .isInstanceOf(IllegalArgumentException.class)
                .hasMessageContaining("text");
    }

    @Test
    void codecs_areThoseOfTheTypes() {
        assertThat(MessageTypes.builder().build().codecs()).containsExactly("cbor");
        assertThat(MessageTypes.builder()
                        .register(Order.class, TextCodec.NEVER_READS)
                        .build()
                        .codecs())
                .containsExactly("cbor", "text");
    }

    @Test
    void codecThatFails_leavesNothingWritten() {
        MessageTypes types = MessageTypes.builder()
                .register(String.class, TextCodec.NEVER_READS)
                .build();
        ByteBuf out = Unpooled.buffer().writeByte(1);

        assertThatThrownBy(() -> types.encode("fails", out, references))
                .isInstanceOf(EncodeException.class)
                .hasCauseInstanceOf(StackOverflowError.class);
        assertThat(out.readableBytes()).isEqualTo(1);
        types.encode("works", out, references);
        assertThat(out.readableBytes()).isEqualTo(1 + 4 + 5);
    }

    @Test
    @SuppressWarnings("NullAway") // codecs of others do what they do
    void codecThatReadsSomethingElse_isRefused() {
        List<Function<ByteBuf, Object>> readers = List.of(
                in -> {
                    throw new OutOfMemoryError("claimed");
                },
                in -> {
                    throw new ExceptionInInitializerError("broken");
                },
                in -> {
                    in.skipBytes(5);
                    return 7;
                },
                in -> {
                    in.skipBytes(5);
                    return null;
                },
                in -> "does not read it all");
        for (Function<ByteBuf, Object> reader : readers) {
            MessageTypes types = MessageTypes.builder()
                    .register(String.class, new TextCodec("text", reader))
                    .build();
            ByteBuf out = Unpooled.buffer();
            types.encode("works", out, references);

            assertThatThrownBy(() -> types.decode(out, references)).isInstanceOf(DecodeException.class);
        }
    }
}
