package io.bastion.bridge;

import static org.assertj.core.api.Assertions.assertThat;

import io.bastion.actor.ActorRef;
import io.bastion.actor.ActorSpec;
import io.bastion.actor.ActorSystem;
import io.bastion.actor.Behavior;
import io.bastion.actor.GroupSpec;
import io.bastion.actor.SupervisorRef;
import io.bastion.actor.TreeEvent;
import io.bastion.mailbox.Mailbox;
import io.bastion.supervision.Backoff;
import io.bastion.supervision.Restart;
import io.bastion.testkit.BastionTest;
import io.bastion.testkit.TestKit;
import java.time.Duration;
import java.util.ArrayList;
import java.util.List;
import org.junit.jupiter.api.Test;
import reactor.core.publisher.Flux;
import reactor.core.publisher.Mono;

/** The snippets of docs/reactor-bridge.md about actors as streams; each is run, and what the text says about it is checked. */
@BastionTest
class StreamsGuideTest {
    record Square(int number, ActorRef<Integer> replyTo) {}

    private static ActorRef<Square> calculator(TestKit kit) {
        return kit.spawn(ActorSpec.of(
                "calculator",
                () -> Behavior.receive(
                        (context, question) -> question.replyTo().tell(question.number() * question.number()))));
    }

    @Test
    void parser(TestKit kit, ActorSystem system) {
        List<Integer> numbers = new ArrayList<>();
        List<String> ends = new ArrayList<>();
        ActorProcessor<String, Integer> parser =
                ActorStreams.processor("parser", (context, in) -> in.map(Integer::parseInt), system::spawn);

        Flux.just("1", "2", "three", "4").subscribe(parser);
        parser.flux().doOnComplete(() -> ends.add("complete")).subscribe(numbers::add);

        kit.rest();
        assertThat(numbers).containsExactly(1, 2, 4);
        assertThat(ends).containsExactly("complete");
        assertThat(kit.stats().failed()).isEqualTo(1);
    }

    @Test
    void settings(TestKit kit, ActorSystem system) {
        ActorProcessor<String, Integer> parser = ActorStreams.processor(
                "parser",
                (context, in) -> in.map(Integer::parseInt),
                spec -> system.spawn(spec.mailbox(Mailbox.bounded(64))
                        .restart(Restart.transientOnFailure().backoff(Backoff.constant(Duration.ofMillis(100))))));
        Flux.just("1", "two", "3").subscribe(parser);
        kit.<Integer>verify(parser::flux)
                .expectNext(1)
                .thenAwait(Duration.ofMillis(100))
                .expectNext(3)
                .verifyComplete();
    }

    @Test
    void subscriber(TestKit kit) {
        List<Integer> handled = new ArrayList<>();
        ActorRef<Integer> collector =
                kit.spawn(ActorSpec.of("collector", () -> Behavior.receive((context, n) -> handled.add(n))));
        ActorSubscriber<Integer> end = ActorStreams.subscriber(collector);
        Flux.range(1, 1_000).subscribe(end);
        Mono<Void> done = end.whenDone();

        kit.result(done);
        kit.rest();
        assertThat(handled).hasSize(1_000);
    }

    @Test
    void asking(TestKit kit) {
        ActorRef<Square> calculator = calculator(kit);
        Flux<Integer> squares =
                Flux.range(1, 1_000).transform(ActorStreams.askEach(calculator, Square::new, Duration.ofSeconds(1)));
        assertThat(kit.result(squares.take(3).collectList())).containsExactly(1, 4, 9);

        AskEach<Integer, Integer> ask = ActorStreams.askEach(calculator, Square::new, Duration.ofSeconds(1));
        Flux<Integer> asTheyCome =
                Flux.range(1, 1_000).transform(ask.concurrency(16).unordered());
        assertThat(kit.result(asTheyCome.collectList())).hasSize(1_000);
    }

    @Test
    void telling(TestKit kit) {
        List<String> written = new ArrayList<>();
        ActorRef<String> audit =
                kit.spawn(ActorSpec.of("audit", () -> Behavior.receive((context, order) -> written.add(order))));
        Flux<String> orders = Flux.just("tea", "coffee");
        Flux<String> audited = orders.transform(ActorStreams.tellEach(audit));

        assertThat(kit.result(audited.collectList())).containsExactly("tea", "coffee");
        kit.rest();
        assertThat(written).containsExactly("tea", "coffee");
    }

    @Test
    void events(TestKit kit, ActorSystem system) {
        List<Throwable> failures = new ArrayList<>();
        ActorRef<String> parser =
                kit.spawn(ActorSpec.of("parser", () -> Behavior.receive((context, text) -> Integer.parseInt(text))));
        system.events(parser).ofType(TreeEvent.Failed.class).subscribe(failed -> failures.add(failed.cause()));

        List<TreeEvent> seen = new ArrayList<>();
        SupervisorRef workers = system.supervise(GroupSpec.of(
                "workers", 2, ActorSpec.<String>of("worker", () -> Behavior.receive((context, job) -> {}))));
        workers.events().subscribe(seen::add);

        kit.rest();
        parser.tell("x");
        kit.rest();
        assertThat(failures).hasSize(1).first().isInstanceOf(NumberFormatException.class);
        assertThat(seen).hasSize(3).allMatch(event -> event instanceof TreeEvent.Started);
    }
}
