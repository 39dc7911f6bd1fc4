package io.bastion.actor;

import static org.assertj.core.api.Assertions.assertThat;

import io.bastion.supervision.Restart;
import io.bastion.testing.Recorder;
import io.bastion.testing.TestSystem;
import java.io.IOException;
import java.time.Duration;
import java.util.List;
import java.util.concurrent.atomic.AtomicInteger;
import java.util.stream.IntStream;
import java.util.stream.Stream;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.extension.RegisterExtension;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.MethodSource;

/** Failures of every kind, and what comes after them. */
class RestartTest {
    @RegisterExtension
    final TestSystem test = new TestSystem();

    private final Recorder<Object> seen = new Recorder<>();
    private final Recorder<Signal> signals = new Recorder<>();

    /** Throws what it is told to throw, and records the rest with the incarnation and a count of its own. */
    private ActorSpec<Object> failing(Restart restart) {
        return ActorSpec.<Object>of("a", () -> {
                    AtomicInteger count = new AtomicInteger();
                    return Behavior.<Object>receive((context, m) -> {
                                if (m instanceof Throwable t) {
                                    throw Sneaky.thrown(t);
                                }
                                if (m.equals("stop")) {
                                    context.stop();
                                }
                                seen.add(m + " " + context.incarnation() + " " + count.getAndIncrement());
                            })
                            .onSignal((context, signal) -> {
                                signals.add(signal);
                                return true;
                            });
                })
                .restart(restart);
    }

    static Stream<Throwable> everyKind() {
        return Stream.of(
                new IllegalStateException("runtime"),
                new IOException("checked"),
                new Error("error"),
                new AssertionError("assertion"),
                new StackOverflowError("overflow"),
                new NoClassDefFoundError("linkage"),
                new OutOfMemoryError("memory"),
                new InterruptedException("interrupted"));
    }

    @ParameterizedTest
    @MethodSource("everyKind")
    void aFailureOfAnyKindIsASupervisionDecision(Throwable cause) {
        ActorRef<Object> actor = test.spawn(failing(Restart.transientOnFailure().tries(1)));
        actor.tell("before");
        actor.tell(cause);
        actor.tell("after");
        assertThat(seen.await(2)).containsExactly("before 0 0", "after 1 0");
        actor.tell(cause);
        assertThat(TestSystem.end(actor))
                .isInstanceOfSatisfying(
                        TerminationReason.Failed.class,
                        failed -> assertThat(failed.cause()).isSameAs(cause));
        assertThat(signals.all())
                .satisfiesExactly(
                        restarting -> assertThat(((Signal.Restarting) restarting).cause())
                                .isSameAs(cause),
                        stopped ->
                                assertThat(stopped).isEqualTo(new Signal.Stopped(new TerminationReason.Failed(cause))));
        assertThat(test.rest()).isEqualTo(new MessageStats(4, 2, 2, 0, 0, 0, 0));
        assertThat(test.logged()).contains("bastion://test/a failed, restarts", "bastion://test/a failed, stays down");
    }

    @Test
    @SuppressWarnings("InfiniteRecursion")
    void aRealStackOverflowIsAFailureAndTheWorkerLivesOn() {
        ActorRef<Object> actor = test.spawn(ActorSpec.of(
                "deep",
                () -> Behavior.<Object>receive((context, m) -> {
                            if (m.equals("overflow")) {
                                recurse(0);
                            }
                            seen.add(m + " in " + context.incarnation());
                        })
                        .onSignal((context, signal) -> {
                            signals.add(signal);
                            return true;
                        })));
        actor.tell("overflow");
        actor.tell("after");
        assertThat(seen.await(1)).containsExactly("after in 1");
        assertThat(((Signal.Restarting) signals.all().get(0)).cause()).isInstanceOf(StackOverflowError.class);
    }

    @SuppressWarnings("InfiniteRecursion")
    private static int recurse(int depth) {
        return recurse(depth + 1) + 1;
    }

    @Test
    void aRestartKeepsTheMailboxAndItsOrder() {
        ActorGate gate = new ActorGate();
        ActorRef<Object> actor = test.spawn(ActorSpec.of(
                "a",
                () -> Behavior.<Object>receive((context, m) -> {
                    gate.pass();
                    if (m instanceof Integer n && n % 40 == 0) {
                        throw new IllegalStateException("wanted");
                    }
                    seen.add(m);
                })));
        IntStream.range(0, 100).forEach(actor::tell);
        gate.open();
        seen.await(97);
        assertThat(seen.all())
                .isEqualTo(
                        IntStream.range(0, 100).filter(n -> n % 40 != 0).boxed().toList());
        assertThat(test.rest()).isEqualTo(new MessageStats(100, 97, 3, 0, 0, 0, 0));
    }

    @Test
    void whenTheTriesAreSpentItStaysDownWithTheLastCause() {
        ActorRef<Object> actor =
                test.spawn(failing(Restart.transientOnFailure().tries(2).within(Duration.ofSeconds(10))));
        List<Throwable> causes = List.of(new Error("1"), new Error("2"), new Error("3"));
        actor.tellAll(List.of(causes.get(0), causes.get(1), causes.get(2), "late"));
        assertThat(TestSystem.end(actor)).isEqualTo(new TerminationReason.Failed(causes.get(2)));
        assertThat(test.deadLetters(DeadLetter.Reason.STOPPED)).containsExactly("late");
        assertThat(actor.tell("too late")).isEqualTo(TellResult.TERMINATED);
    }

    @Test
    void aRestartExactlyAsOldAsTheWindowStillCounts() {
        Restart restart = Restart.transientOnFailure().tries(1).within(Duration.ofSeconds(10));
        ActorRef<Object> actor = test.spawn(failing(restart));
        actor.tell(new Error("1"));
        test.rest();
        test.advance(Duration.ofSeconds(10).plusNanos(1));
        actor.tell(new Error("2"));
        actor.tell("alive");
        assertThat(seen.await(1)).containsExactly("alive 2 0");
        test.advance(Duration.ofSeconds(10));
        Error last = new Error("3");
        actor.tell(last);
        assertThat(TestSystem.end(actor)).isEqualTo(new TerminationReason.Failed(last));
    }

    @Test
    void unlimitedMeansAsOftenAsItTakes() {
        ActorRef<Object> actor = test.spawn(failing(Restart.transientOnFailure()));
        for (int i = 0; i < 500; i++) {
            actor.tell(new Error("wanted"));
        }
        actor.tell("alive");
        assertThat(seen.await(1)).containsExactly("alive 500 0");
    }

    @Test
    void aHugeWindowIsAllowed() {
        ActorRef<Object> actor =
                test.spawn(failing(Restart.transientOnFailure().within(Duration.ofSeconds(Long.MAX_VALUE))));
        actor.tell(new Error("wanted"));
        actor.tell("alive");
        assertThat(seen.await(1)).containsExactly("alive 1 0");
    }

    @Test
    void aTemporaryActorIsNeverRestarted() {
        ActorRef<Object> actor = test.spawn(failing(Restart.temporary()));
        Error cause = new Error("wanted");
        actor.tell(cause);
        assertThat(TestSystem.end(actor)).isEqualTo(new TerminationReason.Failed(cause));
        assertThat(signals.all()).containsExactly(new Signal.Stopped(new TerminationReason.Failed(cause)));
    }

    @Test
    void aTransientActorThatStopsItselfStaysDown() {
        ActorRef<Object> actor = test.spawn(failing(Restart.transientOnFailure()));
        actor.tellAll(List.of("stop", "late"));
        assertThat(TestSystem.end(actor)).isEqualTo(TerminationReason.STOPPED);
        assertThat(seen.all()).containsExactly("stop 0 0");
        assertThat(test.deadLetters(DeadLetter.Reason.STOPPED)).containsExactly("late");
    }

    @Test
    void aPermanentActorThatStopsItselfBeginsANewIncarnation() {
        ActorRef<Object> actor = test.spawn(failing(Restart.permanent()));
        List.of("stop", "next", new Error("wanted"), "last").forEach(actor::tell);
        assertThat(seen.await(3)).containsExactly("stop 0 0", "next 1 0", "last 2 0");
        assertThat(((Signal.Restarting) signals.all().get(0)).cause()).isNull();
        actor.stop();
        actor.tell("again");
        assertThat(seen.await(4)).endsWith("again 3 0");
        actor.kill();
        assertThat(TestSystem.end(actor)).isEqualTo(TerminationReason.KILLED);
    }

    @Test
    void aPermanentActorThatStopsItselfTooOftenStaysDown() {
        ActorRef<Object> actor = test.spawn(failing(Restart.permanent().tries(2)));
        List.of("stop", "stop", "stop").forEach(actor::tell);
        assertThat(TestSystem.end(actor)).isEqualTo(TerminationReason.STOPPED);
    }

    @Test
    void childrenEndBeforeTheNewIncarnationStarts() {
        ActorGate gate = new ActorGate();
        Recorder<ActorRef<Object>> children = new Recorder<>();
        ActorRef<Object> parent = test.spawn(ActorSpec.<Object>of("parent", context -> {
            seen.add("start " + context.incarnation() + " with "
                    + context.children().size());
            children.add(context.spawn(ActorSpec.of("child", () -> Behavior.receive((c, m) -> gate.pass()))));
            return Behavior.receive((c, m) -> {
                if (m.equals("fail")) {
                    throw new IllegalStateException("wanted");
                }
                seen.add(m);
            });
        }));
        children.all().get(0).tell("stay");
        gate.awaitEntered();
        parent.tell("fail");
        parent.tell("next");
        test.settleAll();
        assertThat(seen.all()).containsExactly("start 0 with 0");
        gate.open();
        assertThat(seen.await(3)).containsExactly("start 0 with 0", "start 1 with 0", "next");
        assertThat(TestSystem.end(children.all().get(0))).isEqualTo(TerminationReason.STOPPED);
        assertThat(children.size()).isEqualTo(2);
    }

    @Test
    void aFactoryThatFailsOnTheRestartCostsAnotherTry() {
        AtomicInteger made = new AtomicInteger();
        IllegalStateException cause = new IllegalStateException("factory");
        ActorSpec<Object> spec = ActorSpec.<Object>of("a", context -> {
                    if (made.getAndIncrement() % 3 != 0) {
                        throw cause;
                    }
                    return Behavior.receive((c, m) -> {
                        if (m.equals("fail")) {
                            throw new IllegalStateException("handler");
                        }
                        seen.add(m + " " + c.incarnation());
                    });
                })
                .restart(Restart.transientOnFailure().tries(3).within(Duration.ofSeconds(5)));
        ActorRef<Object> actor = test.spawn(spec);
        actor.tell("fail");
        actor.tell("alive");
        assertThat(seen.await(1)).containsExactly("alive 3");
        actor.tell("fail");
        assertThat(TestSystem.end(actor)).isInstanceOf(TerminationReason.Failed.class);
        made.set(0);
        ActorRef<Object> other =
                test.spawn(spec.named("b").restart(Restart.transientOnFailure().tries(2)));
        other.tell("fail");
        assertThat(TestSystem.end(other)).isEqualTo(new TerminationReason.Failed(cause));
    }

    @Test
    @SuppressWarnings("NullAway") // the point of the test
    void aFactoryThatReturnsNullOnTheRestartIsAFailure() {
        AtomicInteger made = new AtomicInteger();
        ActorRef<Object> actor = test.spawn(ActorSpec.<Object>of(
                        "a",
                        context -> made.getAndIncrement() > 0
                                ? null
                                : Behavior.receive((c, m) -> {
                                    throw new IllegalStateException("handler");
                                }))
                .restart(Restart.transientOnFailure().tries(2)));
        actor.tell(1);
        assertThat(TestSystem.end(actor))
                .isInstanceOfSatisfying(
                        TerminationReason.Failed.class,
                        failed -> assertThat(failed.cause())
                                .hasMessage(
                                        "behavior: null (expected: a Behavior from the factory of bastion://test/a)"));
    }

    @Test
    void stopOvertakesARestartThatWaitsForChildren() {
        ActorGate gate = new ActorGate();
        Recorder<ActorRef<Object>> children = new Recorder<>();
        ActorRef<Object> parent = test.spawn(ActorSpec.<Object>of("parent", context -> {
            children.add(context.spawn(ActorSpec.of("child", () -> Behavior.receive((c, m) -> gate.pass()))));
            return Behavior.receive((c, m) -> {
                throw new IllegalStateException("wanted");
            });
        }));
        children.all().get(0).tell("stay");
        gate.awaitEntered();
        parent.tell("fail");
        parent.tell("late");
        test.settleAll();
        parent.stop();
        gate.open();
        assertThat(TestSystem.end(parent)).isEqualTo(TerminationReason.STOPPED);
        assertThat(children.size()).isEqualTo(1);
        assertThat(test.deadLetters(DeadLetter.Reason.STOPPED)).containsExactly("late");
    }

    @Test
    void anInterruptDoesNotReachTheNextMessage() {
        ActorRef<Object> actor = test.spawn(ActorSpec.of(
                "a",
                () -> Behavior.<Object>receive((context, m) -> {
                    seen.add(Thread.currentThread().isInterrupted());
                    Thread.currentThread().interrupt();
                    if (m.equals("fail")) {
                        throw new InterruptedException("wanted");
                    }
                    if (m.equals("task")) {
                        context.scheduler()
                                .schedule(() -> Thread.currentThread().interrupt());
                    }
                })));
        List.of("1", "2", "fail", "4", "task", "6").forEach(actor::tell);
        assertThat(seen.await(6)).containsOnly(false);
    }

    @Test
    void theReferenceStaysTheSame() {
        Recorder<ActorRef<Object>> selves = new Recorder<>();
        ActorRef<Object> actor = test.spawn(ActorSpec.<Object>of("a", context -> {
            selves.add(context.self());
            return Behavior.receive((c, m) -> {
                throw new IllegalStateException("wanted");
            });
        }));
        actor.tell(1);
        assertThat(selves.await(2)).containsExactly(actor, actor);
    }

    @Test
    void anAppenderThatThrowsChangesNothing() {
        ch.qos.logback.core.AppenderBase<ch.qos.logback.classic.spi.ILoggingEvent> rude =
                new ch.qos.logback.core.AppenderBase<>() {
                    @Override
                    protected void append(ch.qos.logback.classic.spi.ILoggingEvent event) {
                        throw new IllegalStateException("rude appender");
                    }

                    @Override
                    public synchronized void doAppend(ch.qos.logback.classic.spi.ILoggingEvent event) {
                        throw new StackOverflowError("rude appender");
                    }
                };
        rude.start();
        test.logger().addAppender(rude);
        try {
            ActorRef<Object> actor =
                    test.spawn(failing(Restart.transientOnFailure().tries(1)));
            actor.tell(new Error("wanted"));
            actor.tell("alive");
            assertThat(seen.await(1)).containsExactly("alive 1 0");
            actor.tellAll(List.of(new Error("wanted"), "dead letter"));
            assertThat(TestSystem.end(actor)).isInstanceOf(TerminationReason.Failed.class);
        } finally {
            test.logger().detachAppender(rude);
        }
    }
}
