package io.bastion.testkit;

import io.bastion.actor.ActorRef;
import io.bastion.actor.ActorSpec;
import io.bastion.actor.Behavior;
import java.time.Duration;
import org.junit.jupiter.api.Test;
import reactor.core.publisher.Flux;

/** The examples of {@code docs/testing.md} for a verifier, and for a kit without the extension. */
class PriceTest {
    record GetPrice(ActorRef<Integer> replyTo) {}

    private static ActorSpec<GetPrice> stock() {
        return ActorSpec.of(
                "stock",
                () -> Behavior.receive((context, request) -> request.replyTo().tell(42)));
    }

    @Test
    @BastionTest
    void isAskedEverySecond(TestKit kit) {
        ActorRef<GetPrice> stock = kit.spawn(stock());
        Duration second = Duration.ofSeconds(1);

        kit.<Integer>verify(() -> Flux.interval(second).concatMap(tick -> stock.ask(GetPrice::new, second)))
                .expectSubscription()
                .expectNoEvent(Duration.ofMillis(999))
                .thenAwait(Duration.ofMillis(1))
                .expectNext(42)
                .thenAwait(second)
                .expectNext(42)
                .thenCancel()
                .verify(Duration.ofSeconds(10));
    }

    @Test
    void isToldOnRealWorkers() {
        try (TestKit kit = TestKit.concurrent(2)) {
            ActorRef<GetPrice> stock = kit.spawn(stock());
            Probe<Integer> buyer = kit.probe();
            stock.tell(new GetPrice(buyer.ref()));
            buyer.expect(42);
        }
    }
}
