package io.bastion.actor;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import io.bastion.mailbox.Mailbox;
import io.bastion.supervision.Restart;
import io.bastion.testing.Recorder;
import io.bastion.testing.Seed;
import io.bastion.testing.TestSystem;
import java.time.Duration;
import java.util.List;
import java.util.Objects;
import java.util.Queue;
import java.util.Random;
import java.util.concurrent.ConcurrentLinkedQueue;
import java.util.concurrent.CountDownLatch;
import java.util.concurrent.atomic.AtomicInteger;
import java.util.function.Consumer;
import java.util.stream.Stream;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.extension.RegisterExtension;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.MethodSource;
import org.junit.jupiter.params.provider.ValueSource;

/** Starting actors: names, factories, and systems that are about to end. */
class SpawnTest {
    @RegisterExtension
    final TestSystem test = new TestSystem();

    private static ActorSpec<Object> idle(String name) {
        return ActorSpec.of(name, () -> Behavior.receive((context, m) -> {}));
    }

    /** Runs something within an actor; what it throws comes back. */
    private @org.jspecify.annotations.Nullable Throwable within(Consumer<ActorContext<Object>> work) {
        Recorder<List<Throwable>> thrown = new Recorder<>();
        ActorRef<Object> actor = test.spawn(ActorSpec.anonymous(() -> Behavior.receive((context, m) -> {
            try {
                work.accept(context);
                thrown.add(List.of());
            } catch (Throwable t) {
                thrown.add(List.of(t));
            }
        })));
        actor.tell("go");
        List<Throwable> result = thrown.await(1).get(0);
        return result.isEmpty() ? null : result.get(0);
    }

    @ParameterizedTest
    @ValueSource(strings = {"", " ", "a b", "a/b", "$1", "a:b", "\u0000", "*"})
    void anIllegalNameIsRefused(String name) {
        assertThatThrownBy(() -> idle(name))
                .isInstanceOf(IllegalArgumentException.class)
                .hasMessage("name: \"" + name + "\" (expected: 1 to 255 letters, digits and - _ . ~)");
        assertThatThrownBy(() -> ActorSystem.create(name)).isInstanceOf(IllegalArgumentException.class);
    }

    @Test
    @SuppressWarnings("NullAway") // the point of the test
    void aNameOf255IsTheLongest() {
        test.spawn(idle("n".repeat(255)));
        assertThatThrownBy(() -> idle("n".repeat(256))).isInstanceOf(IllegalArgumentException.class);
        assertThatThrownBy(() -> idle(null))
                .isInstanceOf(IllegalArgumentException.class)
                .hasMessage("name: null (expected: 1 to 255 letters, digits and - _ . ~)");
    }

    @Test
    void aNameIsGivenOnceAmongSiblings() {
        test.spawn(idle("a"));
        assertThatThrownBy(() -> test.spawn(idle("a")))
                .isInstanceOf(IllegalArgumentException.class)
                .hasMessage("name: \"a\" (expected: no other child of bastion://test with that name)");
        assertThat(within(context -> {
                    context.spawn(idle("a"));
                    context.spawn(idle("a"));
                }))
                .isInstanceOf(IllegalArgumentException.class)
                .hasMessageMatching(
                        "name: \"a\" \\(expected: no other child of bastion://test/\\$\\d+ with that name\\)");
    }

    @Test
    void ofManyThreadsThatSpawnOneNameOneSucceeds() throws InterruptedException {
        for (int round = 0; round < 50; round++) {
            String name = "r" + round;
            AtomicInteger started = new AtomicInteger();
            inParallel(4, i -> {
                try {
                    test.spawn(idle(name));
                    started.incrementAndGet();
                } catch (IllegalArgumentException e) {
                    assertThat(e).hasMessageStartingWith("name: ");
                }
            });
            assertThat(started).hasValue(1);
        }
    }

    static Stream<Runnable> badSettings() {
        ActorSpec<Object> spec = idle("a");
        return Stream.of(
                () -> spec.stash(0),
                () -> spec.stash(-1),
                () -> Mailbox.bounded(0),
                () -> Mailbox.bounded(-5),
                () -> Restart.permanent().tries(-1),
                () -> Restart.permanent().within(Duration.ZERO),
                () -> Restart.permanent().within(Duration.ofMillis(-1)),
                () -> Placement.node(-1),
                () -> Behavior.receiveAsync(0, (context, m) -> reactor.core.publisher.Mono.empty()),
                () -> ActorSystem.builder("s").workers(0),
                () -> ActorSystem.builder("s").shutdownTimeout(Duration.ofMillis(-1)));
    }

    @ParameterizedTest
    @MethodSource("badSettings")
    void aBadSettingIsRefusedWhereItIsMade(Runnable setting) {
        assertThatThrownBy(setting::run)
                .isInstanceOf(IllegalArgumentException.class)
                .hasMessageMatching(
                        "[a-zA-Z]+: -?[A-Z0-9.]+(-[0-9.]+S)? \\(expected: >=? 0\\)|[a-zA-Z]+: -?\\d+ \\(expected: >= 1\\)");
    }

    @SuppressWarnings("NullAway") // the point of the test
    static Stream<Runnable> nullSettings() {
        ActorSpec<Object> spec = idle("a");
        return Stream.of(
                () -> spec.mailbox(null),
                () -> spec.restart(null),
                () -> spec.placement(null),
                () -> Restart.permanent().within(null),
                () -> Behavior.receive(null),
                () -> Behavior.receiveAsync(null),
                () -> Behavior.flow(null),
                () -> Behavior.receive((c, m) -> {}).onSignal(null),
                () -> ActorSystem.builder("s").scheduler(null),
                () -> ActorSystem.builder("s").topology(null),
                () -> ActorSystem.builder("s").shutdownTimeout(null));
    }

    @ParameterizedTest
    @MethodSource("nullSettings")
    void aNullSettingIsRefusedWhereItIsMade(Runnable setting) {
        assertThatThrownBy(setting::run)
                .isInstanceOf(NullPointerException.class)
                .hasMessageMatching("[a-zA-Z]+: null \\(expected: .+\\)");
    }

    @Test
    @SuppressWarnings("NullAway") // the point of the test
    void aNullSpecificationIsRefused() {
        assertThatThrownBy(() -> test.spawn(null))
                .isInstanceOf(NullPointerException.class)
                .hasMessage("spec: null (expected: an ActorSpec)");
        assertThat(within(context -> context.spawn(null)))
                .isInstanceOf(NullPointerException.class)
                .hasMessage("spec: null (expected: an ActorSpec)");
    }

    @Test
    void aNodeThatDoesNotExistIsRefused() {
        assertThatThrownBy(() -> test.spawn(idle("a").placement(Placement.node(7))))
                .isInstanceOf(IllegalArgumentException.class)
                .hasMessage("node: 7 (expected: 0..0)");
        test.spawn(idle("a").placement(Placement.node(0)));
        test.spawn(idle("b").placement(Placement.spread()));
    }

    @Test
    void aFactoryThatThrowsFailsTheSpawnWithItsCause() {
        for (Throwable cause : List.of(
                new IllegalStateException("no"),
                new IllegalArgumentException("no"),
                new AssertionError("no"),
                new StackOverflowError("no"),
                new Exception("no"))) {
            ActorSpec<Object> broken = ActorSpec.of("broken", () -> {
                throw Sneaky.thrown(cause);
            });
            assertThatThrownBy(() -> test.spawn(broken))
                    .isInstanceOf(ActorStartException.class)
                    .hasMessageContaining("bastion://test/broken")
                    .hasCauseReference(cause);
            assertThat(within(context -> context.spawn(broken)))
                    .isInstanceOf(ActorStartException.class)
                    .hasCauseReference(cause);
        }
    }

    @Test
    @SuppressWarnings("NullAway") // the point of the test
    void aFactoryThatReturnsNullFailsTheSpawn() {
        assertThatThrownBy(() -> test.spawn(ActorSpec.of("broken", () -> null)))
                .isInstanceOf(IllegalArgumentException.class)
                .hasMessage("behavior: null (expected: a Behavior from the factory of bastion://test/broken)");
    }

    @Test
    void theNameOfAnActorThatDidNotStartIsFreeAtOnce() {
        for (int i = 0; i < 500; i++) {
            assertThatThrownBy(() -> test.spawn(ActorSpec.of("name", () -> {
                        throw new IllegalStateException("no");
                    })))
                    .isInstanceOf(ActorStartException.class);
            ActorRef<Object> actor = test.spawn(idle("name"));
            actor.stop();
            TestSystem.end(actor);
        }
    }

    @Test
    void theChildrenOfAnActorThatDidNotStartEnd() {
        Recorder<ActorRef<Object>> children = new Recorder<>();
        assertThatThrownBy(() -> test.spawn(ActorSpec.<Object>of("broken", context -> {
                    children.add(context.spawn(idle("child")));
                    throw new IllegalStateException("no");
                })))
                .isInstanceOf(ActorStartException.class);
        assertThat(TestSystem.end(children.all().get(0))).isEqualTo(TerminationReason.KILLED);
    }

    @Test
    void aFactoryMayUseItsContextAndStopItsActor() {
        Recorder<Object> seen = new Recorder<>();
        ActorSpec<String> spec = ActorSpec.of("a", context -> {
            seen.add(context.path() + " " + context.incarnation() + " "
                    + context.contextView().isEmpty());
            context.self().tell("to self");
            if (!context.path().endsWith("lasting")) {
                context.stop();
            }
            return Behavior.receive((c, m) -> seen.add(m));
        });
        ActorRef<String> fromOutside = test.spawn(spec);
        assertThat(TestSystem.end(fromOutside)).isEqualTo(TerminationReason.STOPPED);
        ActorRef<Object> parent =
                test.spawn(ActorSpec.of("parent", () -> Behavior.receive((context, m) -> context.spawn(spec))));
        parent.tell("go", reactor.util.context.Context.of("of", "the parent's message"));
        assertThat(seen.await(2)).containsExactly("bastion://test/a 0 true", "bastion://test/parent/a 0 true");
        test.spawn(spec.named("lasting"));
        assertThat(seen.await(4)).endsWith("bastion://test/lasting 0 true", "to self");
        test.rest();
        assertThat(test.deadLetters(DeadLetter.Reason.STOPPED)).containsExactly("to self", "to self");
    }

    @Test
    void theContextIsRefusedOnOtherThreads() {
        Recorder<ActorContext<Object>> contexts = new Recorder<>();
        test.spawn(ActorSpec.of("a", context -> {
            contexts.add(context);
            return Behavior.receive((c, m) -> {});
        }));
        ActorContext<Object> context = contexts.all().get(0);
        ActorRef<Object> other = test.spawn(idle("other"));
        Stream<Runnable> uses = Stream.of(
                context::incarnation,
                context::contextView,
                () -> context.spawn(idle("c")),
                context::children,
                () -> context.child("c"),
                () -> context.become(Behavior.receive((c, m) -> {})),
                () -> context.forward(other, 1),
                () -> context.watch(other),
                () -> context.watchWith(other, 1),
                () -> context.unwatch(other),
                context::timers,
                context::stash,
                () -> context.receiveTimeout(Duration.ofSeconds(1), 1),
                context::cancelReceiveTimeout,
                () -> context.pipeToSelf(reactor.core.publisher.Mono.just(1), (v, e) -> 1));
        uses.forEach(use -> {
            assertThatThrownBy(use::run)
                    .isInstanceOf(IllegalStateException.class)
                    .hasMessage("context: used on " + Thread.currentThread().getName()
                            + " (expected: within bastion://test/a)");
            assertThat(within(c -> use.run())).isInstanceOf(IllegalStateException.class);
        });
        assertThat(context.self().path()).isEqualTo(context.path());
        assertThat(context.system()).isSameAs(test.system);
    }

    @Test
    void spawningOnAStoppingSystemIsRefused() {
        test.system.stop();
        assertThatThrownBy(() -> test.spawn(idle("late")))
                .isInstanceOf(IllegalStateException.class)
                .hasMessage("spawn: system test is stopping (expected: a running system)");
    }

    @Test
    void spawningWithinAStoppingActorIsRefused() {
        Recorder<Throwable> refused = new Recorder<>();
        ActorRef<Object> actor = test.spawn(ActorSpec.of(
                "a",
                () -> Behavior.<Object>receive((context, m) -> {
                            throw new IllegalStateException("wanted");
                        })
                        .onSignal((context, signal) -> {
                            try {
                                context.spawn(idle("late"));
                            } catch (IllegalStateException e) {
                                refused.add(e);
                            }
                            return true;
                        })));
        actor.tell("restart");
        actor.tell("restart");
        test.rest();
        actor.stop();
        TestSystem.end(actor);
        assertThat(refused.await(3))
                .hasSize(3)
                .allSatisfy(
                        e -> assertThat(e).hasMessage("spawn: bastion://test/a is ending (expected: a running actor)"));
    }

    @Test
    void spawningThatRacesWithTheStopLeavesNoOrphan() throws InterruptedException {
        Random random = new Random(Seed.of("spawningThatRacesWithTheStopLeavesNoOrphan"));
        for (int round = 0; round < 20; round++) {
            ActorSystem system = ActorSystem.builder("race").workers(2).build();
            Queue<ActorRef<?>> started = new ConcurrentLinkedQueue<>();
            Queue<Throwable> unexpected = new ConcurrentLinkedQueue<>();
            ActorRef<Object> nest = system.spawn(ActorSpec.of(
                    "nest",
                    () -> Behavior.receive((context, m) -> {
                        started.add(context.spawn(ActorSpec.<Object>anonymous(c -> {
                            started.add(c.spawn(ActorSpec.<Object>anonymous(() -> Behavior.receive((d, n) -> {}))));
                            return Behavior.receive((d, n) -> {});
                        })));
                        context.self().tell(m);
                    })));
            nest.tell("spawn");
            int delay = random.nextInt(200);
            inParallel(3, i -> {
                for (int n = 0; i > 0 && n < 1_000; n++) {
                    try {
                        started.add(system.spawn(ActorSpec.<Object>anonymous(c -> {
                            started.add(c.spawn(ActorSpec.<Object>anonymous(() -> Behavior.receive((d, m) -> {}))));
                            return Behavior.receive((d, m) -> {});
                        })));
                    } catch (IllegalStateException e) {
                        break;
                    } catch (Throwable t) {
                        unexpected.add(t);
                        break;
                    }
                }
                if (i == 0) {
                    long end = System.nanoTime() + delay * 10_000L;
                    while (System.nanoTime() < end) {
                        Thread.onSpinWait();
                    }
                    system.stop();
                }
            });
            assertThat(unexpected).isEmpty();
            system.close();
            system.whenTerminated().block(Duration.ofSeconds(10));
            for (ActorRef<?> actor : started) {
                Objects.requireNonNull(actor.whenTerminated().block(Duration.ofSeconds(10)), "an orphan: " + actor);
            }
        }
    }

    private static void inParallel(int threads, java.util.function.IntConsumer work) throws InterruptedException {
        CountDownLatch start = new CountDownLatch(1);
        List<Thread> all = java.util.stream.IntStream.range(0, threads)
                .mapToObj(i -> new Thread(() -> {
                    TestSystem.await(start);
                    work.accept(i);
                }))
                .toList();
        all.forEach(Thread::start);
        start.countDown();
        for (Thread thread : all) {
            thread.join(20_000);
            assertThat(thread.isAlive()).isFalse();
        }
    }
}
