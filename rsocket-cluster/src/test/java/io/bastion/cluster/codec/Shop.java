package io.bastion.cluster.codec;

import io.bastion.actor.ActorRef;
import java.math.BigDecimal;
import java.time.Duration;
import java.time.Instant;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.UUID;
import org.jspecify.annotations.Nullable;

/** What the actors of a shop tell each other. */
sealed interface Shop {
    record Open() implements Shop {}

    record PlaceOrder(UUID id, List<Line> lines, Optional<String> note, Payment payment, ActorRef<Receipt> replyTo)
            implements Shop {}

    record Receipt(UUID id, Instant at, Duration within, BigDecimal total) implements Shop {}

    record Batch(List<Shop> messages, Map<String, Payment> payments) implements Shop {}

    enum Mode implements Shop {
        NORMAL,
        SALE {
            @Override
            int discount() {
                return 10;
            }
        };

        int discount() {
            return 0;
        }
    }

    record Line(
            String article,
            int pieces,
            double price,
            @Nullable Line gift) {}

    sealed interface Payment {
        record Cash() implements Payment {}

        record Card(String number, long until) implements Payment {}

        sealed interface Later extends Payment {}

        record Invoice(String address) implements Later {}
    }
}
