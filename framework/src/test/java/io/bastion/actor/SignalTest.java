package io.bastion.actor;

import static org.assertj.core.api.Assertions.assertThat;

import io.bastion.supervision.Restart;
import io.bastion.testing.Recorder;
import io.bastion.testing.TestSystem;
import java.time.Duration;
import java.util.List;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.extension.RegisterExtension;

/** Restarting and Stopped: once, in the right order, and harmless when they throw. */
class SignalTest {
    @RegisterExtension
    final TestSystem test = new TestSystem();

    private final Recorder<Object> seen = new Recorder<>();

    /** Has as many generations below it as it is told, and records signals. */
    private ActorSpec<Object> family(String name, int generations) {
        return ActorSpec.<Object>of(name, context -> {
            seen.add("start " + name + " " + context.incarnation());
            if (generations > 0) {
                context.spawn(family(name + "a", generations - 1));
                context.spawn(family(name + "b", generations - 1));
            }
            return Behavior.<Object>receive((c, m) -> {
                        if (m instanceof Throwable t) {
                            throw Sneaky.thrown(t);
                        }
                        if (m.equals("stop")) {
                            c.stop();
                        }
                    })
                    .onSignal((c, signal) -> {
                        seen.add(signal.getClass().getSimpleName() + " " + name + " "
                                + c.children().size());
                        return true;
                    });
        });
    }

    @Test
    void childrenAreStoppedBeforeTheirParent() {
        ActorRef<Object> root = test.spawn(family("r", 2));
        seen.clear();
        root.stop();
        TestSystem.end(root);
        List<Object> got = seen.all();
        assertThat(got).hasSize(7).endsWith("Stopped r 0");
        assertThat(got.indexOf("Stopped ra 0"))
                .isGreaterThan(got.indexOf("Stopped raa 0"))
                .isGreaterThan(got.indexOf("Stopped rab 0"));
        assertThat(got.indexOf("Stopped rb 0"))
                .isGreaterThan(got.indexOf("Stopped rba 0"))
                .isGreaterThan(got.indexOf("Stopped rbb 0"));
    }

    @Test
    void onARestartTheChildrenEndTheOldIncarnationIsToldAndTheNewOneBegins() {
        ActorRef<Object> root = test.spawn(family("r", 1));
        seen.clear();
        root.tell(new IllegalStateException("wanted"));
        List<Object> got = seen.await(6);
        assertThat(got.subList(0, 2)).containsExactlyInAnyOrder("Stopped ra 0", "Stopped rb 0");
        assertThat(got.get(2)).isEqualTo("Restarting r 0");
        assertThat(got.subList(3, 6)).containsExactly("start r 1", "start ra 0", "start rb 0");
    }

    @Test
    void killGivesNoSignal() {
        ActorRef<Object> root = test.spawn(family("r", 1));
        seen.clear();
        root.kill();
        assertThat(TestSystem.end(root)).isEqualTo(TerminationReason.KILLED);
        assertThat(seen.size()).isZero();
    }

    @Test
    void theSameThrowableReachesTheSignal() {
        Recorder<Signal> signals = new Recorder<>();
        RuntimeException cause = new IllegalStateException("wanted");
        ActorRef<Object> actor = test.spawn(ActorSpec.<Object>of(
                        "a",
                        () -> Behavior.<Object>receive((context, m) -> {
                                    throw cause;
                                })
                                .onSignal((context, signal) -> {
                                    signals.add(signal);
                                    return true;
                                }))
                .restart(Restart.transientOnFailure().tries(1)));
        actor.tell(1);
        actor.tell(2);
        TestSystem.end(actor);
        assertThat(signals.all()).hasSize(2);
        assertThat(((Signal.Restarting) signals.all().get(0)).cause()).isSameAs(cause);
        assertThat(signals.all().get(1)).isEqualTo(new Signal.Stopped(new TerminationReason.Failed(cause)));
    }

    @Test
    void signalHandlersThatThrowAreReportedAndChangeNothing() {
        ActorRef<Object> actor = test.spawn(ActorSpec.of(
                "a",
                () -> Behavior.<Object>receive((context, m) -> {
                            seen.add(m + " in " + context.incarnation());
                            if (m.equals("fail")) {
                                throw new IllegalStateException("wanted");
                            }
                        })
                        .onSignal((context, signal) -> {
                            throw signal instanceof Signal.Restarting
                                    ? new AssertionError("restarting")
                                    : new StackOverflowError("stopped");
                        })));
        actor.tell("fail");
        actor.tell("next");
        assertThat(seen.await(2)).containsExactly("fail in 0", "next in 1");
        actor.stop();
        assertThat(TestSystem.end(actor)).isEqualTo(TerminationReason.STOPPED);
        assertThat(test.logged())
                .contains(
                        "bastion://test/a failed, in its handling of Restarting",
                        "bastion://test/a failed, in its handling of Stopped");
    }

    @Test
    void aSignalHandlerThatThrowsForATerminatedActorFailsTheWatcher() {
        RuntimeException cause = new IllegalStateException("wanted");
        ActorRef<Object> watched = test.spawn(family("w", 0));
        ActorRef<Object> watcher = test.spawn(ActorSpec.<Object>of("a", context -> {
                    context.watch(watched);
                    return Behavior.<Object>receive((c, m) -> {}).onSignal((c, signal) -> {
                        throw cause;
                    });
                })
                .restart(Restart.temporary()));
        watched.stop();
        assertThat(TestSystem.end(watcher)).isEqualTo(new TerminationReason.Failed(cause));
    }

    @Test
    void anUnhandledSignalOfTheOwnEndIsIgnored() {
        ActorRef<Object> actor = test.spawn(ActorSpec.of(
                "a",
                () -> Behavior.<Object>receive((context, m) -> {
                            throw new IllegalStateException("wanted");
                        })
                        .onSignal((context, signal) -> {
                            seen.add(signal.getClass());
                            return false;
                        })));
        actor.tell(1);
        test.rest();
        actor.stop();
        TestSystem.end(actor);
        assertThat(seen.all()).containsExactly(Signal.Restarting.class, Signal.Stopped.class);
        assertThat(test.logged()).noneMatch(line -> line.contains("in its handling"));
    }

    @Test
    void whatTheStoppedHandlerStartsIsEnded() {
        ActorRef<Object> actor = test.spawn(ActorSpec.of(
                "a",
                () -> Behavior.<Object>receive((context, m) -> {}).onSignal((context, signal) -> {
                    context.timers().every("key", "tick", Duration.ofMillis(1));
                    context.pipeToSelf(
                            reactor.core.publisher.Mono.never().doOnCancel(() -> seen.add("cancelled")),
                            (v, e) -> "piped");
                    context.receiveTimeout(Duration.ofMillis(1), "timeout");
                    return true;
                })));
        actor.stop();
        TestSystem.end(actor);
        assertThat(seen.await(1)).containsExactly("cancelled");
        test.advance(Duration.ofSeconds(1));
        assertThat(test.time.pending()).isZero();
    }

    @Test
    void theStoppedHandlerHasNoMessageInWork() {
        ActorRef<Object> actor = test.spawn(ActorSpec.of(
                "a",
                () -> Behavior.<Object>receive((context, m) -> context.stop()).onSignal((context, signal) -> {
                    try {
                        context.stash().add();
                    } catch (IllegalStateException e) {
                        seen.add(String.valueOf(e.getMessage()));
                    }
                    seen.add(context.contextView().isEmpty());
                    return true;
                })));
        actor.tell("last", reactor.util.context.Context.of("user", "ada"));
        TestSystem.end(actor);
        assertThat(seen.all()).containsExactly("message: none in work (expected: a call from within a handler)", true);
    }

    @Test
    void anInterruptInASignalHandlerDoesNotReachTheNextMessage() {
        ActorRef<Object> watched = test.spawn(family("w", 0));
        seen.clear();
        ActorGate gate = new ActorGate();
        ActorRef<Object> actor = test.spawn(ActorSpec.<Object>of("a", context -> {
            context.watch(watched);
            return Behavior.<Object>receive((c, m) -> {
                        if (m.equals("wait")) {
                            gate.pass();
                        } else {
                            seen.add(Thread.currentThread().isInterrupted());
                        }
                    })
                    .onSignal((c, signal) -> {
                        Thread.currentThread().interrupt();
                        return true;
                    });
        }));
        actor.tell("wait");
        gate.awaitEntered();
        watched.kill();
        TestSystem.end(watched);
        actor.tell("message");
        gate.open();
        assertThat(seen.await(1)).containsExactly(false);
    }
}
