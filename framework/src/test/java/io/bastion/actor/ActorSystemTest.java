package io.bastion.actor;

import static org.assertj.core.api.Assertions.assertThat;

import io.bastion.scheduler.NumaTopology;
import io.bastion.testing.Conditions;
import io.bastion.testing.Recorder;
import io.bastion.testing.TestSystem;
import java.time.Duration;
import java.util.List;
import java.util.Objects;
import java.util.concurrent.atomic.AtomicBoolean;
import java.util.concurrent.atomic.AtomicInteger;
import java.util.stream.IntStream;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.extension.RegisterExtension;
import reactor.core.publisher.Mono;

/** A system's life, its dead letters and its statistics. */
class ActorSystemTest {
    @RegisterExtension
    final TestSystem test = new TestSystem();

    private final Recorder<Object> seen = new Recorder<>();

    private static ActorSpec<Object> idle(String name) {
        return ActorSpec.of(
                name,
                () -> Behavior.receive((context, m) -> {
                    if (m instanceof Throwable t) {
                        throw Sneaky.thrown(t);
                    }
                    if (m instanceof ActorGate gate) {
                        gate.pass();
                    }
                }));
    }

    private static boolean hasThreads(String prefix) {
        return Thread.getAllStackTraces().keySet().stream()
                .anyMatch(t -> t.getName().startsWith(prefix + "-"));
    }

    @Test
    void closeEndsAllActorsAndItsThreads() {
        ActorSystem system = ActorSystem.create("closed");
        List<ActorRef<Object>> actors = IntStream.range(0, 100)
                .mapToObj(i -> system.spawn(idle("a" + i)))
                .toList();
        assertThat(hasThreads("closed")).isTrue();
        system.close();
        actors.forEach(actor -> assertThat(TestSystem.end(actor)).isEqualTo(TerminationReason.STOPPED));
        Conditions.await("no threads", () -> !hasThreads("closed"));
        system.whenTerminated().block(Conditions.BOUND);
        assertThat(actors.get(0).tell("late")).isEqualTo(TellResult.TERMINATED);
    }

    @Test
    void closeIsIdempotentAlsoFromManyThreads() throws InterruptedException {
        ActorSystem system = ActorSystem.create("closed");
        system.spawn(idle("a"));
        List<Thread> threads =
                IntStream.range(0, 4).mapToObj(i -> new Thread(system::close)).toList();
        threads.forEach(Thread::start);
        for (Thread thread : threads) {
            thread.join(Conditions.BOUND.toMillis());
            assertThat(thread.isAlive()).isFalse();
        }
        system.close();
        system.stop();
        assertThat(Objects.requireNonNull(system.stats().block(Conditions.BOUND))
                        .conserved())
                .isTrue();
    }

    @Test
    void closeOnAWorkerIsRefused() {
        ActorRef<Object> actor = test.spawn(ActorSpec.of(
                "a",
                () -> Behavior.<Object>receive((context, m) -> {
                    try {
                        context.system().close();
                    } catch (IllegalStateException e) {
                        seen.add(String.valueOf(e.getMessage()));
                    }
                })));
        actor.tell(1);
        assertThat((String) seen.await(1).get(0))
                .startsWith("close: called on test")
                .contains("(expected: a thread that may block");
        actor.tell(2);
        seen.await(2);
    }

    @Test
    void stopOnAWorkerIsAllowed() {
        ActorRef<Object> actor = test.spawn(ActorSpec.of(
                "a",
                () -> Behavior.<Object>receive((context, m) -> context.system().stop())));
        actor.tell(1);
        test.system.whenTerminated().block(Conditions.BOUND);
    }

    @Test
    void closeWithAStuckActorIsBounded() {
        ActorSystem system = ActorSystem.builder("stuck")
                .workers(2)
                .shutdownTimeout(Duration.ofMillis(50))
                .build();
        ActorGate gate = new ActorGate();
        ActorRef<Object> stuck = system.spawn(idle("stuck"));
        AtomicBoolean atWork = new AtomicBoolean();
        ActorRef<Object> waiting = system.spawn(ActorSpec.of(
                "waiting",
                () -> Behavior.<Object>receiveAsync((context, m) -> {
                    atWork.set(true);
                    return Mono.never();
                })));
        waiting.tell(1);
        Conditions.await("a message in work", atWork::get); // or the stop would overtake it
        stuck.tell(gate);
        gate.awaitEntered();
        long start = System.nanoTime();
        system.close();
        assertThat(Duration.ofNanos(System.nanoTime() - start)).isLessThan(Duration.ofSeconds(8));
        Conditions.await(
                () -> "both are said: " + test.logged(), // also if close has given up a moment before
                () -> test.logged()
                        .containsAll(List.of(
                                "bastion://stuck/waiting did not stop in time: it is killed",
                                "bastion://stuck/stuck does not return from its handler: it is left behind")));
        assertThat(TestSystem.end(waiting)).isEqualTo(TerminationReason.KILLED);
        gate.open();
        system.whenTerminated().block(Conditions.BOUND);
        Conditions.await("no threads", () -> !hasThreads("stuck"));
    }

    @Test
    void anInterruptedCloseKills() throws InterruptedException {
        ActorSystem system = ActorSystem.builder("interrupted")
                .shutdownTimeout(Duration.ofMinutes(5))
                .build();
        ActorRef<Object> waiting = system.spawn(ActorSpec.of(
                "waiting",
                () -> Behavior.<Object>receiveAsync((context, m) -> {
                    seen.add(m);
                    return Mono.never();
                })));
        waiting.tell(1);
        seen.await(1);
        Recorder<Boolean> interrupted = new Recorder<>();
        Thread closer = new Thread(() -> {
            Thread.currentThread().interrupt();
            system.close();
            interrupted.add(Thread.currentThread().isInterrupted());
        });
        closer.start();
        closer.join(Conditions.BOUND.toMillis());
        assertThat(interrupted.await(1)).containsExactly(true);
        assertThat(TestSystem.end(waiting)).isEqualTo(TerminationReason.KILLED);
    }

    @Test
    void aGivenSchedulerOutlivesTheSystem() {
        ActorSystem second =
                ActorSystem.builder("second").scheduler(test.scheduler).build();
        second.close();
        second.whenTerminated().block(Conditions.BOUND);
        assertThat(test.scheduler.isDisposed()).isFalse();
        test.spawn(idle("still-here"));
    }

    @Test
    void everyNodeOfTheTopologyRunsActors() {
        ActorSystem system =
                ActorSystem.builder("numa").topology(NumaTopology.of(1, 1)).build();
        for (int node = 0; node < 2; node++) {
            system.spawn(ActorSpec.of("n" + node, () -> Behavior.<Object>receive((context, m) -> seen.add(m)))
                            .placement(Placement.node(node)))
                    .tell(node);
        }
        assertThat(seen.await(2)).containsExactlyInAnyOrder(0, 1);
        system.close();
    }

    @Test
    void theDeadLettersCompleteWithTheSystem() {
        AtomicInteger completed = new AtomicInteger();
        test.system.deadLetters().subscribe(letter -> {}, e -> {}, completed::incrementAndGet);
        ActorRef<Object> actor = test.spawn(idle("a"));
        actor.kill();
        TestSystem.end(actor);
        actor.tell("late");
        test.system.close();
        assertThat(completed).hasValue(1);
        assertThat(test.system.deadLetters().collectList().block(Conditions.BOUND))
                .isEmpty();
    }

    @Test
    void aDeadLetterNamesItsRecipientItsSenderAndTheReason() {
        ActorRef<Object> dead = test.spawn(idle("dead"));
        dead.stop();
        TestSystem.end(dead);
        ActorRef<Object> sender =
                test.spawn(ActorSpec.of("sender", () -> Behavior.<Object>receive((context, m) -> dead.tell(m))));
        dead.tell("from outside");
        sender.tell("from an actor");
        Conditions.await("two letters", () -> test.deadLetters.size() == 2);
        assertThat(test.deadLetters)
                .containsExactly(
                        new DeadLetter("from outside", dead, null, DeadLetter.Reason.TERMINATED),
                        new DeadLetter("from an actor", dead, sender, DeadLetter.Reason.TERMINATED));
    }

    @Test
    void aSubscriberOfDeadLettersThatThrowsHarmsNobody() {
        test.system.deadLetters().subscribe(letter -> {
            throw new IllegalStateException("rude subscriber");
        });
        test.system.deadLetters().subscribe(letter -> {
            throw new StackOverflowError("rude subscriber");
        });
        test.system.deadLetters().subscribe(letter -> {}, e -> {}, () -> {
            throw new NoClassDefFoundError("rude subscriber");
        });
        test.system.deadLetters().subscribe(new reactor.core.publisher.BaseSubscriber<DeadLetter>() {
            @Override
            protected void hookOnNext(DeadLetter letter) {
                throw new AssertionError("rude subscriber");
            }
        });
        Recorder<Object> polite = new Recorder<>();
        test.system.deadLetters().map(DeadLetter::message).subscribe(polite::add);
        ActorRef<Object> actor = test.spawn(idle("a"));
        actor.stop();
        TestSystem.end(actor);
        for (int i = 0; i < 5; i++) {
            assertThat(actor.tell(i)).isEqualTo(TellResult.TERMINATED);
        }
        assertThat(polite.await(5)).containsExactly(0, 1, 2, 3, 4);
        test.system.close();
        test.takeLostErrors(2);
    }

    @Test
    void aSlowSubscriberOfDeadLettersLosesTheOldest() {
        Recorder<Object> slow = new Recorder<>();
        reactor.core.publisher.BaseSubscriber<DeadLetter> subscriber = new reactor.core.publisher.BaseSubscriber<>() {
            @Override
            protected void hookOnSubscribe(org.reactivestreams.Subscription subscription) {}

            @Override
            protected void hookOnNext(DeadLetter letter) {
                slow.add(letter.message());
            }
        };
        test.system.deadLetters().subscribe(subscriber);
        ActorRef<Object> actor = test.spawn(idle("a"));
        actor.stop();
        TestSystem.end(actor);
        for (int i = 0; i < 10_000; i++) {
            actor.tell(i);
        }
        subscriber.requestUnbounded();
        assertThat(slow.await(8_192)).endsWith(9_998, 9_999).hasSize(8_192);
    }

    @Test
    void aListenerThatTellsADeadActorMoreDoesNotNest() {
        ActorRef<Object> actor = test.spawn(idle("a"));
        actor.stop();
        TestSystem.end(actor);
        AtomicInteger depth = new AtomicInteger();
        AtomicInteger deepest = new AtomicInteger();
        test.system.deadLetters().subscribe(letter -> {
            deepest.accumulateAndGet(depth.incrementAndGet(), Math::max);
            if ((Integer) letter.message() > 0) {
                actor.tell((Integer) letter.message() - 1);
            }
            depth.decrementAndGet();
        });
        actor.tell(5_000);
        assertThat(deepest).hasValue(1);
    }

    @Test
    void deadLettersAreLoggedButNotEach() {
        ActorRef<Object> actor = test.spawn(idle("a"));
        actor.stop();
        TestSystem.end(actor);
        for (int i = 0; i < 1_000; i++) {
            actor.tell("late");
        }
        assertThat(test.logged().stream()
                        .filter(line ->
                                line.startsWith("dead letter for bastion://test/a: java.lang.String (TERMINATED)")))
                .hasSizeBetween(1, 20);
    }

    @Test
    void statisticsAreExactAtRest() {
        ActorRef<Object> actor = test.spawn(idle("a"));
        ActorRef<Object> parent = test.spawn(ActorSpec.<Object>of("parent", context -> {
            ActorRef<Object> child = context.spawn(idle("child"));
            return Behavior.receive((c, m) -> child.tell(m));
        }));
        for (int i = 0; i < 1_000; i++) {
            actor.tell(i);
            parent.tell(i);
        }
        actor.tell(new IllegalStateException("wanted"));
        assertThat(test.rest()).isEqualTo(new MessageStats(3_001, 3_000, 1, 0, 0, 0, 0));
        assertThat(actor.stats()).isEqualTo(new MessageStats(1_001, 1_000, 1, 0, 0, 0, 0));
        ActorGate gate = new ActorGate();
        actor.tell(gate);
        gate.awaitEntered();
        actor.tell("queued");
        actor.stop();
        gate.open();
        TestSystem.end(actor);
        actor.tell("refused");
        parent.stop();
        TestSystem.end(parent);
        assertThat(test.rest()).isEqualTo(new MessageStats(3_003, 3_001, 1, 0, 1, 0, 1));
        test.system.close();
        assertThat(test.stats()).isEqualTo(new MessageStats(3_003, 3_001, 1, 0, 1, 0, 1));
    }

    @Test
    void statistics_whileAnActorBuriesItsLastMessages_waitForItsCount() {
        ActorGate gate = new ActorGate();
        ActorGate first = new ActorGate();
        ActorGate second = new ActorGate();
        test.system.deadLetters().subscribe(letter -> ("first".equals(letter.message()) ? first : second).pass());
        ActorRef<Object> actor = test.spawn(idle("a"));
        actor.tell(gate);
        gate.awaitEntered();
        actor.tell("first");
        actor.stop();
        gate.open();
        first.awaitEntered();
        actor.tell("second"); // is still accepted, and found when the queue is closed
        first.open();
        second.awaitEntered();
        var stats = test.system.stats().toFuture();
        test.settleAll(); // the actor has been asked
        assertThat(stats).isNotDone();
        second.open();
        assertThat(stats).succeedsWithin(Conditions.BOUND).isEqualTo(new MessageStats(3, 1, 0, 0, 2, 0, 0));
        assertThat(test.rest()).isEqualTo(new MessageStats(3, 1, 0, 0, 2, 0, 0));
    }
}
