package io.bastion.actor;

import static org.assertj.core.api.Assertions.assertThat;

import io.bastion.actor.AskTest.Get;
import io.bastion.testing.Conditions;
import io.bastion.testing.Recorder;
import io.bastion.testing.TestSystem;
import java.lang.ref.WeakReference;
import java.time.Duration;
import java.util.Map;
import java.util.Objects;
import java.util.concurrent.ConcurrentHashMap;
import java.util.concurrent.atomic.AtomicInteger;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.extension.RegisterExtension;
import org.reactivestreams.Publisher;
import reactor.core.publisher.Flux;
import reactor.core.publisher.Mono;
import reactor.core.publisher.Sinks;

/** Circles of asks through actors that take several messages at a time, and through what stands between two actors. */
class AskCycleConcurrencyTest {
    private static final Duration LONG = Duration.ofMinutes(1);

    @RegisterExtension
    final TestSystem test = new TestSystem();

    private final Map<String, ActorRef<Get>> actors = new ConcurrentHashMap<>();
    private final AtomicInteger names = new AtomicInteger();
    private final Recorder<Object> seen = new Recorder<>();

    private ActorRef<Get> spawn(ActorSpec<Get> spec) {
        ActorRef<Get> actor = test.spawn(spec);
        actors.put(Objects.requireNonNull(spec.name()), actor);
        return actor;
    }

    private static ActorSpec<Get> spec(String name, int concurrency, Behavior.ReceiveAsync<Get> handler) {
        return ActorSpec.of(name, () -> Behavior.receiveAsync(concurrency, handler));
    }

    private ActorRef<Get> handler(String name, int concurrency, Behavior.ReceiveAsync<Get> handler) {
        return spawn(spec(name, concurrency, handler));
    }

    /** Asks those that the request names, one after another with '>'; the reply is the circle if there is one. */
    private Publisher<?> passOn(ActorContext<Get> context, Get get) {
        int end = get.what().indexOf('>');
        if (end < 0) {
            get.reply().tell(context.self().path() + " says " + get.what());
            return Mono.empty();
        }
        return ask(get.what().substring(0, end), get.what().substring(end + 1))
                .onErrorResume(AskCycleException.class, e -> Mono.just(names(e)))
                .doOnNext(get.reply()::tell);
    }

    private ActorRef<Get> passing(String name, int concurrency) {
        return handler(name, concurrency, this::passOn);
    }

    private static String names(AskCycleException e) {
        return String.join(
                ">",
                e.cycle().stream()
                        .map(actor -> actor.path().substring("bastion://test/".length()))
                        .toList());
    }

    private Mono<String> ask(String name, String what) {
        return Objects.requireNonNull(actors.get(name), name).ask(reply -> new Get(what, reply), LONG);
    }

    private ActorRef<String> nobody() {
        return test.spawn(ActorSpec.of("nobody" + names.incrementAndGet(), () -> Behavior.receive((c, m) -> {})));
    }

    private String reply(String name, String what) {
        return Objects.requireNonNull(ask(name, what).block(Conditions.BOUND), "no reply");
    }

    @Test
    void throughAConcurrentActor_theSerialAskerIsFound() {
        passing("a", 1);
        passing("b", 4);
        assertThat(reply("a", "b>a>x")).isEqualTo("b>a>b");
        passing("c", 4);
        assertThat(reply("a", "b>c>a>x")).isEqualTo("c>a>b>c");
        assertThat(reply("b", "a>b>x")).isEqualTo("bastion://test/b says x");
        test.rest();
        assertThat(test.time.pending()).isZero();
    }

    @Test
    void allSlotsInTheCircle_areFound_oneFreeSlotIsNotRefused() {
        passing("a", 2);
        passing("b", 9);
        assertThat(reply("a", "b>a>b>a>x")).isEqualTo("b>a>b");
        passing("c", 3);
        assertThat(reply("c", "b>c>b>c>x")).isEqualTo("bastion://test/c says x");
        assertThat(reply("a", "a>a>x")).isEqualTo("a>a");
    }

    @Test
    void slotInOtherWork_mayComeFree_andIsNotRefused() {
        Sinks.Empty<Void> other = Sinks.empty();
        handler("a", 2, (context, get) -> get.what().equals("hold") ? other.asMono() : passOn(context, get));
        passing("b", 4);
        Objects.requireNonNull(actors.get("a")).tell(new Get("hold", nobody()));
        Recorder<String> replies = new Recorder<>();
        ask("a", "b>a>x").subscribe(replies::add);
        test.settle();
        assertThat(replies.all()).isEmpty();
        other.tryEmitEmpty();
        assertThat(replies.await(1)).containsExactly("bastion://test/a says x");
    }

    @Test
    void slotThatWaitsElsewhere_isNotRefused_untilThatClosesTheCircleToo() {
        // both slots of a are taken: one waits for b, which asks a; the other for c, which may answer, or ask a too
        Recorder<Sinks.One<Boolean>> held = new Recorder<>();
        passing("a", 2);
        passing("b", 4);
        handler("c", 4, (context, get) -> {
            Sinks.One<Boolean> closes = Sinks.one();
            held.add(closes);
            return closes.asMono().flatMap(closing -> {
                if (!closing) {
                    get.reply().tell("c says x");
                    return Mono.empty();
                }
                return Mono.from(passOn(context, new Get("a>y", get.reply())));
            });
        });
        for (boolean closes : new boolean[] {false, true}) {
            held.clear();
            Recorder<String> ofC = new Recorder<>();
            Recorder<String> ofB = new Recorder<>();
            ask("a", "c>x").subscribe(ofC::add);
            held.await(1);
            ask("a", "b>a>x").subscribe(ofB::add);
            test.settle();
            assertThat(ofB.all()).isEmpty();
            held.all().get(0).tryEmitValue(closes);
            assertThat(ofC.await(1)).containsExactly(closes ? "c>a>c" : "c says x");
            assertThat(ofB.await(1)).containsExactly("bastion://test/a says x");
        }
    }

    @Test
    void youngerSlotThatMayEnd_isSeenBehindTheOneInTheCircle() {
        Sinks.Empty<Void> back = Sinks.empty();
        Sinks.Empty<Void> other = Sinks.empty();
        passing("a", 2);
        handler(
                "b",
                4,
                (context, get) -> back.asMono()
                        .then(Mono.defer(() -> Mono.from(passOn(context, get)).then())));
        handler(
                "c",
                4,
                (context, get) -> other.asMono().doFinally(end -> get.reply().tell("c says x")));
        Recorder<String> replies = new Recorder<>();
        ask("a", "b>a>x").subscribe(replies::add);
        test.settle();
        ask("a", "c>x").subscribe(reply -> {});
        test.settle();
        back.tryEmitEmpty();
        test.settle();
        assertThat(replies.all()).isEmpty();
        other.tryEmitEmpty();
        assertThat(replies.await(1)).containsExactly("bastion://test/a says x");
    }

    @Test
    void severalAsksAtOnce_onlyTheOneThatClosesTheCircleIsRefused() {
        passing("b", 3);
        passing("d", 3);
        handler(
                "a",
                1,
                (context, get) -> Mono.zip(ask("b", "x"), ask("d", "a>x"), ask("b", "d>x"))
                        .doOnNext(all -> get.reply().tell(String.join(",", all.getT1(), all.getT2(), all.getT3()))));
        assertThat(reply("a", "go")).isEqualTo("bastion://test/b says x,d>a>d,bastion://test/d says x");
    }

    @Test
    void forwardedRequest_isFoundWithWhoForwardedIt() {
        passing("a", 1);
        passing("c", 2);
        spawn(ActorSpec.of(
                "b",
                () -> Behavior.receive((context, get) -> context.forward(
                        Objects.requireNonNull(actors.get(get.what().equals("x") ? "a" : "c")), get))));
        assertThat(reply("a", "b>a>x")).isEqualTo("c>a>b>c");
        handler("d", 2, (context, get) -> {
            context.forward(Objects.requireNonNull(actors.get("b")), get);
            return Mono.empty();
        });
        assertThat(reply("a", "d>a>x")).isEqualTo("c>a>d>c");
        assertThat(ask("d", "x").onErrorReturn("failed").block(Conditions.BOUND))
                .isEqualTo("bastion://test/a says x");
    }

    @Test
    void anotherMessageForwarded_isNoRequest() {
        // b keeps the request and tells c of it, which asks a: b may answer
        Recorder<Get> kept = new Recorder<>();
        handler("c", 1, (context, get) -> ask("a", "x").doOnNext(seen::add));
        handler("b", 1, (context, get) -> {
            kept.add(get);
            context.forward(Objects.requireNonNull(actors.get("c")), new Get("news", get.reply()));
            return Mono.empty();
        });
        passing("a", 1);
        Recorder<String> replies = new Recorder<>();
        ask("a", "b>go").subscribe(replies::add);
        kept.await(1);
        test.settle();
        kept.all().get(0).reply().tell("late");
        assertThat(replies.await(1)).containsExactly("late");
        assertThat(seen.await(1)).containsExactly("bastion://test/a says x");
    }

    @Test
    void askOfWorkThatHasEnded_isNoWait() {
        Sinks.Empty<Void> later = Sinks.empty();
        Sinks.Empty<Void> end = Sinks.empty();
        passing("b", 2);
        handler("a", 1, (context, get) -> switch (get.what()) {
            case "leave" ->
                Mono.deferContextual(view -> {
                    later.asMono().then(ask("b", "a>x")).contextWrite(view).subscribe(seen::add, seen::add);
                    get.reply().tell("left");
                    return Mono.empty();
                });
            case "stay" -> end.asMono().doFinally(signal -> get.reply().tell("stayed"));
            default -> passOn(context, get);
        });
        assertThat(reply("a", "leave")).isEqualTo("left");
        Recorder<String> stayed = new Recorder<>();
        ask("a", "stay").subscribe(stayed::add);
        test.settle();
        later.tryEmitEmpty(); // asks with the context of the first work while the second goes on
        test.settle();
        assertThat(seen.all()).isEmpty();
        end.tryEmitEmpty();
        assertThat(seen.await(1)).containsExactly("bastion://test/a says x");
        stayed.await(1);
    }

    @Test
    void flow_asksWithoutBeingRefused() {
        spawn(ActorSpec.of(
                "f",
                () -> Behavior.<Get>flow((context, inbox) ->
                        inbox.flatMap(get -> get.what().equals("x")
                                ? Mono.fromRunnable(() -> get.reply().tell("f says x"))
                                : ask("b", get.what()).doOnNext(get.reply()::tell)))));
        passing("b", 1);
        passing("c", 1);
        assertThat(reply("f", "f>x")).isEqualTo("f says x");
        assertThat(reply("c", "f>y")).isEqualTo("bastion://test/b says y");
    }

    @Test
    void memberOfAGroup_isFound() {
        Distributor<Get> group = test.system.distributor("workers", Get.class);
        test.system
                .supervise(GroupSpec.of(
                        "workers",
                        1,
                        spec(
                                "worker",
                                1,
                                (context, get) -> get.what().equals("x")
                                        ? Mono.fromRunnable(() -> get.reply().tell("reply"))
                                        : ask("b", get.what()).doOnNext(get.reply()::tell))))
                .whenStarted()
                .block(Conditions.BOUND);
        handler(
                "b",
                4,
                (context, get) -> group.<String>askOne(reply -> new Get("x", reply), LONG)
                        .onErrorResume(AskCycleException.class, e -> Mono.just(names(e)))
                        .doOnNext(get.reply()::tell));
        assertThat(group.<String>askOne(reply -> new Get("go", reply), LONG).block(Conditions.BOUND))
                .isEqualTo("b>workers/1>b");
    }

    @Test
    void interceptors_areNoObstacle() {
        Interceptor passing = new Interceptor() {
            @Override
            public TellResult tell(ActorRef<?> target, Object message, TellChain next) {
                return next.tell(message);
            }

            @Override
            public void receive(ActorContext<?> context, Object message, ReceiveChain next) throws Exception {
                next.receive(message, failure -> {});
            }
        };
        spawn(spec("a", 1, this::passOn).intercept(passing));
        spawn(spec("b", 2, this::passOn).intercept(passing));
        spawn(ActorSpec.<Get>of(
                        "c",
                        () -> Behavior.receive(
                                (context, get) -> context.forward(Objects.requireNonNull(actors.get("b")), get)))
                .intercept(passing));
        assertThat(reply("a", "b>a>x")).isEqualTo("b>a>b");
        assertThat(reply("a", "c>a>x")).isEqualTo("b>a>c>b");
    }

    @Test
    void concurrencyTakenBack_isSeenFromOutside() {
        handler("a", 4, (context, get) -> {
            if (get.what().startsWith("serial")) {
                context.become(Behavior.receiveAsync(this::passOn));
                return Mono.from(passOn(context, new Get(get.what().substring("serial>".length()), get.reply())));
            }
            return passOn(context, get);
        });
        passing("b", 4);
        assertThat(reply("a", "b>a>b>a>x")).endsWith("says x");
        assertThat(reply("a", "serial>b>a>x")).isEqualTo("b>a>b");
    }

    @Test
    void replyReferenceThatIsKept_doesNotHoldTheWorkThatAsked() {
        Recorder<Object> kept = new Recorder<>();
        Recorder<WeakReference<Object>> messages = new Recorder<>();
        Sinks.Empty<Void> end = Sinks.empty();
        handler("b", 2, (context, get) -> {
            kept.add(get.reply());
            return Mono.empty();
        });
        handler("a", 1, (context, get) -> {
            if (get.what().equals("x")) {
                return Mono.fromRunnable(() -> {});
            }
            messages.add(new WeakReference<>(get));
            return ask("b", "x").takeUntilOther(end.asMono());
        });
        Objects.requireNonNull(actors.get("a")).tell(new Get("go", nobody()));
        kept.await(1);
        end.tryEmitEmpty();
        Conditions.await("the message of the work that asked is let go", () -> {
            Objects.requireNonNull(actors.get("a")).tell(new Get("x", nobody()));
            System.gc();
            return messages.all().get(0).get() == null;
        });
    }

    @Test
    void workThatAsksVeryOften_holdsNoMoreThanItWaitsFor() {
        Recorder<InWork> works = new Recorder<>();
        passing("b", 9);
        handler(
                "a",
                1,
                (context, get) -> Mono.deferContextual(view -> {
                    works.add(view.get(AskMono.ASKER));
                    return Flux.range(0, 10_000)
                            .flatMap(i -> ask("b", "x"), 16)
                            .then()
                            .doOnSuccess(done ->
                                    get.reply().tell("" + works.all().get(0).notedAsks()));
                }));
        assertThat(Integer.parseInt(reply("a", "go"))).isLessThanOrEqualTo(2 * 16 + 4);
        test.rest();
        assertThat(works.all().get(0).notedAsks()).isZero();
    }

    @Test
    void cancelledAsk_isNoWait() {
        Sinks.Empty<Void> cancelled = Sinks.empty(); // before that it is one, and there is a circle
        handler(
                "b",
                1,
                (context, get) -> cancelled
                        .asMono()
                        .publishOn(context.scheduler())
                        .then(Mono.defer(() -> ask("c", "a>x")))
                        .doOnNext(seen::add));
        passing("c", 2);
        handler("a", 1, (context, get) -> {
            if (get.what().equals("x")) {
                return passOn(context, get);
            }
            return Mono.firstWithSignal(ask("b", "keep"), Mono.just("early"))
                    .doOnNext(get.reply()::tell)
                    .then(Mono.never());
        });
        Recorder<String> replies = new Recorder<>();
        ask("a", "go").subscribe(replies::add, e -> {});
        assertThat(replies.await(1)).containsExactly("early");
        test.settle();
        cancelled.tryEmitEmpty();
        test.settle();
        assertThat(seen.all()).isEmpty(); // c waits behind the work of a that does not end, but not in a circle
        Objects.requireNonNull(actors.get("a")).kill();
        test.settle();
    }

    @Test
    void endlessRing_ofManyActors_isFoundWithoutRecursion() {
        int size = 3_000;
        for (int i = 0; i < size; i++) {
            int next = (i + 1) % size;
            handler(
                    "n" + i,
                    1 + i % 3 / 2,
                    (context, get) -> ask("n" + next, "x")
                            .onErrorResume(
                                    AskCycleException.class,
                                    e -> Mono.just("" + e.cycle().size()))
                            .doOnNext(get.reply()::tell));
        }
        // an actor of two takes the request a second time round, and not a third one
        assertThat(reply("n0", "x")).isEqualTo("" + (size + 1));
    }
}
