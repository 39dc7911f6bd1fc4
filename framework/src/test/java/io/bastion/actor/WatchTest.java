package io.bastion.actor;

import static org.assertj.core.api.Assertions.assertThat;

import io.bastion.supervision.Restart;
import io.bastion.testing.Recorder;
import io.bastion.testing.Seed;
import io.bastion.testing.TestSystem;
import java.time.Duration;
import java.util.ArrayList;
import java.util.List;
import java.util.Random;
import java.util.function.BiConsumer;
import java.util.stream.IntStream;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.extension.RegisterExtension;
import reactor.core.publisher.Mono;

/** Watching: exactly one signal, and none that was not asked for. */
class WatchTest {
    @RegisterExtension
    final TestSystem test = new TestSystem();

    private final Recorder<Object> seen = new Recorder<>();

    private ActorSpec<Object> idle(String name) {
        return ActorSpec.of(
                name,
                () -> Behavior.receive((context, m) -> {
                    if (m instanceof Throwable t) {
                        throw Sneaky.thrown(t);
                    }
                    if (m instanceof Runnable r) {
                        r.run();
                    }
                }));
    }

    /** Does what it is told, and records messages and signals of termination. */
    private ActorRef<Object> watcher(String name) {
        return test.spawn(ActorSpec.of(name, () -> watching()));
    }

    private Behavior<Object> watching() {
        return Behavior.<Object>receive((context, m) -> {
                    if (m instanceof Within work) {
                        work.work.accept(context, seen);
                    } else {
                        seen.add(m);
                    }
                })
                .onSignal((context, signal) -> {
                    if (signal instanceof Signal.Terminated terminated) {
                        seen.add(terminated);
                    }
                    return true;
                });
    }

    private record Within(BiConsumer<ActorContext<Object>, Recorder<Object>> work) {}

    private static Within within(java.util.function.Consumer<ActorContext<Object>> work) {
        return new Within((context, seen) -> work.accept(context));
    }

    @Test
    void oneSignalHoweverOftenWatched() {
        ActorRef<Object> watched = test.spawn(idle("watched"));
        ActorRef<Object> watcher = watcher("watcher");
        for (int i = 0; i < 5; i++) {
            watcher.tell(within(context -> {
                context.watch(watched);
                context.watch(watched);
            }));
        }
        test.rest();
        watched.stop();
        seen.await(1);
        test.settle();
        assertThat(seen.all()).containsExactly(new Signal.Terminated(watched, TerminationReason.STOPPED));
    }

    @Test
    void atOnceWhenItHasEndedAlreadyAndAgainWhenAskedAgain() {
        ActorRef<Object> watched = test.spawn(idle("watched"));
        watched.kill();
        TestSystem.end(watched);
        ActorRef<Object> watcher = watcher("watcher");
        watcher.tell(within(context -> {
            context.watch(watched);
            context.watch(watched);
        }));
        seen.await(1);
        test.settle();
        watcher.tell(within(context -> context.watch(watched)));
        seen.await(2);
        test.settle();
        Signal.Terminated killed = new Signal.Terminated(watched, TerminationReason.KILLED);
        assertThat(seen.all()).containsExactly(killed, killed);
    }

    @Test
    void theReasonSaysHowItEnded() {
        RuntimeException cause = new IllegalStateException("wanted");
        ActorRef<Object> watcher = watcher("watcher");
        List<ActorRef<Object>> watched = IntStream.range(0, 5)
                .mapToObj(i -> test.spawn(idle("w" + i).restart(Restart.temporary())))
                .toList();
        watcher.tell(within(context -> watched.forEach(context::watch)));
        test.rest();
        watched.get(0).stop();
        seen.await(1);
        watched.get(1).kill();
        seen.await(2);
        watched.get(2).tell(cause);
        seen.await(3);
        watched.get(3).drain();
        seen.await(4);
        assertThat(seen.all())
                .containsExactly(
                        new Signal.Terminated(watched.get(0), TerminationReason.STOPPED),
                        new Signal.Terminated(watched.get(1), TerminationReason.KILLED),
                        new Signal.Terminated(watched.get(2), new TerminationReason.Failed(cause)),
                        new Signal.Terminated(watched.get(3), TerminationReason.STOPPED));
    }

    @Test
    void noneOnARestart() {
        ActorRef<Object> watched = test.spawn(idle("watched"));
        ActorRef<Object> watcher = watcher("watcher");
        watcher.tell(within(context -> context.watch(watched)));
        test.rest();
        watched.tell(new IllegalStateException("wanted"));
        test.rest();
        test.settle();
        assertThat(seen.size()).isZero();
        watched.stop();
        seen.await(1);
    }

    @Test
    void noneAfterUnwatch() {
        ActorRef<Object> watched = test.spawn(idle("watched"));
        ActorRef<Object> watcher = watcher("watcher");
        watcher.tell(within(context -> {
            context.watch(watched);
            context.unwatch(watched);
        }));
        test.rest();
        watched.stop();
        TestSystem.end(watched);
        test.settle();
        assertThat(seen.size()).isZero();
    }

    @Test
    void noneAfterUnwatchEvenIfItIsQueued() {
        ActorRef<Object> watched = test.spawn(idle("watched"));
        ActorRef<Object> watcher = watcher("watcher");
        ActorGate gate = new ActorGate();
        watcher.tell(within(context -> {
            context.watch(watched);
            gate.pass();
            context.unwatch(watched);
        }));
        gate.awaitEntered();
        watched.stop();
        TestSystem.end(watched);
        gate.open();
        test.rest();
        test.settle();
        assertThat(seen.size()).isZero();
    }

    @Test
    void oneAfterUnwatchAndWatchWhileTheSignalIsQueued() {
        ActorRef<Object> watched = test.spawn(idle("watched"));
        ActorRef<Object> watcher = watcher("watcher");
        ActorGate gate = new ActorGate();
        watcher.tell(within(context -> {
            context.watch(watched);
            gate.pass();
            context.unwatch(watched);
            context.watch(watched);
        }));
        gate.awaitEntered();
        watched.stop();
        TestSystem.end(watched);
        gate.open();
        seen.await(1);
        test.settle();
        assertThat(seen.size()).isEqualTo(1);
    }

    @Test
    void aMessageOfItsOwnMayReplaceTheSignal() {
        ActorRef<Object> watched = test.spawn(idle("watched"));
        ActorRef<Object> dead = test.spawn(idle("dead"));
        dead.stop();
        TestSystem.end(dead);
        ActorRef<Object> watcher = watcher("watcher");
        watcher.tell(within(context -> {
            context.watch(watched);
            context.watchWith(watched, "gone");
            context.watchWith(dead, "dead");
        }));
        seen.await(1);
        watched.stop();
        seen.await(2);
        test.settle();
        assertThat(seen.all()).containsExactly("dead", "gone");
        assertThat(test.rest().conserved()).isTrue();
    }

    @Test
    void theMessageThatReplacesTheSignalWaitsForTheDemandOfAFlow() {
        ActorRef<Object> watched = test.spawn(idle("watched"));
        reactor.core.publisher.Sinks.Many<Integer> demand =
                reactor.core.publisher.Sinks.many().unicast().onBackpressureBuffer();
        test.spawn(ActorSpec.<Object>of("watcher", context -> {
                    context.watchWith(watched, "gone");
                    return Behavior.flow(
                            (c, inbox) -> inbox.zipWith(demand.asFlux(), 1).doOnNext(both -> seen.add(both.getT1())));
                }))
                .tell("first");
        ActorRef<?> ended = watched;
        ended.stop();
        TestSystem.end(ended);
        test.settle();
        demand.tryEmitNext(1);
        demand.tryEmitNext(2);
        assertThat(seen.await(2)).containsExactlyInAnyOrder("first", "gone");
        assertThat(test.rest().handled()).isEqualTo(2);
    }

    @Test
    void theSignalComesAfterTheActorsEarlierMessages() {
        for (int round = 0; round < 50; round++) {
            seen.clear();
            ActorRef<Object> watcher = watcher("watcher" + round);
            ActorRef<Object> watched = test.spawn(ActorSpec.of(
                    "watched" + round,
                    () -> Behavior.<Object>receive((context, m) -> {
                                for (int i = 0; i < 100; i++) {
                                    watcher.tell(i);
                                }
                                context.stop();
                            })
                            .onSignal((context, signal) -> {
                                watcher.tell("last");
                                return true;
                            })));
            watcher.tell(within(context -> context.watch(watched)));
            watched.tell("go");
            List<Object> got = seen.await(102);
            assertThat(got.subList(0, 100))
                    .isEqualTo(IntStream.range(0, 100).boxed().toList());
            assertThat(got.subList(100, 102))
                    .containsExactly("last", new Signal.Terminated(watched, TerminationReason.STOPPED));
        }
    }

    @Test
    void anUnhandledSignalFailsTheWatcher() {
        RuntimeException cause = new IllegalStateException("wanted");
        ActorRef<Object> watched = test.spawn(idle("watched").restart(Restart.temporary()));
        ActorRef<Object> watcher = test.spawn(idle("watcher").restart(Restart.temporary()));
        ActorRef<Object> parent = test.spawn(ActorSpec.<Object>of("pact", context -> {
                    context.watch(watched);
                    return Behavior.receive((c, m) -> {});
                })
                .restart(Restart.temporary()));
        watcher.stop();
        test.settle();
        watched.tell(cause);
        assertThat(TestSystem.end(parent))
                .isInstanceOfSatisfying(
                        TerminationReason.Failed.class,
                        failed -> assertThat(failed.cause())
                                .isInstanceOf(DeathPactException.class)
                                .hasMessageContaining("bastion://test/watched terminated")
                                .hasCauseReference(cause));
    }

    @Test
    void aWatchSurvivesTheRestartOfTheWatcher() {
        ActorRef<Object> watched = test.spawn(idle("watched"));
        ActorRef<Object> watcher = watcher("watcher");
        watcher.tell(within(context -> {
            context.watch(watched);
            throw new IllegalStateException("wanted");
        }));
        test.rest();
        watched.stop();
        seen.await(1);
        test.settle();
        assertThat(seen.all()).containsExactly(new Signal.Terminated(watched, TerminationReason.STOPPED));
    }

    @Test
    void theSignalWaitsForAsynchronousWork() {
        reactor.core.publisher.Sinks.Empty<Void> work = reactor.core.publisher.Sinks.empty();
        ActorRef<Object> watched = test.spawn(idle("watched"));
        ActorRef<Object> watcher = test.spawn(ActorSpec.<Object>of("watcher", context -> {
            context.watch(watched);
            return Behavior.<Object>receiveAsync((c, m) -> {
                        seen.add(m);
                        return work.asMono().doOnSuccess(v -> seen.add("done"));
                    })
                    .onSignal((c, signal) -> {
                        seen.add(signal);
                        return true;
                    });
        }));
        watcher.tell("begin");
        seen.await(1);
        watched.stop();
        TestSystem.end(watched);
        test.settle();
        assertThat(seen.size()).isEqualTo(1);
        work.tryEmitEmpty();
        assertThat(seen.await(3))
                .containsExactly("begin", "done", new Signal.Terminated(watched, TerminationReason.STOPPED));
    }

    @Test
    void aParentMayWatchItsChildAndAChildItsParent() {
        Recorder<ActorRef<Object>> child = new Recorder<>();
        ActorRef<Object> parent = watcher("parent");
        parent.tell(within(context -> {
            ActorRef<Object> c = context.spawn(ActorSpec.of("child", () -> watching()));
            context.watch(c);
            child.add(c);
        }));
        ActorRef<Object> c = child.await(1).get(0);
        c.tell(within(context -> context.watch(parent)));
        test.rest();
        c.stop();
        assertThat(seen.await(1)).containsExactly(new Signal.Terminated(c, TerminationReason.STOPPED));
        // the child that watches its parent is gone before it
        parent.stop();
        TestSystem.end(parent);
        test.settle();
        assertThat(seen.size()).isEqualTo(1);
    }

    @Test
    @SuppressWarnings("NullAway") // the point of the test
    void badWatchesAreRefused() {
        Recorder<Throwable> refused = new Recorder<>();
        ActorRef<Object> watcher = watcher("watcher");
        watcher.tell(within(context -> {
            List<Runnable> bad = List.of(
                    () -> context.watch(context.self()),
                    () -> context.watch(null),
                    () -> context.unwatch(null),
                    () -> context.watchWith(test.spawn(idle("other")), null));
            for (Runnable r : bad) {
                try {
                    r.run();
                } catch (RuntimeException e) {
                    refused.add(e);
                }
            }
        }));
        assertThat(refused.await(4))
                .extracting(Throwable::getMessage)
                .containsExactly(
                        "watch: bastion://test/watcher itself (expected: another actor)",
                        "actor: null (expected: an ActorRef)",
                        "actor: null (expected: an ActorRef)",
                        "message: null (expected: a message)");
    }

    @Test
    void anAdapterStandsForItsActor() {
        Recorder<ActorRef<String>> adapter = new Recorder<>();
        ActorRef<Object> watched = watcher("watched");
        watched.tell(within(context -> adapter.add(context.adapter(s -> s))));
        ActorRef<String> a = adapter.await(1).get(0);
        ActorRef<Object> watcher = watcher("watcher");
        watcher.tell(within(context -> context.watch(a)));
        test.rest();
        watched.stop();
        assertThat(seen.await(1)).containsExactly(new Signal.Terminated(watched, TerminationReason.STOPPED));
    }

    @Test
    void everyWatcherOfManyIsToldOnceWhileItEnds() {
        Random random = new Random(Seed.of("everyWatcherOfManyIsToldOnceWhileItEnds"));
        for (int round = 0; round < 100; round++) {
            seen.clear();
            ActorRef<Object> watched = test.spawn(ActorSpec.<Object>anonymous(() -> Behavior.receive((c, m) -> {})));
            int watchers = 20;
            List<ActorRef<Object>> all = new ArrayList<>();
            int end = random.nextInt(watchers);
            for (int i = 0; i < watchers; i++) {
                ActorRef<Object> watcher =
                        test.spawn(ActorSpec.<Object>anonymous(() -> watching()).placement(Placement.spread()));
                all.add(watcher);
                watcher.tell(within(context -> context.watch(watched)));
                if (i == end) {
                    watched.stop();
                }
            }
            seen.await(watchers);
            all.forEach(ActorRef::stop);
        }
        test.rest();
        assertThat(seen.size()).isEqualTo(20);
    }

    @Test
    void whatIsWatchedForgetsAWatcherThatEnded() {
        ActorRef<Object> watched = test.spawn(idle("watched"));
        for (int i = 0; i < 10; i++) {
            ActorRef<Object> watcher = watcher("watcher" + i);
            watcher.tell(within(context -> context.watch(watched)));
            watcher.drain();
            TestSystem.end(watcher);
        }
        test.settle();
        assertThat(((ActorCell<?>) watched).extension().watchers()).isEmpty();
    }

    @Test
    void whoWaitsForTheEndInVainIsForgotten() {
        ActorRef<Object> actor = test.spawn(idle("a"));
        for (int i = 0; i < 1_000; i++) {
            actor.whenTerminated()
                    .timeout(Duration.ZERO, Mono.empty(), reactor.core.scheduler.Schedulers.immediate())
                    .subscribe();
            actor.whenTerminated().subscribe().dispose();
        }
        test.rest();
        assertThat(((ActorCell<?>) actor).extension().ends()).hasSizeLessThan(10);
    }
}
