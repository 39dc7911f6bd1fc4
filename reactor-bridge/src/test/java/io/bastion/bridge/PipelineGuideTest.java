package io.bastion.bridge;

import static org.assertj.core.api.Assertions.assertThat;

import io.bastion.actor.ActorSystem;
import io.bastion.actor.SupervisorSpec;
import io.bastion.supervision.Backoff;
import io.bastion.supervision.Directive;
import io.bastion.supervision.Restart;
import io.bastion.supervision.Strategy;
import io.bastion.testkit.BastionTest;
import io.bastion.testkit.TestKit;
import java.io.IOException;
import java.time.Duration;
import java.util.ArrayList;
import java.util.List;
import org.junit.jupiter.api.Test;
import reactor.core.publisher.Flux;
import reactor.test.subscriber.TestSubscriber;

/** The snippets of the guide to pipelines. */
@BastionTest
class PipelineGuideTest {
    /** A price at a time. */
    record Tick(long number, int price) {}

    /** Somewhere far away: the line breaks after each third tick, until the bell at the twelfth. */
    private static final class Exchange {
        private int subscriptions;

        Flux<Tick> ticks() {
            return ticksAfter(3L * subscriptions - 1);
        }

        Flux<Tick> ticksAfter(long number) {
            subscriptions++;
            Flux<Tick> some = Flux.range((int) number + 1, 3).map(n -> new Tick(n, 100 + n));
            return number >= 8 ? some : some.concatWith(Flux.error(new IOException("line is down")));
        }
    }

    /** Where ticks are kept. */
    private static final class Ledger {
        private final List<Long> numbers = new ArrayList<>();

        void add(Tick tick) {
            numbers.add(tick.number());
        }
    }

    private final Exchange exchange = new Exchange();
    private final Ledger ledger = new Ledger();

    @Test
    void threeLines(TestKit kit) {
        ActorSystem system = kit.system();
        Flux<Tick> ticks = Pipelines.supervise("ticks", () -> exchange.ticks()).cold(system);
        ticks.subscribe(tick -> ledger.add(tick));
        kit.rest();
        kit.advanceBy(Duration.ofSeconds(1));
        assertThat(ledger.numbers).containsExactly(0L, 1L, 2L, 3L, 4L, 5L, 6L, 7L, 8L, 9L, 10L, 11L);
    }

    @Test
    void settings(TestKit kit) {
        PipelineSpec<Tick> ticks = Pipelines.supervise("ticks", () -> exchange.ticks())
                .restart(Restart.transientOnFailure()
                        .backoff(Backoff.exponential(Duration.ofMillis(50), Duration.ofSeconds(5)))
                        .on(IllegalStateException.class, Directive.STOP))
                .budget(20, Duration.ofMinutes(1));
        TestSubscriber<Tick> consumer = TestSubscriber.create();
        ticks.cold(kit.system()).take(9).subscribe(consumer);
        kit.rest();
        kit.advanceBy(Duration.ofSeconds(1));
        assertThat(consumer.getReceivedOnNext()).hasSize(9);
    }

    @Test
    void point(TestKit kit) {
        ActorSystem system = kit.system();
        Flux<Tick> ticks = Pipelines.supervise(
                        "ticks", -1L, last -> exchange.ticksAfter(last), (last, tick) -> tick.number())
                .cold(system);
        TestSubscriber<Tick> consumer = TestSubscriber.create();
        ticks.take(5).subscribe(consumer);
        kit.rest();
        kit.advanceBy(Duration.ofSeconds(1));
        assertThat(consumer.getReceivedOnNext().stream().map(Tick::number)).containsExactly(0L, 1L, 2L, 3L, 4L);
    }

    @Test
    void hot(TestKit kit) {
        ActorSystem system = kit.system();
        Pipeline<Tick> ticks = Pipelines.supervise("ticks", () -> exchange.ticks())
                .pace(Pace.SOURCE)
                .hot(system);
        ticks.flux().subscribe(ledger::add);
        kit.rest();
        kit.advanceBy(Duration.ofMillis(200));
        assertThat(ledger.numbers).startsWith(0L, 1L, 2L, 3L, 4L, 5L);
        ticks.stop();
        kit.rest();
    }

    @Test
    void tree(TestKit kit) {
        ActorSystem system = kit.system();
        Pipeline<Tick> ticks =
                Pipelines.supervise("ticks", () -> exchange.ticks()).hot();
        Pipeline<Integer> prices = Pipelines.supervise(
                        "prices", () -> ticks.flux().map(Tick::price))
                .hot();
        system.supervise(SupervisorSpec.named("feeds")
                .strategy(Strategy.REST_FOR_ONE)
                .child(ticks.toSpec())
                .child(prices.toSpec()));
        TestSubscriber<Integer> consumer = TestSubscriber.create();
        prices.flux().subscribe(consumer);
        kit.rest();
        kit.advanceBy(Duration.ofMillis(200));
        assertThat(consumer.getReceivedOnNext()).startsWith(100, 101, 102, 103, 104, 105);
    }
}
