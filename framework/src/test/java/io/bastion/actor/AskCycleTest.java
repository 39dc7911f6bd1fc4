package io.bastion.actor;

import static org.assertj.core.api.Assertions.assertThat;

import io.bastion.actor.AskTest.Get;
import io.bastion.testing.Conditions;
import io.bastion.testing.Recorder;
import io.bastion.testing.TestSystem;
import java.time.Duration;
import java.util.List;
import java.util.Map;
import java.util.concurrent.ConcurrentHashMap;
import java.util.concurrent.CountDownLatch;
import java.util.concurrent.atomic.AtomicInteger;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.extension.RegisterExtension;
import org.reactivestreams.Publisher;
import reactor.core.publisher.Flux;
import reactor.core.publisher.Mono;

/** Asks that would wait for themselves are refused at once; no others are. */
class AskCycleTest {
    private static final Duration LONG = Duration.ofMinutes(1);

    @RegisterExtension
    final TestSystem test = new TestSystem();

    private final Map<String, ActorRef<Get>> actors = new ConcurrentHashMap<>();
    private final Recorder<Object> seen = new Recorder<>();

    /** Asks those that the request names, one after another with '>', and replies with what the last one said. */
    private ActorRef<Get> passing(String name, int concurrency) {
        ActorRef<Get> actor = test.spawn(ActorSpec.of(
                name,
                () -> Behavior.<Get>receiveAsync(concurrency, (context, get) -> {
                    int end = get.what().indexOf('>');
                    if (end < 0) {
                        get.reply().tell(name + " says " + get.what());
                        return Mono.empty();
                    }
                    String next = get.what().substring(0, end);
                    String rest = get.what().substring(end + 1);
                    return ask(next, rest).doOnNext(get.reply()::tell);
                })));
        actors.put(name, actor);
        return actor;
    }

    private Mono<String> ask(String name, String what) {
        return java.util.Objects.requireNonNull(actors.get(name)).ask(reply -> new Get(what, reply), LONG);
    }

    private Throwable failure(Mono<?> mono) {
        Recorder<Throwable> error = new Recorder<>();
        mono.subscribe(
                v -> error.add(new AssertionError("value " + v)),
                error::add,
                () -> error.add(new AssertionError("completed")));
        return error.await(1).get(0);
    }

    private AskCycleException cycle(Throwable t) {
        for (Throwable cause = t; cause != null; cause = cause.getCause()) {
            if (cause instanceof AskCycleException cycle) {
                return cycle;
            }
        }
        throw new AssertionError("no cycle", t);
    }

    @Test
    void anActorThatAsksItselfIsRefused() {
        ActorRef<Get> a = passing("a", 1);
        assertThat(cycle(failure(ask("a", "a>x"))))
                .hasMessageContaining("bastion://test/a -> bastion://test/a")
                .extracting(AskCycleException::cycle)
                .isEqualTo(List.of(a, a));
    }

    @Test
    void twoThatAskEachOtherAreRefused() {
        ActorRef<Get> a = passing("a", 1);
        ActorRef<Get> b = passing("b", 1);
        AskCycleException cycle = cycle(failure(ask("a", "b>a>x")));
        assertThat(cycle).hasMessageContaining("bastion://test/b -> bastion://test/a -> bastion://test/b");
        assertThat(cycle.cycle()).isEqualTo(List.of(b, a, b));
        assertThat(test.time.pending()).isZero();
    }

    @Test
    void threeInARingAreRefused() {
        ActorRef<Get> a = passing("a", 1);
        ActorRef<Get> b = passing("b", 1);
        ActorRef<Get> c = passing("c", 1);
        assertThat(cycle(failure(ask("a", "b>c>a>x"))).cycle()).isEqualTo(List.of(c, a, b, c));
    }

    @Test
    void twoThatAskEachOtherAtOnceDoNotTimeOut() {
        for (int round = 0; round < 100; round++) {
            CountDownLatch both = new CountDownLatch(2);
            AtomicInteger ended = new AtomicInteger();
            AtomicInteger refused = new AtomicInteger();
            String[] names = {"a" + round, "b" + round};
            for (int i = 0; i < 2; i++) {
                String other = names[1 - i];
                actors.put(
                        names[i],
                        test.spawn(ActorSpec.<Get>of(
                                        names[i],
                                        () -> Behavior.<Get>receiveAsync((context, get) -> {
                                            if (!get.what().equals("go")) {
                                                get.reply().tell("reply");
                                                return Mono.empty();
                                            }
                                            both.countDown();
                                            TestSystem.await(both);
                                            return ask(other, "x")
                                                    .doOnError(AskCycleException.class, e -> refused.incrementAndGet())
                                                    .onErrorComplete(AskCycleException.class);
                                        }))
                                .placement(Placement.spread())));
            }
            for (String name : names) {
                ask(name, "go").subscribe(v -> {}, e -> ended.incrementAndGet());
            }
            Conditions.await("one of both is refused, and both go on", () -> {
                MessageStats a =
                        java.util.Objects.requireNonNull(actors.get(names[0])).stats();
                MessageStats b =
                        java.util.Objects.requireNonNull(actors.get(names[1])).stats();
                return refused.get() >= 1
                        && a.queued() + b.queued() == 0
                        && a.handled() + b.handled() == 4 - refused.get();
            });
            for (String name : names) {
                java.util.Objects.requireNonNull(actors.get(name)).stop();
            }
            Conditions.await("asks without a reply end", () -> ended.get() == 2);
        }
    }

    @Test
    void aChainIsNoCycle() {
        for (String name : List.of("a", "b", "c", "d")) {
            passing(name, 1);
        }
        assertThat(ask("a", "b>c>d>x").block(LONG)).isEqualTo("d says x");
    }

    @Test
    void aDiamondIsNoCycle() {
        passing("d", 1);
        passing("b", 1);
        passing("c", 1);
        ActorRef<Get> a = handler(
                "a",
                get -> Flux.merge(ask("b", "d>x"), ask("c", "d>y"))
                        .collectList()
                        .doOnNext(all -> get.reply()
                                .tell(String.join(",", all.stream().sorted().toList()))));
        for (int i = 0; i < 100; i++) {
            assertThat(a.<String>ask(r -> new Get("go", r), LONG).block(LONG)).isEqualTo("d says x,d says y");
        }
    }

    @Test
    void asksOneAfterAnotherAreNoCycle() {
        passing("b", 1);
        ActorRef<Get> a = handler(
                "a",
                get -> ask("b", "1").then(ask("b", "2")).then(ask("b", "3")).doOnNext(get.reply()::tell));
        assertThat(a.<String>ask(r -> new Get("go", r), LONG).block(LONG)).isEqualTo("b says 3");
    }

    @Test
    void askingBackAfterTheReplyIsNoCycle() {
        // b replies first and asks a then: a is waiting no more when it comes to that request
        handler("b", get -> {
            get.reply().tell("at once");
            return ask("a", "x").doOnNext(seen::add);
        });
        actors.put("a", handler("a", get -> {
            if (get.what().equals("x")) {
                get.reply().tell("reply of a");
                return Mono.empty();
            }
            return ask("b", "y").doOnNext(get.reply()::tell);
        }));
        assertThat(ask("a", "go").block(LONG)).isEqualTo("at once");
        assertThat(seen.await(1)).containsExactly("reply of a");
    }

    @Test
    void anActorThatHasHandedTheRequestOnMayAskTheAskerLater() {
        Recorder<Get> kept = new Recorder<>();
        actors.put(
                "b",
                test.spawn(ActorSpec.of(
                        "b",
                        () -> Behavior.<Get>receiveAsync((context, get) -> {
                            if (get.what().equals("keep")) {
                                kept.add(get);
                                return Mono.empty();
                            }
                            return ask("c", "x").doOnNext(get.reply()::tell);
                        }))));
        passing("c", 1);
        ActorRef<Get> a = handler("a", get -> ask("b", "keep").doOnNext(get.reply()::tell));
        Recorder<String> reply = new Recorder<>();
        a.<String>ask(r -> new Get("go", r), LONG).subscribe(reply::add);
        kept.await(1);
        test.settle();
        // c asks b, which does not wait for anybody; a still waits for the reply that b keeps
        assertThat(ask("c", "b>y").onErrorComplete(AskFailedException.class).blockOptional(LONG))
                .isEmpty();
        assertThat(ask("b", "c").block(LONG)).isEqualTo("c says x");
        kept.all().get(0).reply().tell("late");
        assertThat(reply.await(1)).containsExactly("late");
    }

    @Test
    void aReentrantActorMayAskItself() {
        passing("a", 4);
        assertThat(ask("a", "a>a>x").block(LONG)).isEqualTo("a says x");
        passing("b", 4);
        assertThat(ask("a", "b>a>b>x").block(LONG)).isEqualTo("b says x");
    }

    @Test
    void anAskThatTheHandlerDoesNotWaitForIsNoWait() {
        ActorGate gate = new ActorGate();
        // c asks a before it replies; a asked c with the context of its work, but that ended before the reply
        handler("c", get -> {
            gate.pass();
            return ask("a", "x").doOnNext(get.reply()::tell);
        });
        handler("a", get -> {
            if (get.what().equals("x")) {
                get.reply().tell("a says x");
                return Mono.empty();
            }
            return Mono.deferContextual(context -> {
                ask("c", "y").contextWrite(context).subscribe(seen::add, seen::add);
                get.reply().tell("at once");
                return Mono.empty();
            });
        });
        assertThat(ask("a", "go").block(LONG)).isEqualTo("at once");
        gate.awaitEntered(); // on one worker, so that the other has ended the work of a when it has come round
        test.settleAll();
        gate.open();
        assertThat(seen.await(1)).containsExactly("a says x");
    }

    @Test
    void asksThatAPlainHandlerSubscribesToAreNoWaits() {
        ActorRef<Get> a = test.spawn(ActorSpec.of(
                "a",
                () -> Behavior.<Get>receive((context, get) -> {
                    if (get.what().equals("x")) {
                        get.reply().tell("a says x");
                    } else {
                        ask("a", "x").subscribe(get.reply()::tell);
                    }
                })));
        actors.put("a", a);
        assertThat(ask("a", "go").block(LONG)).isEqualTo("a says x");
    }

    @Test
    void aRefusedAskLeavesNoTrace() {
        passing("a", 1);
        passing("b", 1);
        for (int i = 0; i < 20; i++) {
            Throwable refused = failure(ask("a", "b>a>x"));
            assertThat(cycle(refused)).isNotNull();
            test.rest();
            assertThat(ask("a", "b>x").block(LONG)).isEqualTo("b says x");
            assertThat(ask("b", "a>x").block(LONG)).isEqualTo("a says x");
            test.time.advance(Duration.ofSeconds(6)); // lets the budget of restarts recover
        }
    }

    private ActorRef<Get> handler(String name, java.util.function.Function<Get, Publisher<?>> handler) {
        ActorRef<Get> actor =
                test.spawn(ActorSpec.of(name, () -> Behavior.<Get>receiveAsync((context, get) -> handler.apply(get))));
        actors.put(name, actor);
        return actor;
    }
}
