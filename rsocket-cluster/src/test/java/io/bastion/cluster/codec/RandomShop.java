package io.bastion.cluster.codec;

import io.bastion.actor.ActorRef;
import java.math.BigDecimal;
import java.math.BigInteger;
import java.time.Duration;
import java.time.Instant;
import java.util.ArrayList;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.Random;
import java.util.UUID;
import java.util.function.Supplier;

/** Messages as a seed has them. */
final class RandomShop {
    private final Random random;
    private final ActorRef<Shop.Receipt> replyTo;

    RandomShop(long seed, ActorRef<Shop.Receipt> replyTo) {
        random = new Random(seed);
        this.replyTo = replyTo;
    }

    Shop message(int depth) {
        return switch (random.nextInt(depth > 0 ? 6 : 5)) {
            case 0 -> new Shop.Open();
            case 1 -> Shop.Mode.values()[random.nextInt(2)];
            case 2 -> receipt();
            case 3, 4 ->
                new Shop.PlaceOrder(
                        uuid(),
                        list(() -> line(3)),
                        random.nextBoolean() ? Optional.empty() : Optional.of(text()),
                        payment(),
                        replyTo);
            default -> batch(depth);
        };
    }

    private Shop batch(int depth) {
        Map<String, Shop.Payment> payments = new HashMap<>();
        for (int i = random.nextInt(4); i > 0; i--) {
            payments.put(text(), payment());
        }
        return new Shop.Batch(list(() -> message(depth - 1)), payments);
    }

    private Shop receipt() {
        return new Shop.Receipt(
                uuid(),
                Instant.ofEpochSecond(random.nextInt(), random.nextInt(1_000_000_000)),
                Duration.ofNanos(random.nextLong()),
                new BigDecimal(new BigInteger(random.nextInt(200), random), random.nextInt(40) - 20));
    }

    private Shop.Line line(int depth) {
        return new Shop.Line(
                text(),
                random.nextInt(),
                random.nextDouble(),
                depth == 0 || random.nextBoolean() ? null : line(depth - 1));
    }

    private Shop.Payment payment() {
        return switch (random.nextInt(3)) {
            case 0 -> new Shop.Payment.Cash();
            case 1 -> new Shop.Payment.Card(text(), random.nextLong());
            default -> new Shop.Payment.Invoice(text());
        };
    }

    private <T> List<T> list(Supplier<T> element) {
        List<T> list = new ArrayList<>();
        for (int i = random.nextInt(5); i > 0; i--) {
            list.add(element.get());
        }
        return list;
    }

    private String text() {
        return random.ints(random.nextInt(30), 0, 0x11000)
                .filter(c -> c < 0xd800 || c > 0xdfff)
                .collect(StringBuilder::new, StringBuilder::appendCodePoint, StringBuilder::append)
                .toString();
    }

    private UUID uuid() {
        return new UUID(random.nextLong(), random.nextLong());
    }
}
