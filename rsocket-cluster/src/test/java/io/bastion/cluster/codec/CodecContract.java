package io.bastion.cluster.codec;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import io.bastion.actor.ActorRef;
import io.bastion.actor.ActorSpec;
import io.bastion.actor.ActorSystem;
import io.bastion.actor.Behavior;
import io.netty.buffer.ByteBuf;
import io.netty.buffer.PooledByteBufAllocator;
import io.netty.buffer.Unpooled;
import java.math.BigDecimal;
import java.time.Duration;
import java.time.Instant;
import java.time.LocalDate;
import java.time.ZoneId;
import java.time.ZonedDateTime;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.UUID;
import java.util.concurrent.Callable;
import java.util.concurrent.ExecutorService;
import java.util.concurrent.Executors;
import java.util.concurrent.Future;
import java.util.concurrent.TimeUnit;
import org.jspecify.annotations.Nullable;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;

/** What every codec for any type can do. */
abstract class CodecContract {
    record Times(Duration duration, Instant instant, LocalDate date, ZonedDateTime zoned) {}

    record Old(String name, int gone) {}

    record New(String name, @Nullable String added, int number, Optional<String> maybe, List<String> list) {}

    record OldWithReference(String name, int gone, ActorRef<Shop> from) {}

    record NewWithReference(ActorRef<Shop> from, int added, String name) {}

    record Strict(int positive) {
        Strict {
            if (positive == 13) {
                throw new IllegalArgumentException("positive: 13");
            }
        }
    }

    static class Node {
        int number;

        @Nullable Node next;

        public int getNumber() {
            return number;
        }

        public void setNumber(int number) {
            this.number = number;
        }

        public @Nullable Node getNext() {
            return next;
        }

        public void setNext(@Nullable Node next) {
            this.next = next;
        }
    }

    final TestReferences references = new TestReferences();

    abstract MessageCodec codec();

    final MessageTypesBuilder builder() {
        return MessageTypes.builder().defaultCodec(codec());
    }

    private final MessageTypes types = builder()
            .register(Shop.class)
            .register(Times.class)
            .register(Strict.class)
            .register(Node.class)
            .build();

    @ParameterizedTest
    @ValueSource(longs = {1, 2, 3})
    void randomMessages_comeBackEqual(long seed) {
        System.out.println("seed " + seed);
        RandomShop shop = new RandomShop(seed, references.any());
        ByteBuf direct = PooledByteBufAllocator.DEFAULT.directBuffer();
        for (int i = 0; i < 500; i++) {
            Shop message = shop.message(4);
            assertThat(roundTrip(message, Unpooled.buffer())).isEqualTo(message);
            assertThat(roundTrip(message, direct.clear())).isEqualTo(message);
        }
        direct.release();
    }

    @Test
    void times_comeBackEqual() {
        Times times = new Times(
                Duration.ofNanos(Long.MIN_VALUE),
                Instant.parse("1815-12-10T01:02:03.000000004Z"),
                LocalDate.of(2024, 2, 29),
                ZonedDateTime.of(2024, 3, 31, 2, 30, 0, 1, ZoneId.of("Europe/Paris")));
        assertThat(roundTrip(times, Unpooled.buffer())).isEqualTo(times);
    }

    @Test
    void reference_ofAnActor_comesBackAsItself() {
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

    @Test
    void referenceThatNobodyCanReach_isNotWritten() {
        Shop.PlaceOrder order = new Shop.PlaceOrder(
                UUID.randomUUID(), List.of(), Optional.empty(), new Shop.Payment.Cash(), references.any());
        References none = new TestReferences() {
            @Override
            public void write(ActorRef<?> reference, ByteBuf out) {
                throw new IllegalArgumentException("not here");
            }
        };
        assertThatThrownBy(() -> types.encode(order, Unpooled.buffer(), none))
                .isInstanceOf(EncodeException.class)
                .hasMessageContaining("not here");
    }

    @Test
    void fieldsThatTheOtherVersionHasNot_arePassedOver_andMissingOnesAreNothing() {
        MessageTypes old = builder().register("order", Old.class).build();
        MessageTypes now = builder().register("order", New.class).build();
        ByteBuf bytes = Unpooled.buffer();

        old.encode(new Old("shoe", 7), bytes, references);
        New read = (New) now.decode(bytes, references);
        assertThat(read.name()).isEqualTo("shoe");
        assertThat(read.added()).isNull();
        assertThat(read.number()).isZero();

        now.encode(new New("lace", "x", 1, Optional.of("y"), List.of("z")), bytes, references);
        assertThat(old.decode(bytes, references)).isEqualTo(new Old("lace", 0));
    }

    @Test
    void fieldsOfARecordWithReferences_areByName() {
        MessageTypes old = builder().register("order", OldWithReference.class).build();
        MessageTypes now = builder().register("order", NewWithReference.class).build();
        ActorRef<Shop> from = references.any();
        ByteBuf bytes = Unpooled.buffer();

        old.encode(new OldWithReference("shoe", 7, from), bytes, references);
        assertThat(now.decode(bytes, references)).isEqualTo(new NewWithReference(from, 0, "shoe"));
        now.encode(new NewWithReference(from, 1, "lace"), bytes, references);
        assertThat(old.decode(bytes, references)).isEqualTo(new OldWithReference("lace", 0, from));
    }

    @Test
    void constructorThatRefuses_isADecodeException() {
        MessageTypes lax =
                builder().register("codec-contract.strict", Lax.class).build();
        ByteBuf bytes = Unpooled.buffer();
        lax.encode(new Lax(13), bytes, references);
        assertThatThrownBy(() -> types.decode(bytes, references)).isInstanceOf(DecodeException.class);
    }

    record Lax(int positive) {}

    @Test
    void circle_isNotWritten() {
        Node node = new Node();
        node.next = node;
        ByteBuf bytes = Unpooled.buffer();
        assertThatThrownBy(() -> types.encode(node, bytes, references)).isInstanceOf(EncodeException.class);
        assertThat(bytes.isReadable()).isFalse();
        node.next = null;
        assertThat(roundTrip(node, bytes)).isInstanceOf(Node.class);
    }

    @Test
    void manyThreads_doNotDisturbEachOther() throws Exception {
        ExecutorService threads = Executors.newFixedThreadPool(4);
        try {
            List<Callable<Boolean>> tasks = new ArrayList<>();
            for (long seed = 1; seed <= 8; seed++) {
                RandomShop shop = new RandomShop(seed, references.any());
                TestReferences own = new TestReferences();
                tasks.add(() -> {
                    for (int i = 0; i < 300; i++) {
                        Shop message = shop.message(3);
                        ByteBuf bytes = Unpooled.buffer();
                        types.encode(message, bytes, own);
                        assertThat(types.decode(bytes, own)).isEqualTo(message);
                    }
                    return true;
                });
            }
            for (Future<Boolean> task : threads.invokeAll(tasks, 60, TimeUnit.SECONDS)) {
                assertThat(task.get()).isTrue();
            }
        } finally {
            threads.shutdownNow();
        }
    }

    @Test
    void receipt_takesFewBytes() {
        ByteBuf bytes = Unpooled.buffer();
        types.encode(
                new Shop.Receipt(new UUID(1, 2), Instant.EPOCH, Duration.ofSeconds(1), new BigDecimal("9.99")),
                bytes,
                references);
        types.encode(new Shop.Batch(List.of(), Map.of()), bytes, references);
        assertThat(bytes.readableBytes()).isLessThan(300);
    }

    final Object roundTrip(Object message, ByteBuf bytes) {
        return roundTrip(types, message, bytes);
    }

    final Object roundTrip(MessageTypes types, Object message, ByteBuf bytes) {
        types.encode(message, bytes, references);
        Object read = types.decode(bytes, references);
        assertThat(bytes.isReadable()).isFalse();
        return read;
    }
}
