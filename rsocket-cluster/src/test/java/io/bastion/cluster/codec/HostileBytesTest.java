package io.bastion.cluster.codec;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import com.sun.management.ThreadMXBean;
import io.bastion.actor.ActorRef;
import io.netty.buffer.ByteBuf;
import io.netty.buffer.ByteBufUtil;
import io.netty.buffer.PooledByteBufAllocator;
import io.netty.buffer.Unpooled;
import java.lang.management.ManagementFactory;
import java.math.BigDecimal;
import java.math.BigInteger;
import java.nio.charset.StandardCharsets;
import java.time.Duration;
import java.time.Instant;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.HexFormat;
import java.util.List;
import java.util.Optional;
import java.util.Random;
import java.util.UUID;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;

class HostileBytesTest {
    private static final ThreadMXBean THREADS = (ThreadMXBean) ManagementFactory.getThreadMXBean();
    private static final int ROUNDS = 4_000;

    private static boolean canaryTouched;

    record Numbers(int i, long l, double d, BigInteger big, BigDecimal decimal, Duration duration, Instant instant) {}

    record Anything(Object value, List<Object> values, byte[] bytes, int[] ints, String text) {}

    private final TestReferences references = new TestReferences();
    private final MessageTypes types = MessageTypes.builder()
            .register(Shop.class)
            .register(Numbers.class)
            .register(Anything.class)
            .build();

    @ParameterizedTest
    @ValueSource(longs = {1, 2, 3})
    void mutatedMessages_areReadOrRefused(long seed) {
        System.out.println("seed " + seed);
        Random random = new Random(seed);
        List<byte[]> recorded = recorded(seed);
        int refused = 0;
        for (int i = 0; i < ROUNDS; i++) {
            byte[] bytes = recorded.get(random.nextInt(recorded.size())).clone();
            for (int changes = 1 + random.nextInt(3); changes > 0; changes--) {
                // Mostly not the number of the type, after which nothing would be read.
                int at = Math.min(bytes.length - 1, random.nextInt(20) == 0 ? 0 : 4 + random.nextInt(bytes.length));
                switch (random.nextInt(4)) {
                    case 0 -> bytes[at] = (byte) random.nextInt();
                    case 1 -> bytes[at] ^= (byte) (1 << random.nextInt(8));
                    case 2 -> bytes = Arrays.copyOf(bytes, Math.max(1, at));
                    default -> {
                        byte[] other = recorded.get(random.nextInt(recorded.size()));
                        int length = Math.min(random.nextInt(8), Math.min(bytes.length - at, other.length));
                        System.arraycopy(other, other.length - length, bytes, at, length);
                    }
                }
            }
            refused += refused(bytes) ? 1 : 0;
        }
        assertThat(refused).isBetween(ROUNDS / 4, ROUNDS - 1);
    }

    @ParameterizedTest
    @ValueSource(longs = {4, 5})
    void randomBytes_areReadOrRefused(long seed) {
        System.out.println("seed " + seed);
        Random random = new Random(seed);
        List<byte[]> recorded = recorded(seed);
        for (int i = 0; i < ROUNDS; i++) {
            byte[] bytes = new byte[4 + random.nextInt(100)];
            random.nextBytes(bytes);
            System.arraycopy(recorded.get(random.nextInt(recorded.size())), 0, bytes, 0, 4);
            refused(bytes);
        }
    }

    @Test
    void claimedLengths_takeNoMemory() {
        for (String length : List.of(
                "7f ff ff ff ff ff ff ff",
                "00 00 00 00 7f ff ff ff",
                "00 00 00 00 3f ff ff ff",
                "ff ff ff ff ff ff ff ff")) {
            for (String major : List.of("5b", "7b", "9b", "bb", "c2 5b", "c3 5b", "c4 82 01 c2 5b")) {
                everywhere(major + length + "00 00");
            }
        }
    }

    @Test
    void exponents_takeNoTime() {
        for (String exponent : List.of(
                "1a 3f ff ff ff",
                "1a 7f ff ff ff",
                "3a 7f ff ff ff",
                "19 ff ff",
                "39 ff ff",
                "1b 7f ff ff ff ff ff ff ff")) {
            everywhere("c4 82" + exponent + "01");
            everywhere("c4 82" + exponent + "c2 48 ff ff ff ff ff ff ff ff");
        }
        for (String text : List.of(
                "1e1000000000", "1e-1000000000", "1e99999", "PT1e9S", "P99999999999999999999D", "9".repeat(100_000))) {
            everywhere(text(text));
        }
    }

    @Test
    void hugeNumbersAndManyNames_takeNoTime() {
        for (String tag : List.of("c2", "c3", "c4 82 01 c2", "")) {
            everywhere(tag + "5a 00 01 86 a0" + "77".repeat(100_000));
            everywhere(tag + "5f" + "41 77".repeat(50_000) + "ff");
        }
        StringBuilder names = new StringBuilder("bf");
        for (int i = 0; i < 20_000; i++) {
            names.append("64")
                    .append(HexFormat.of().toHexDigits(0x41414141 + i))
                    .append("f6");
        }
        everywhere(names + "ff");
        everywhere("9f" + "c4 82 19 ff ff 01".repeat(20_000) + "ff");
    }

    @Test
    void deepNesting_isRefused() {
        for (String opening :
                List.of("9f", "81", "bf 61 61", "a1 61 61", "c0", "d8 20", "61 61 c0 c0 c0 c0", "5f", "7f")) {
            everywhere(opening.repeat(20_000));
        }
        assertThat(refused(message(
                        Shop.Batch.class,
                        "a1" + text("messages")
                                + ("81 82" + text("shop.batch") + "a1" + text("messages")).repeat(50_000))))
                .isTrue();
        Shop.Line line = new Shop.Line("", 0, 0, null);
        for (int i = 0; i < 100_000; i++) {
            line = new Shop.Line("", 0, 0, line);
        }
        Shop.PlaceOrder order = new Shop.PlaceOrder(
                UUID.randomUUID(), List.of(line), Optional.empty(), new Shop.Payment.Cash(), references.any());
        assertThatThrownBy(() -> types.encode(order, Unpooled.buffer(), references))
                .isInstanceOf(EncodeException.class);
    }

    @Test
    void namesOfClasses_areNotLookedUp() {
        for (String name :
                List.of("java.lang.ProcessBuilder", Canary.class.getName(), Shop.Payment.Cash.class.getName())) {
            assertThat(refused(message(Shop.Batch.class, "a1" + text("payments") + "a1 61 61 82" + text(name) + "a0")))
                    .isTrue();
            refused(message(Anything.class, "a1" + text("value") + "82" + text(name) + "a0"));
            refused(message(Anything.class, "a1" + text("value") + "a1" + text("@class") + text(name)));
        }
        assertThat(canaryTouched).isFalse();
    }

    /** Bytes as the value of each field, and as each message. */
    private void everywhere(String hex) {
        for (String field : List.of("i", "l", "d", "big", "decimal", "duration", "instant")) {
            refused(message(Numbers.class, "bf" + text(field) + hex + "ff"));
        }
        for (String field : List.of("value", "values", "bytes", "ints", "text", "unknown")) {
            refused(message(Anything.class, "bf" + text(field) + hex + "ff"));
        }
        for (Class<?> type : List.of(
                Numbers.class,
                Anything.class,
                Shop.Mode.class,
                String.class,
                Integer.class,
                Double.class,
                BigDecimal.class,
                BigInteger.class,
                byte[].class,
                UUID.class,
                Instant.class,
                Duration.class,
                Character.class,
                ActorRef.class)) {
            refused(message(type, hex));
        }
    }

    private byte[] message(Class<?> type, String hex) {
        ByteBuf bytes = Unpooled.buffer();
        bytes.writeInt(
                RegisteredType.of(type == byte[].class ? "bytes" : WireNames.byDefault(type), type, new CborCodec())
                        .id());
        bytes.writeBytes(HexFormat.of().parseHex(hex.replace(" ", "")));
        return ByteBufUtil.getBytes(bytes);
    }

    private static String text(String text) {
        return "7a" + HexFormat.of().toHexDigits(text.length())
                + HexFormat.of().formatHex(text.getBytes(StandardCharsets.US_ASCII));
    }

    private boolean refused(byte[] bytes) {
        ByteBuf heap = Unpooled.wrappedBuffer(bytes);
        ByteBuf direct =
                PooledByteBufAllocator.DEFAULT.directBuffer(bytes.length).writeBytes(bytes);
        try {
            boolean refused = refused(heap, bytes);
            assertThat(refused(direct, bytes)).isEqualTo(refused);
            return refused;
        } finally {
            direct.release();
        }
    }

    private boolean refused(ByteBuf in, byte[] bytes) {
        long before = THREADS.getCurrentThreadAllocatedBytes();
        long start = THREADS.getCurrentThreadCpuTime(); // the machine may be busy with something else
        boolean refused = false;
        try {
            types.decode(in, references);
        } catch (DecodeException | UnregisteredTypeException e) {
            refused = true;
        }
        long allocated = THREADS.getCurrentThreadAllocatedBytes() - before;
        assertThat(allocated).as(() -> hex(bytes)).isLessThan(4_000_000 + 200L * bytes.length);
        assertThat(Duration.ofNanos(THREADS.getCurrentThreadCpuTime() - start))
                .as(() -> hex(bytes))
                .isLessThan(Duration.ofSeconds(5));
        return refused;
    }

    private static String hex(byte[] bytes) {
        return HexFormat.of().formatHex(bytes, 0, Math.min(200, bytes.length));
    }

    private List<byte[]> recorded(long seed) {
        List<byte[]> recorded = new ArrayList<>();
        RandomShop shop = new RandomShop(seed, references.any());
        for (int i = 0; i < 200; i++) {
            ByteBuf out = Unpooled.buffer();
            types.encode(shop.message(2), out, references);
            recorded.add(ByteBufUtil.getBytes(out));
        }
        return recorded;
    }

    /** Tells when it is initialized. */
    static final class Canary {
        static {
            canaryTouched = true;
        }

        private Canary() {}
    }
}
