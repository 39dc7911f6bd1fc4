package io.bastion.actor;

import static org.assertj.core.api.Assertions.assertThat;

import io.bastion.supervision.Restart;
import io.bastion.testing.Recorder;
import io.bastion.testing.Seed;
import io.bastion.testing.TestSystem;
import java.util.List;
import java.util.Random;
import java.util.concurrent.CountDownLatch;
import java.util.concurrent.atomic.AtomicInteger;
import java.util.stream.IntStream;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.extension.RegisterExtension;
import reactor.core.publisher.Mono;

/** Stop, drain and kill. */
class StopTest {
    @RegisterExtension
    final TestSystem test = new TestSystem();

    private final Recorder<Object> seen = new Recorder<>();
    private final ActorGate gate = new ActorGate();

    /** Waits at the gate with the first message. */
    private ActorRef<Object> gated() {
        ActorRef<Object> actor = test.spawn(ActorSpec.of(
                "a",
                () -> Behavior.<Object>receive((context, m) -> {
                            gate.pass();
                            seen.add(m);
                        })
                        .onSignal((context, signal) -> {
                            seen.add(signal);
                            return true;
                        })));
        IntStream.range(0, 3).forEach(actor::tell);
        gate.awaitEntered();
        return actor;
    }

    @Test
    void stopFinishesTheMessageInWorkAndTheRestAreDeadLetters() {
        ActorRef<Object> actor = gated();
        actor.stop();
        gate.open();
        assertThat(TestSystem.end(actor)).isEqualTo(TerminationReason.STOPPED);
        assertThat(seen.all()).containsExactly(0, new Signal.Stopped(TerminationReason.STOPPED));
        assertThat(test.deadLetters(DeadLetter.Reason.STOPPED)).containsExactly(1, 2);
        assertThat(test.rest()).isEqualTo(new MessageStats(3, 1, 0, 0, 2, 0, 0));
        assertThat(actor.stats()).isEqualTo(new MessageStats(3, 1, 0, 0, 2, 0, 0));
    }

    @Test
    void drainHandlesWhatIsThereAndNoMore() {
        ActorRef<Object> actor = gated();
        actor.drain();
        actor.tell("late");
        gate.open();
        assertThat(TestSystem.end(actor)).isEqualTo(TerminationReason.STOPPED);
        assertThat(seen.all()).containsExactly(0, 1, 2, new Signal.Stopped(TerminationReason.STOPPED));
        assertThat(test.deadLetters(DeadLetter.Reason.STOPPED)).containsExactly("late");
    }

    @Test
    void drainOutlivesARestart() {
        ActorRef<Object> actor = test.spawn(ActorSpec.of(
                "a",
                () -> Behavior.<Object>receive((context, m) -> {
                    gate.pass();
                    if (m.equals(1)) {
                        throw new IllegalStateException("wanted");
                    }
                    seen.add(m);
                })));
        IntStream.range(0, 4).forEach(actor::tell);
        actor.drain();
        gate.open();
        TestSystem.end(actor);
        assertThat(seen.all()).containsExactly(0, 2, 3);
    }

    @Test
    void drainWaitsForAsynchronousWork() {
        reactor.core.publisher.Sinks.Empty<Void> work = reactor.core.publisher.Sinks.empty();
        ActorRef<Object> actor = test.spawn(ActorSpec.of(
                "a",
                () -> Behavior.<Object>receiveAsync(2, (context, m) -> {
                    seen.add(m);
                    return work.asMono();
                })));
        List.of(1, 2, 3).forEach(actor::tell);
        actor.drain();
        test.settle();
        assertThat(seen.all()).containsExactly(1, 2);
        work.tryEmitEmpty();
        TestSystem.end(actor);
        assertThat(seen.all()).containsExactly(1, 2, 3);
    }

    @Test
    void killRunsNoHookAndStopsChildrenToo() {
        Recorder<ActorRef<Object>> children = new Recorder<>();
        ActorRef<Object> actor = test.spawn(ActorSpec.<Object>of("a", context -> {
            children.add(context.spawn(ActorSpec.of(
                    "child",
                    () -> Behavior.<Object>receive((c, m) -> {}).onSignal((c, s) -> {
                        seen.add(s);
                        return true;
                    }))));
            return Behavior.<Object>receive((c, m) -> gate.pass()).onSignal((c, s) -> {
                seen.add(s);
                return true;
            });
        }));
        actor.tell(1);
        actor.tell(2);
        gate.awaitEntered();
        actor.kill();
        gate.open();
        assertThat(TestSystem.end(actor)).isEqualTo(TerminationReason.KILLED);
        assertThat(TestSystem.end(children.all().get(0))).isEqualTo(TerminationReason.KILLED);
        assertThat(seen.size()).isZero();
        assertThat(test.deadLetters(DeadLetter.Reason.STOPPED)).containsExactly(2);
    }

    @Test
    void killOvertakesAStopThatWaits() {
        ActorRef<Object> actor = test.spawn(ActorSpec.of(
                "a",
                () -> Behavior.<Object>receiveAsync((context, m) -> {
                    seen.add(m);
                    return Mono.never();
                })));
        actor.tell(1);
        seen.await(1);
        actor.stop();
        test.settle();
        actor.kill();
        assertThat(TestSystem.end(actor)).isEqualTo(TerminationReason.KILLED);
    }

    @Test
    void stopFromManyThreadsGivesOneSignal() throws InterruptedException {
        Random random = new Random(Seed.of("stopFromManyThreadsGivesOneSignal"));
        for (int round = 0; round < 200; round++) {
            AtomicInteger stopped = new AtomicInteger();
            AtomicInteger ended = new AtomicInteger();
            ActorRef<Object> actor =
                    test.spawn(ActorSpec.<Object>anonymous(() -> Behavior.<Object>receive((context, m) -> {
                                if (m.equals("stop")) {
                                    context.stop();
                                }
                            })
                            .onSignal((context, signal) -> {
                                stopped.incrementAndGet();
                                return true;
                            })));
            CountDownLatch start = new CountDownLatch(1);
            int how = random.nextInt(3);
            List<Thread> threads = IntStream.range(0, 4)
                    .mapToObj(i -> new Thread(() -> {
                        TestSystem.await(start);
                        actor.whenTerminated().subscribe(reason -> ended.incrementAndGet());
                        if (i == how) {
                            actor.drain();
                        } else if (i == 3) {
                            actor.tell("stop");
                        } else {
                            actor.stop();
                        }
                    }))
                    .toList();
            threads.forEach(Thread::start);
            start.countDown();
            for (Thread thread : threads) {
                thread.join();
            }
            assertThat(TestSystem.end(actor)).isEqualTo(TerminationReason.STOPPED);
            io.bastion.testing.Conditions.await("all are told", () -> ended.get() == 4);
            assertThat(stopped).hasValue(1);
        }
    }

    @Test
    void stoppingADeadActorChangesNothing() {
        ActorRef<Object> actor = gated();
        gate.open();
        actor.stop();
        TestSystem.end(actor);
        actor.stop();
        actor.drain();
        actor.kill();
        assertThat(TestSystem.end(actor)).isEqualTo(TerminationReason.STOPPED);
        assertThat(actor.tell(1)).isEqualTo(TellResult.TERMINATED);
        assertThat(actor.tellAll(List.of(2, 3))).isEqualTo(TellResult.TERMINATED);
        assertThat(actor.tellAll(List.of())).isEqualTo(TellResult.TERMINATED);
        assertThat(actor.send(4).block()).isFalse();
        assertThat(test.deadLetters(DeadLetter.Reason.TERMINATED)).containsExactly(1, 2, 3, 4);
        assertThat(actor.stats().refused()).isEqualTo(4);
    }

    @Test
    void whenTerminatedTellsThoseBeforeAndAfter() {
        ActorRef<Object> actor = gated();
        Recorder<TerminationReason> before = new Recorder<>();
        actor.whenTerminated().subscribe(before::add);
        actor.whenTerminated().subscribe(r -> {
            throw new IllegalStateException("a subscriber that throws");
        });
        actor.whenTerminated().subscribe(r -> {
            throw new NoClassDefFoundError("a subscriber that throws");
        });
        actor.whenTerminated().subscribe(before::add);
        gate.open();
        actor.kill();
        assertThat(before.await(2)).containsOnly(TerminationReason.KILLED);
        assertThat(TestSystem.end(actor)).isEqualTo(TerminationReason.KILLED);
        test.system.stop();
        test.system.whenTerminated().block();
        test.takeLostErrors(2);
    }

    @Test
    void whoAsksWhileTheLastDeadLetterIsWrittenIsToldAfterIt() {
        ActorRef<Object> actor = gated();
        ActorRef<Object> watcher = test.spawn(ActorSpec.of(
                "watcher",
                () -> Behavior.<Object>receive((context, m) -> context.watch(actor))
                        .onSignal((context, signal) -> {
                            if (signal instanceof Signal.Terminated) {
                                seen.add("signal");
                            }
                            return true;
                        })));
        test.system.deadLetters().map(DeadLetter::message).subscribe(letter -> {
            if (letter.equals(2)) {
                actor.tell("late");
            } else if (letter.equals("late")) {
                actor.whenTerminated().subscribe(reason -> {
                    test.spawn(ActorSpec.of("a", () -> Behavior.receive((context, m) -> {})));
                    seen.add("name is free");
                });
                watcher.tell("watch");
                test.settleAll();
                seen.add("late");
            }
        });
        actor.stop();
        gate.open();
        assertThat(seen.await(5).subList(2, 5)).startsWith("late").contains("name is free", "signal");
    }

    @Test
    void contextStopHandlesNoFurtherMessage() {
        ActorRef<Object> actor = test.spawn(ActorSpec.of(
                "a",
                () -> Behavior.<Object>receive((context, m) -> {
                    gate.pass();
                    seen.add(m);
                    context.stop();
                    seen.add("end of " + m);
                })));
        IntStream.range(0, 3).forEach(actor::tell);
        gate.open();
        TestSystem.end(actor);
        assertThat(seen.all()).containsExactly(0, "end of 0");
    }

    @Test
    void messagesToItselfAfterItsStopAreDeadLetters() {
        ActorRef<Object> actor = test.spawn(ActorSpec.of(
                "a",
                () -> Behavior.<Object>receive((context, m) -> {
                            context.stop();
                            context.self().tell("while it stops");
                        })
                        .onSignal((context, signal) -> {
                            context.self().tell("in Stopped");
                            return true;
                        })));
        actor.tell(1);
        TestSystem.end(actor);
        assertThat(test.deadLetters(DeadLetter.Reason.STOPPED)).containsExactly("while it stops", "in Stopped");
    }

    @Test
    void aStopWhileItWaitsForADecisionEndsIt() throws InterruptedException {
        for (int round = 0; round < 300; round++) {
            ActorRef<Object> actor =
                    test.spawn(ActorSpec.<Object>anonymous(() -> Behavior.<Object>receive((context, m) -> {
                                throw new IllegalStateException("wanted");
                            }))
                            .restart(Restart.transientOnFailure()));
            Thread teller = new Thread(() -> {
                for (int i = 0; i < 5; i++) {
                    actor.tell(i);
                }
            });
            teller.start();
            actor.stop();
            TestSystem.end(actor);
            teller.join();
        }
    }
}
