package io.bastion.examples;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import io.bastion.actor.ActorContext;
import io.bastion.actor.ActorRef;
import io.bastion.actor.ActorSpec;
import io.bastion.actor.ActorSystem;
import io.bastion.actor.AskTimeoutException;
import io.bastion.actor.Behavior;
import io.bastion.actor.DeadLetter;
import io.bastion.actor.MessageStats;
import io.bastion.actor.Placement;
import io.bastion.actor.TellResult;
import io.bastion.actor.TerminationReason;
import io.bastion.mailbox.Mailbox;
import io.bastion.mailbox.Overflow;
import io.bastion.scheduler.NumaTopology;
import io.bastion.supervision.Restart;
import java.time.Duration;
import java.util.List;
import java.util.Locale;
import java.util.Map;
import java.util.Objects;
import java.util.Queue;
import java.util.concurrent.ConcurrentHashMap;
import java.util.concurrent.ConcurrentLinkedQueue;
import java.util.concurrent.CountDownLatch;
import org.jspecify.annotations.Nullable;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.Timeout;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;
import reactor.core.publisher.Flux;
import reactor.core.publisher.Mono;
import reactor.core.publisher.Sinks;

/** The snippets of docs/core.md that no example program has; each is run, and what the text says about it is checked. */
@Timeout(60)
class CoreGuideTest {
    private final ActorSystem system = ActorSystem.create("guide");

    @AfterEach
    void close() {
        system.close();
    }

    @Test
    void handler() {
        Queue<String> printed = new ConcurrentLinkedQueue<>();
        Behavior<String> handler = Behavior.receive((context, word) -> printed.add(word.toUpperCase(Locale.ROOT)));
        finish(handler, List.of("one", "two"));
        assertThat(printed).containsExactly("ONE", "TWO");
    }

    @Test
    void asynchronousHandler() {
        Map<Integer, String> cache = new ConcurrentHashMap<>();
        Behavior<Integer> loader =
                Behavior.receiveAsync(4, (context, id) -> fetch(id).doOnNext(page -> cache.put(id, page)));
        finish(loader, List.of(1, 2, 3, 4, 5, 6));
        assertThat(cache).hasSize(6).containsEntry(6, "page 6");
    }

    private static Mono<String> fetch(int id) {
        return Mono.delay(Duration.ofMillis(20)).map(tick -> "page " + id);
    }

    @Test
    void flow() {
        Queue<Integer> sums = new ConcurrentLinkedQueue<>();
        Behavior<Integer> flow = Behavior.flow((context, inbox) ->
                inbox.filter(n -> n % 2 == 0).scan(Integer::sum).doOnNext(sums::add));
        finish(flow, List.of(2, 3, 4, 6));
        assertThat(sums).containsExactly(2, 6, 12);
    }

    private <M> void finish(Behavior<M> behavior, List<M> messages) {
        ActorRef<M> actor = system.spawn(ActorSpec.anonymous(() -> behavior));
        actor.tellAll(messages);
        actor.drain();
        assertThat(actor.whenTerminated().block()).isEqualTo(TerminationReason.STOPPED);
        assertThat(actor.stats().handled()).isEqualTo(messages.size());
    }

    /** The table of overflow policies: two messages wait in a mailbox of two when a third comes. */
    @ParameterizedTest
    @CsvSource({
        "BACKPRESSURE, REFUSED,  ,             2, 3",
        "DROP_NEWEST,  DROPPED,  MAILBOX_FULL, 2, 3",
        "DROP_OLDEST,  ACCEPTED, EVICTED,      3, 4",
        "FAIL,         DROPPED,  MAILBOX_FULL, 2, 3"
    })
    void fullMailbox(
            Overflow overflow, TellResult result, DeadLetter.@Nullable Reason reason, int lastHandled, int accepted) {
        Queue<DeadLetter> letters = new ConcurrentLinkedQueue<>();
        system.deadLetters().subscribe(letters::add);
        Queue<Integer> handled = new ConcurrentLinkedQueue<>();
        CountDownLatch gate = new CountDownLatch(1);
        Sinks.Empty<Void> atWork = Sinks.empty();
        ActorRef<Integer> actor = system.spawn(ActorSpec.<Integer>of(
                        "full",
                        () -> Behavior.receive((context, n) -> {
                            atWork.tryEmitEmpty();
                            gate.await();
                            handled.add(n);
                        }))
                .mailbox(Mailbox.bounded(2).overflow(overflow)));
        actor.tell(0);
        atWork.asMono().block();
        actor.tell(1);
        actor.tell(2);
        assertThat(actor.tell(3)).isEqualTo(result);
        gate.countDown();
        actor.drain();
        actor.whenTerminated().block();
        assertThat(handled).last().isEqualTo(lastHandled);
        assertThat(letters.stream().map(DeadLetter::reason)).isEqualTo(reason == null ? List.of() : List.of(reason));
        assertThat(actor.stats().accepted()).isEqualTo(accepted);
    }

    @Test
    void askTimeOutSaysWhatTheActorDid() {
        ActorRef<ActorRef<String>> mute =
                system.spawn(ActorSpec.of("mute", () -> Behavior.receive((context, replyTo) -> {})));
        Mono<String> reply = mute.ask(replyTo -> replyTo, Duration.ofMillis(500)); // the actor has to come so far
        reply.subscribe().dispose();
        Flux.interval(Duration.ofMillis(1)) // so that it can: its worker has begun
                .filter(tick -> mute.stats().handled() > 0)
                .blockFirst(Duration.ofSeconds(20));
        assertThatThrownBy(reply::block)
                .hasCauseInstanceOf(AskTimeoutException.class)
                .hasMessageContaining("no reply from bastion://guide/mute within 500 ms; asked at ")
                .hasMessageContaining("running in incarnation 0 with 0 queued");
    }

    /** What a page understands. */
    sealed interface PageMessage {}

    record Load(int id) implements PageMessage {}

    record Loaded(@Nullable String text, @Nullable Throwable error) implements PageMessage {}

    /** Shows the text that it has loaded. */
    static final class Page implements Behavior.Receive<PageMessage> {
        private final Queue<String> shown;

        Page(Queue<String> shown) {
            this.shown = shown;
        }

        @Override
        public void receive(ActorContext<PageMessage> context, PageMessage message) {
            if (message instanceof Load load) {
                context.pipeToSelf(fetch(load.id()), Loaded::new);
            } else if (message instanceof Loaded loaded && loaded.text() != null) {
                shown.add(loaded.text());
                context.stop();
            }
        }
    }

    @Test
    void pipeToSelf() {
        Queue<String> shown = new ConcurrentLinkedQueue<>();
        ActorRef<PageMessage> page = system.spawn(ActorSpec.of("page", () -> new Page(shown)));
        page.tell(new Load(7));
        page.whenTerminated().block();
        assertThat(shown).containsExactly("page 7");
    }

    @Test
    void restartPolicy() {
        ActorSpec<Integer> spec = ActorSpec.of("divider", RestartKeepsTheMailbox.Divider::new)
                .restart(Restart.transientOnFailure().tries(2).within(Duration.ofSeconds(10)));
        ActorRef<Integer> divider = system.spawn(spec);
        divider.tellAll(List.of(0, 0, 0));
        assertThat(divider.whenTerminated().block()).isInstanceOf(TerminationReason.Failed.class);
        assertThat(system.spawn(spec).tell(1)).isEqualTo(TellResult.ACCEPTED); // the system goes on
    }

    @Test
    void deadLettersAndConservation() {
        Queue<String> dead = new ConcurrentLinkedQueue<>();
        system.deadLetters().subscribe(letter -> dead.add(letter.message() + ": " + letter.reason()));
        ActorRef<String> actor =
                system.spawn(ActorSpec.of("short-lived", () -> Behavior.receive((context, word) -> context.stop())));
        actor.tellAll(List.of("one", "two"));
        actor.whenTerminated().block();
        actor.tell("three");

        MessageStats stats = Objects.requireNonNull(system.stats().block());
        assertThat(stats.conserved()).isTrue();
        assertThat(dead).containsExactly("two: STOPPED", "three: TERMINATED");
        assertThat(stats).isEqualTo(new MessageStats(2, 1, 0, 0, 1, 0, 1));
    }

    @Test
    void anyPipelineMayUseTheScheduler() {
        String thread = Flux.range(1, 3)
                .publishOn(system.scheduler())
                .map(n -> Thread.currentThread().getName())
                .blockLast();
        assertThat(thread).startsWith("guide-");
    }

    @Test
    void topologyAndPlacement() {
        try (ActorSystem shop = ActorSystem.builder("shop")
                .topology(NumaTopology.of(2, 2))
                .shutdownTimeout(Duration.ofSeconds(3))
                .build()) {
            ActorSpec<String> till = ActorSpec.of("till", () -> Behavior.receive((context, sale) -> {}));
            ActorRef<String> here = shop.spawn(till.placement(Placement.node(1)));
            assertThat(here.tell("apples")).isEqualTo(TellResult.ACCEPTED);
            here.drain();
            assertThat(here.whenTerminated().block()).isEqualTo(TerminationReason.STOPPED);
        }
    }
}
