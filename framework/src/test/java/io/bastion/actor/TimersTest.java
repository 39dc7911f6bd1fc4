package io.bastion.actor;

import static org.assertj.core.api.Assertions.assertThat;

import io.bastion.testing.Recorder;
import io.bastion.testing.TestSystem;
import java.time.Duration;
import java.util.List;
import java.util.function.BiConsumer;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.extension.RegisterExtension;
import reactor.core.publisher.Sinks;

/** Timers and the receive time-out, in virtual time. */
class TimersTest {
    private static final Duration SECOND = Duration.ofSeconds(1);

    @RegisterExtension
    final TestSystem test = new TestSystem();

    private final Recorder<Object> seen = new Recorder<>();

    private interface Work extends BiConsumer<ActorContext<Object>, Timers<Object>> {}

    /** Does what it is told and records the rest. */
    private Behavior<Object> behavior() {
        return Behavior.receive((context, m) -> {
            if (m instanceof Work work) {
                work.accept(context, context.timers());
            } else if (m instanceof ActorGate gate) {
                gate.pass();
            } else {
                seen.add(m);
            }
        });
    }

    private final ActorRef<Object> actor = test.spawn(ActorSpec.of("a", this::behavior));

    private void within(Work work) {
        actor.tell(work);
        test.rest();
    }

    @Test
    void onceFiresOnceAfterTheDelay() {
        within((context, timers) -> {
            timers.once("key", "tick", SECOND);
            seen.add(timers.isActive("key"));
        });
        test.advance(SECOND.minusNanos(1));
        assertThat(seen.all()).containsExactly(true);
        test.advance(Duration.ofNanos(1));
        assertThat(seen.await(2)).containsExactly(true, "tick");
        within((context, timers) -> seen.add(timers.isActive("key")));
        test.advance(SECOND.multipliedBy(10));
        assertThat(seen.all()).containsExactly(true, "tick", false);
        assertThat(test.rest().conserved()).isTrue();
    }

    @Test
    void onceWithoutADelayFiresAtOnceButNotWithinTheHandler() {
        within((context, timers) -> {
            timers.once("key", "tick", Duration.ZERO);
            seen.add("handler");
        });
        assertThat(seen.await(2)).containsExactly("handler", "tick");
    }

    @Test
    void everyFiresAfterEachPeriod() {
        within((context, timers) -> timers.every("key", "tick", SECOND));
        for (int i = 1; i <= 5; i++) {
            test.advance(SECOND);
            assertThat(seen.await(i)).hasSize(i);
        }
        within((context, timers) -> seen.add(timers.cancel("key")));
        within((context, timers) -> seen.add(timers.cancel("key")));
        test.advance(SECOND.multipliedBy(10));
        assertThat(seen.all()).endsWith("tick", true, false).hasSize(7);
    }

    @Test
    void ticksThatAreMissedCoalesce() {
        within((context, timers) -> timers.every("key", "tick", SECOND));
        ActorGate gate = new ActorGate();
        actor.tell(gate);
        gate.awaitEntered();
        for (int i = 0; i < 10; i++) {
            test.time.advance(SECOND);
        }
        test.settleAll();
        gate.open();
        seen.await(1);
        test.rest();
        assertThat(seen.size()).isEqualTo(1);
        test.advance(SECOND);
        assertThat(seen.await(2)).hasSize(2);
    }

    @Test
    void everyKeepsItsRateWhenItsActorIsLate() {
        within((context, timers) -> timers.every("key", "tick", SECOND));
        ActorGate gate = new ActorGate();
        actor.tell(gate);
        gate.awaitEntered();
        test.time.advance(Duration.ofMillis(1_300));
        test.settleAll();
        gate.open();
        seen.await(1);
        test.rest();
        test.advance(Duration.ofMillis(600));
        assertThat(seen.size()).isEqualTo(1);
        test.advance(Duration.ofMillis(100)); // at 2.0 s
        assertThat(seen.await(2)).hasSize(2);
    }

    @Test
    void startingAKeyAgainReplacesItsTimer() {
        within((context, timers) -> {
            timers.once("key", "old", SECOND);
            timers.every("key", "new", SECOND.multipliedBy(2));
            timers.once("other", "other", SECOND);
        });
        test.advance(SECOND);
        assertThat(seen.await(1)).containsExactly("other");
        test.advance(SECOND);
        assertThat(seen.await(2)).containsExactly("other", "new");
    }

    @Test
    void aCancelledTickIsNotHandledEvenIfItIsQueued() {
        ActorGate gate = new ActorGate();
        within((context, timers) -> {
            timers.once("cancelled", "cancelled", SECOND);
            timers.every("replaced", "replaced", SECOND);
            timers.once("kept", "kept", SECOND);
        });
        actor.tell((Work) (context, timers) -> {
            gate.pass();
            timers.cancel("cancelled");
            timers.once("replaced", "new", SECOND);
        });
        gate.awaitEntered();
        test.time.advance(SECOND);
        test.settleAll();
        gate.open();
        test.rest();
        assertThat(seen.all()).containsExactly("kept");
        test.advance(SECOND);
        assertThat(seen.await(2)).containsExactly("kept", "new");
        MessageStats stats = test.rest();
        assertThat(stats.conserved()).isTrue();
        assertThat(stats.handled()).isEqualTo(4);
    }

    @Test
    void aTickOfAnOldIncarnationIsNotHandledEvenIfItIsQueued() {
        ActorGate gate = new ActorGate();
        within((context, timers) -> {
            timers.once("key", "old once", SECOND);
            timers.every("period", "old period", SECOND);
            context.receiveTimeout(SECOND, "old timeout");
        });
        actor.tell((Work) (context, timers) -> {
            gate.pass();
            throw new IllegalStateException("wanted");
        });
        gate.awaitEntered();
        test.time.advance(SECOND);
        test.settleAll();
        actor.tell((Work) (context, timers) ->
                seen.add(timers.isActive("key") + " " + timers.isActive("period") + " " + context.incarnation()));
        gate.open();
        seen.await(1);
        test.advance(SECOND.multipliedBy(5));
        assertThat(seen.all()).containsExactly("false false 1");
        assertThat(test.time.pending()).isZero();
    }

    @Test
    void cancelAllEndsAll() {
        within((context, timers) -> {
            for (int i = 0; i < 10; i++) {
                timers.every(i, "tick", SECOND);
            }
            timers.cancelAll();
        });
        assertThat(test.time.pending()).isZero();
        test.advance(SECOND);
        assertThat(seen.size()).isZero();
    }

    @Test
    void timersEndWithTheirActor() {
        within((context, timers) -> {
            timers.every("key", "tick", SECOND);
            timers.once("other", "tick", SECOND);
            context.receiveTimeout(SECOND, "timeout");
        });
        assertThat(test.time.pending()).isEqualTo(3);
        actor.stop();
        TestSystem.end(actor);
        assertThat(test.time.pending()).isZero();
        test.advance(SECOND);
        assertThat(test.deadLetters).isEmpty();
    }

    @Test
    void aTickInADeadActorsMailboxIsNoDeadLetter() {
        ActorGate gate = new ActorGate();
        within((context, timers) -> timers.once("key", "tick", SECOND));
        actor.tell(gate);
        gate.awaitEntered();
        test.time.advance(SECOND);
        test.settleAll();
        actor.stop();
        gate.open();
        TestSystem.end(actor);
        assertThat(test.deadLetters).isEmpty();
    }

    @Test
    void aHandlerMayStartItsTimerAgain() {
        ActorRef<Object> again = test.spawn(ActorSpec.<Object>of("again", context -> {
            context.timers().once("key", 3, SECOND);
            return Behavior.receive((c, m) -> {
                seen.add(m);
                if (m instanceof Integer n && n > 0) {
                    c.timers().once("key", n - 1, SECOND);
                }
            });
        }));
        for (int i = 1; i <= 4; i++) {
            test.advance(SECOND);
            seen.await(i);
        }
        assertThat(seen.all()).containsExactly(3, 2, 1, 0);
        again.stop();
    }

    @Test
    void aTickWaitsForTheDemandOfAFlow() {
        Sinks.Many<Integer> demand = Sinks.many().unicast().onBackpressureBuffer();
        test.spawn(ActorSpec.<Object>of("flow", context -> {
                    context.timers().once("once", "once", SECOND);
                    return Behavior.flow(
                            (c, inbox) -> inbox.zipWith(demand.asFlux(), 1).doOnNext(both -> seen.add(both.getT1())));
                }))
                .tell("first");
        test.advance(SECOND);
        test.advance(SECOND);
        demand.tryEmitNext(1);
        demand.tryEmitNext(2);
        assertThat(seen.await(2)).containsExactly("first", "once");
    }

    @Test
    @SuppressWarnings("NullAway") // the point of the test
    void badSettingsAreRefused() {
        within((context, timers) -> {
            List<Runnable> bad = List.of(
                    () -> timers.once("key", "tick", Duration.ofMillis(-1)),
                    () -> timers.every("key", "tick", Duration.ZERO),
                    () -> timers.once(null, "tick", SECOND),
                    () -> timers.once("key", null, SECOND),
                    () -> timers.once("key", "tick", null),
                    () -> context.receiveTimeout(Duration.ZERO, "tick"),
                    () -> context.receiveTimeout(SECOND, null));
            for (Runnable r : bad) {
                try {
                    r.run();
                } catch (RuntimeException e) {
                    seen.add(e.getMessage());
                }
            }
            timers.once("forever", "tick", Duration.ofSeconds(Long.MAX_VALUE));
            timers.cancel("forever");
        });
        assertThat(seen.all())
                .containsExactly(
                        "delay: PT-0.001S (expected: >= 0)",
                        "period: PT0S (expected: > 0)",
                        "key: null (expected: a key)",
                        "message: null (expected: a message)",
                        "delay: null (expected: a Duration)",
                        "timeout: PT0S (expected: > 0)",
                        "message: null (expected: a message)");
        assertThat(test.time.pending()).isZero();
    }

    @Test
    void theReceiveTimeoutComesEachTimeThatNoMessageCameForSoLong() {
        within((context, timers) -> context.receiveTimeout(SECOND, "timeout"));
        test.advance(Duration.ofMillis(600));
        actor.tell("message");
        test.rest();
        test.advance(Duration.ofMillis(600));
        assertThat(seen.all()).containsExactly("message");
        test.advance(Duration.ofMillis(400));
        assertThat(seen.await(2)).containsExactly("message", "timeout");
        test.advance(SECOND);
        assertThat(seen.await(3)).endsWith("timeout");
        within((context, timers) -> context.cancelReceiveTimeout());
        test.advance(SECOND.multipliedBy(5));
        assertThat(seen.size()).isEqualTo(3);
        assertThat(test.time.pending()).isZero();
    }

    @Test
    void aReceiveTimeoutMayBeSetAnew() {
        within((context, timers) -> context.receiveTimeout(SECOND, "short"));
        within((context, timers) -> context.receiveTimeout(SECOND.multipliedBy(3), "long"));
        test.advance(SECOND.multipliedBy(2));
        assertThat(seen.size()).isZero();
        test.advance(SECOND);
        assertThat(seen.await(1)).containsExactly("long");
    }

    @Test
    void aMessageThatIsQueuedBeforeTheReceiveTimeoutTakesItBack() {
        within((context, timers) -> context.receiveTimeout(SECOND, "timeout"));
        ActorGate gate = new ActorGate();
        actor.tell(gate);
        gate.awaitEntered();
        test.time.advance(SECOND);
        test.settleAll();
        gate.open();
        test.rest();
        assertThat(seen.size()).isZero();
        test.advance(SECOND);
        assertThat(seen.await(1)).containsExactly("timeout");
    }

    @Test
    void thousandsOfTimersOfOneActorFire() {
        int timers = 5_000;
        within((context, t) -> {
            for (int i = 0; i < timers; i++) {
                t.once(i, i, Duration.ofMillis(1 + i % 7));
            }
        });
        test.advance(SECOND);
        seen.await(timers);
        assertThat(seen.all()).doesNotHaveDuplicates();
    }
}
