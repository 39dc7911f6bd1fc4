package io.bastion.examples;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import io.bastion.actor.ActorContext;
import io.bastion.actor.ActorRef;
import io.bastion.actor.ActorSpec;
import io.bastion.actor.ActorStartException;
import io.bastion.actor.ActorSystem;
import io.bastion.actor.Behavior;
import io.bastion.actor.Callbacks;
import io.bastion.actor.DeadLetter;
import io.bastion.actor.ExitPolicy;
import io.bastion.actor.Signal;
import io.bastion.actor.SupervisorRef;
import io.bastion.actor.SupervisorSpec;
import io.bastion.actor.SystemFailedException;
import io.bastion.actor.TerminationReason;
import io.bastion.actor.TreeEvent;
import io.bastion.actor.TreeNode;
import io.bastion.supervision.AutoShutdown;
import io.bastion.supervision.Backoff;
import io.bastion.supervision.Budget;
import io.bastion.supervision.Directive;
import io.bastion.supervision.InFlight;
import io.bastion.supervision.Restart;
import io.bastion.supervision.Strategy;
import java.io.IOException;
import java.time.Duration;
import java.util.Collections;
import java.util.List;
import java.util.Map;
import java.util.Objects;
import java.util.Queue;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.ConcurrentHashMap;
import java.util.concurrent.ConcurrentLinkedQueue;
import java.util.concurrent.TimeUnit;
import java.util.concurrent.atomic.AtomicInteger;
import java.util.function.Predicate;
import org.jspecify.annotations.Nullable;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.Timeout;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;
import org.reactivestreams.Publisher;
import reactor.core.publisher.Mono;
import reactor.util.retry.Retry;

/** The snippets of docs/supervision.md that no example program has; each is run, and so are the tables of the text. */
@Timeout(60)
class SupervisionGuideTest {
    private static final Duration LIMIT = Duration.ofSeconds(20);

    private final ActorSystem system = ActorSystem.create("guide");

    /** The latest reference of each actor of {@link #actor}. */
    private final Map<String, ActorRef<String>> actors = new ConcurrentHashMap<>();

    private final Queue<String> log = new ConcurrentLinkedQueue<>();

    @AfterEach
    void close() {
        system.close();
    }

    /** Fails at the message "fail", stops itself at "stop", and logs every other. */
    private ActorSpec<String> actor(String name) {
        return ActorSpec.of(name, context -> {
            actors.put(name, context.self());
            return Behavior.receive((c, message) -> {
                switch (message) {
                    case "fail" -> throw new IllegalStateException("boom");
                    case "io" -> throw new IOException("broken pipe");
                    case "stop" -> c.stop();
                    default -> log.add(message + " in " + c.incarnation());
                }
            });
        });
    }

    private ActorRef<String> at(String name) {
        return Objects.requireNonNull(actors.get(name), name);
    }

    private SupervisorRef start(SupervisorSpec spec) {
        SupervisorRef supervisor = system.supervise(spec);
        supervisor.whenStarted().block(LIMIT);
        return supervisor;
    }

    /** What happens from now on, as far as an event of the type. */
    private <E extends TreeEvent> CompletableFuture<List<TreeEvent>> eventsUntil(Class<E> type, String name) {
        CompletableFuture<@Nullable List<TreeEvent>> events = system.events()
                .filter(event -> !(event instanceof TreeEvent.Started))
                .takeUntil(
                        event -> type.isInstance(event) && event.actor().path().endsWith("/" + name))
                .collectList()
                .toFuture();
        system.tree().block(LIMIT); // by now all actors are known to the stream
        return events.thenApply(list -> Objects.requireNonNull(list));
    }

    private static String name(TreeEvent event) {
        return event.actor().path().replaceAll(".*/", "");
    }

    private static String render(SupervisorRef supervisor) {
        return Objects.requireNonNull(supervisor.tree().block(LIMIT)).render();
    }

    private static void await(SupervisorRef supervisor, Predicate<TreeNode> condition) {
        supervisor
                .tree()
                .repeatWhen(ends -> ends.delayElements(Duration.ofMillis(5)))
                .filter(condition)
                .blockFirst(LIMIT);
    }

    private static void await(SupervisorRef supervisor, String line) {
        await(supervisor, tree -> tree.render().contains(line));
    }

    // ------------------------------------------------------------------------------------------------ who supervises

    /** An actor that is its own children's supervisor. */
    static final class Till implements Behavior.Receive<String> {
        private final ActorRef<String> printer;

        Till(ActorContext<String> context) {
            printer = context.spawn(ActorSpec.of(
                    "printer",
                    () -> Behavior.receive((c, line) -> {
                        throw new IllegalStateException("paper jam");
                    })));
        }

        @Override
        public void receive(ActorContext<String> context, String line) {
            printer.tell(line);
        }
    }

    @Test
    void anActorSupervisesItsChildren() {
        ActorSpec<String> spec =
                ActorSpec.of("till", Till::new).supervision(Strategy.ONE_FOR_ONE, Budget.of(1, Duration.ofMinutes(1)));
        ActorRef<String> till = system.spawn(spec);
        var events = eventsUntil(TreeEvent.Restarted.class, "till");
        till.tellAll(List.of("one", "two"));
        assertThat(events.orTimeout(20, TimeUnit.SECONDS).join())
                .filteredOn(TreeEvent.Failed.class::isInstance)
                .extracting(SupervisionGuideTest::name)
                .containsExactly("printer", "printer", "till");
    }

    // ------------------------------------------------------------------------------------------------ tables

    @ParameterizedTest
    @CsvSource({
        "PERMANENT, stop, a #1",
        "PERMANENT, fail, a #1",
        "TRANSIENT, stop, a down",
        "TRANSIENT, fail, a #1",
        "TEMPORARY, stop,",
        "TEMPORARY, fail,"
    })
    void typeAndEnd(Restart.Type type, String message, @Nullable String line) {
        SupervisorRef supervisor =
                start(SupervisorSpec.named("s").child(actor("a").restart(Restart.of(type))));
        ActorRef<String> a = at("a");
        a.tell(message);
        if (line != null) {
            await(supervisor, line);
        } else {
            await(supervisor, tree -> tree.children().isEmpty());
        }
    }

    @ParameterizedTest
    @CsvSource({"drain", "kill", "remove"})
    void permanentEndsForGood(String how) {
        SupervisorRef supervisor =
                start(SupervisorSpec.named("s").child(actor("a").restart(Restart.permanent())));
        ActorRef<String> a = at("a");
        switch (how) {
            case "drain" -> a.drain();
            case "kill" -> a.kill();
            default -> supervisor.remove("a").block(LIMIT);
        }
        assertThat(a.whenTerminated().block(LIMIT))
                .isEqualTo(how.equals("kill") ? TerminationReason.KILLED : TerminationReason.STOPPED);
    }

    @ParameterizedTest
    @CsvSource({
        "ONE_FOR_ONE,  b,       b,       b",
        "ONE_FOR_ALL,  c b a,   a b c,   c",
        "REST_FOR_ONE, c b,     b c,     c",
    })
    void strategies(Strategy strategy, String stopped, String started, String last) {
        start(SupervisorSpec.named("s")
                .strategy(strategy)
                .child(actor("a"))
                .child(actor("b"))
                .child(actor("c")));
        var events = eventsUntil(TreeEvent.Restarted.class, last);
        at("b").tell("fail");
        List<TreeEvent> all = events.join();
        assertThat(all.stream().filter(TreeEvent.Restarting.class::isInstance).map(SupervisionGuideTest::name))
                .containsExactly(stopped.split(" "));
        assertThat(all.stream().filter(TreeEvent.Restarted.class::isInstance).map(SupervisionGuideTest::name))
                .containsExactly(started.split(" "));
    }

    // ------------------------------------------------------------------------------------------------ budget, back-off

    @Test
    void backoffBudgetAndTheEnd() {
        Backoff backoff = Backoff.exponential(Duration.ofMillis(100), Duration.ofSeconds(10));
        SupervisorSpec spec = SupervisorSpec.named("s")
                .budget(3, Duration.ofSeconds(5))
                .child(actor("a").restart(Restart.transientOnFailure().backoff(backoff)))
                .restart(Restart.temporary());
        start(spec);
        var events = eventsUntil(TreeEvent.Removed.class, "none");
        at("a").tellAll(List.of("fail", "fail", "fail", "fail"));
        at("a").whenTerminated().block(LIMIT);
        system.stop();
        assertThat(events.join().stream()
                        .filter(event -> name(event).equals("a") || event instanceof TreeEvent.GaveUp)
                        .map(event -> event instanceof TreeEvent.Restarting restarting
                                ? "restarting in " + restarting.delay().toMillis()
                                : event.getClass().getSimpleName()))
                .containsExactly(
                        "Failed",
                        "restarting in 100",
                        "Restarted",
                        "Failed",
                        "restarting in 200",
                        "Restarted",
                        "Failed",
                        "restarting in 400",
                        "Restarted",
                        "Failed",
                        "GaveUp",
                        "Stopped");
    }

    @Test
    void failuresUpToTheTop() {
        AtomicInteger failures = new AtomicInteger();
        ActorSpec<String> leaf = ActorSpec.of("leaf", context -> {
            context.self().tell("go");
            return Behavior.receive((c, message) -> {
                failures.incrementAndGet();
                throw new IllegalStateException("always");
            });
        });
        ActorSystem shop = ActorSystem.builder("shop")
                .budget(Budget.of(1, Duration.ofSeconds(5)))
                .build();
        SupervisorSpec inner = SupervisorSpec.named("inner").budget(3, Duration.ofSeconds(5));
        SupervisorSpec outer = SupervisorSpec.named("outer").budget(2, Duration.ofSeconds(5));
        shop.supervise(outer.child(inner.child(leaf)));
        assertThatThrownBy(() -> shop.whenTerminated().block(LIMIT))
                .isInstanceOfSatisfying(
                        SystemFailedException.class,
                        failed -> assertThat(failed.origin()).isEqualTo("bastion://shop/outer/inner/leaf"))
                .hasMessage(
                        "system: terminated, because bastion://shop/outer/inner/leaf failed more often than is borne "
                                + "(last: java.lang.IllegalStateException: always)");
        assertThat(failures).hasValue((1 + 1) * (2 + 1) * (3 + 1));
    }

    @Test
    void aCapOfItsOwn() {
        SupervisorRef supervisor = start(SupervisorSpec.named("s")
                .child(actor("a").restart(Restart.transientOnFailure().tries(1)))
                .child(actor("b")));
        var events = eventsUntil(TreeEvent.Stopped.class, "a");
        at("a").tellAll(List.of("fail", "fail"));
        assertThat(events.join()).hasAtLeastOneElementOfType(TreeEvent.TriesSpent.class);
        await(supervisor, "a down");
        assertThat(render(supervisor)).contains("─ b\n");
        assertThat(supervisor.restart("a").block(LIMIT)).isTrue();
        await(supervisor, "─ a\n");
    }

    @Test
    void significantChildren() {
        SupervisorRef batch = start(SupervisorSpec.named("batch")
                .autoShutdown(AutoShutdown.ANY_SIGNIFICANT)
                .child(actor("progress"))
                .child(actor("job").significant()));
        at("job").tell("stop");
        assertThat(batch.whenTerminated().block(LIMIT)).isEqualTo(TerminationReason.STOPPED);
    }

    // ------------------------------------------------------------------------------------------------ directives

    @Test
    void directives() {
        Restart restart = Restart.transientOnFailure()
                .on(IllegalStateException.class, Directive.RESUME)
                .on(IOException.class, Directive.STOP);
        SupervisorRef supervisor = start(SupervisorSpec.named("s")
                .on(Exception.class, Directive.ESCALATE)
                .child(actor("a").restart(restart)));
        at("a").tellAll(List.of("fail", "hello", "io"));
        assertThat(at("a").whenTerminated().block(LIMIT))
                .isInstanceOfSatisfying(
                        TerminationReason.Failed.class,
                        failed -> assertThat(failed.cause()).isInstanceOf(IOException.class));
        assertThat(log).containsExactly("hello in 0");
        assertThat(at("a").stats().failed()).isEqualTo(2);
        await(supervisor, "a down");
    }

    @Test
    void escalation() {
        start(SupervisorSpec.named("s")
                .on(IOException.class, Directive.ESCALATE)
                .child(actor("a")));
        ActorRef<String> before = at("a");
        var events = eventsUntil(TreeEvent.Restarted.class, "s");
        before.tellAll(List.of("io", "lost"));
        assertThat(events.join()).hasAtLeastOneElementOfType(TreeEvent.GaveUp.class);
        assertThat(at("a")).isNotEqualTo(before);
        assertThat(before.stats().deadLettered()).isEqualTo(1);
    }

    @ParameterizedTest
    @CsvSource({
        "DROP,           1, 0, after in 1",
        "DEAD_LETTER,    0, 1, after in 1",
        "REDELIVER_ONCE, 1, 0, after in 2",
    })
    void messageInWork(InFlight policy, int failed, int dead, String after) {
        Queue<DeadLetter.Reason> reasons = new ConcurrentLinkedQueue<>();
        system.deadLetters().map(DeadLetter::reason).subscribe(reasons::add);
        ActorRef<String> a =
                system.spawn(actor("a").restart(Restart.transientOnFailure().inFlight(policy)));
        a.tellAll(List.of("fail", "after"));
        a.drain();
        a.whenTerminated().block(LIMIT);
        assertThat(log).containsExactly(after);
        assertThat(a.stats().failed()).isEqualTo(failed);
        assertThat(a.stats().deadLettered()).isEqualTo(dead);
        assertThat(reasons).hasSize(dead).allMatch(DeadLetter.Reason.FAILED::equals);
    }

    // ------------------------------------------------------------------------------------------------ start and stop

    /** Logs the hooks of an actor. */
    private final class Logged implements Callbacks {
        @Override
        public Publisher<?> beforeStart(ActorRef<?> self) {
            return Mono.fromRunnable(() -> log.add("beforeStart"));
        }

        @Override
        public Publisher<?> afterStart(ActorRef<?> self) {
            return Mono.delay(Duration.ofMillis(20)).doOnNext(tick -> log.add("afterStart"));
        }

        @Override
        public Publisher<?> beforeRestart(ActorRef<?> self, @Nullable Throwable cause, @Nullable Object message) {
            return Mono.fromRunnable(() -> log.add("beforeRestart " + message));
        }

        @Override
        public Publisher<?> afterRestart(ActorRef<?> self, @Nullable Throwable cause) {
            return Mono.fromRunnable(() -> log.add("afterRestart"));
        }

        @Override
        public Publisher<?> afterStop(ActorRef<?> self, TerminationReason reason) {
            return Mono.fromRunnable(() -> log.add("afterStop"));
        }
    }

    /** Its child logs its end, it logs its own life. */
    private Behavior<String> parent(ActorContext<String> context) {
        log.add("behavior");
        context.spawn(ActorSpec.<String>of(
                "child", () -> Behavior.<String>receive((c, m) -> {}).onSignal((c, signal) -> log.add("child ended"))));
        return Behavior.<String>receive((c, message) -> {
                    log.add(message);
                    if (message.equals("fail")) {
                        throw new IllegalStateException("boom");
                    }
                })
                .onSignal((c, signal) -> log.add(signal instanceof Signal.Stopped ? "Stopped" : "Restarting"));
    }

    @Test
    void hooksInOrder() {
        ActorRef<String> actor =
                system.spawn(ActorSpec.of("parent", this::parent).callbacks(new Logged()));
        actor.tellAll(List.of("fail", "after"));
        actor.drain();
        actor.whenTerminated().block(LIMIT);
        assertThat(log)
                .containsExactly(
                        "beforeStart",
                        "behavior",
                        "afterStart",
                        "fail",
                        "child ended",
                        "Restarting",
                        "beforeRestart fail",
                        "behavior",
                        "afterRestart",
                        "after",
                        "child ended",
                        "Stopped",
                        "afterStop");
    }

    @Test
    void aStartThatFails() {
        SupervisorRef supervisor =
                system.supervise(SupervisorSpec.named("s").child(actor("a")).child(ActorSpec.of("b", () -> {
                    throw new IllegalStateException("no database");
                })));
        assertThatThrownBy(() -> supervisor.whenStarted().block(LIMIT))
                .isInstanceOf(ActorStartException.class)
                .hasMessage("actor: bastion://guide/s/b not started, because of "
                        + "java.lang.IllegalStateException: no database");
        assertThat(at("a").whenTerminated().block(LIMIT)).isEqualTo(TerminationReason.STOPPED);
        assertThat(supervisor.whenTerminated().block(LIMIT)).isInstanceOf(TerminationReason.Failed.class);
    }

    /** Takes a while for each message, without blocking its worker. */
    private ActorSpec<String> slow(String name) {
        return ActorSpec.of(name, context -> {
            actors.put(name, context.self());
            return Behavior.<String>receiveAsync((c, message) ->
                            Mono.delay(Duration.ofMillis(20)).doOnNext(tick -> log.add(name + " " + message)))
                    .onSignal((c, signal) -> log.add(name + " ended"));
        });
    }

    @Test
    void aSupervisorDrainsItsYoungestChildFirst() {
        SupervisorRef supervisor =
                start(SupervisorSpec.named("s").child(slow("a")).child(slow("b")));
        at("a").tell("1");
        at("b").tellAll(List.of("1", "2", "3"));
        supervisor.drain();
        supervisor.whenTerminated().block(LIMIT);
        // how far a has come meanwhile is its own affair
        assertThat(log)
                .hasSize(6)
                .containsSubsequence("b 1", "b 2", "b 3", "b ended", "a ended")
                .containsSubsequence("a 1", "a ended");
    }

    @Test
    void aDrainByTheParentHasTheStopTimeOut() {
        SupervisorRef supervisor =
                start(SupervisorSpec.named("s").child(slow("a").stopTimeout(Duration.ofMillis(100))));
        at("a").tellAll(Collections.nCopies(1_000, "x"));
        supervisor.drain();
        assertThat(at("a").whenTerminated().block(LIMIT)).isEqualTo(TerminationReason.KILLED);
    }

    // ------------------------------------------------------------------------------------------------ the process

    @Test
    void exitPolicy() {
        CompletableFuture<Integer> exit = new CompletableFuture<>();
        ActorSystem daemon = ActorSystem.builder("daemon")
                .budget(Budget.of(0, Duration.ofSeconds(5)))
                .exit(ExitPolicy.whenFailed().code(70).by(exit::complete))
                .shutdownHook()
                .build();
        daemon.spawn(actor("a")).tell("fail");
        assertThat(exit.join()).isEqualTo(70);
    }

    // ------------------------------------------------------------------------------------------------ compared

    @Test
    void comparedWithRetryWhen() {
        AtomicInteger calls = new AtomicInteger();
        Mono<String> call = Mono.defer(() ->
                calls.incrementAndGet() < 3 ? Mono.error(new IOException("connection reset")) : Mono.just("page"));
        Mono<String> retried =
                call.retryWhen(Retry.backoff(3, Duration.ofMillis(100)).maxBackoff(Duration.ofSeconds(10)));
        assertThat(retried.block(LIMIT)).isEqualTo("page");

        Restart restart = Restart.transientOnFailure()
                .backoff(Backoff.exponential(Duration.ofMillis(100), Duration.ofSeconds(10))
                        .jitter(0.5));
        assertThat(restart.backoff().jitter()).isEqualTo(0.5);
    }
}
