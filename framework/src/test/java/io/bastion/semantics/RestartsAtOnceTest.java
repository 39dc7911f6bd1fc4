package io.bastion.semantics;

import static org.assertj.core.api.Assertions.assertThat;

import io.bastion.actor.ActorRef;
import io.bastion.actor.ActorSpec;
import io.bastion.actor.Behavior;
import io.bastion.actor.Signal;
import io.bastion.actor.SupervisorRef;
import io.bastion.actor.SupervisorSpec;
import io.bastion.actor.TerminationReason;
import io.bastion.actor.TreeEvent;
import io.bastion.mailbox.Mailbox;
import io.bastion.supervision.Budget;
import io.bastion.supervision.InFlight;
import io.bastion.supervision.Restart;
import io.bastion.supervision.Strategy;
import io.bastion.testing.Conditions;
import io.bastion.testing.Recorder;
import io.bastion.testing.TestSystem;
import java.time.Duration;
import java.util.List;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.CountDownLatch;
import java.util.concurrent.atomic.AtomicInteger;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.extension.RegisterExtension;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.EnumSource;
import org.junit.jupiter.params.provider.ValueSource;

/** Children that restart by themselves, after the first restart that their parent has decided. */
class RestartsAtOnceTest {
    private static final Duration HOUR = Duration.ofHours(1);

    @RegisterExtension
    final TestSystem test = new TestSystem();

    private final Cast cast = new Cast();
    private final Recorder<String> log = cast.log;

    private final CountDownLatch isIn = new CountDownLatch(1);
    private final CountDownLatch gate = new CountDownLatch(1);

    /** A message on which an actor waits for the gate and fails. */
    private record FailLate() {}

    private ActorSpec<Object> actor(String name) {
        return ActorSpec.of(name, context -> {
            cast.refs.put(name, context.self());
            log.add("start " + name + " " + context.incarnation() + (Thread.interrupted() ? " interrupted" : ""));
            return Behavior.<Object>receive((c, message) -> {
                        if (message instanceof FailLate) {
                            isIn.countDown();
                            Conditions.await(gate);
                        }
                        if (message instanceof FailLate || message instanceof Cast.Order.Fail) {
                            Thread.currentThread().interrupt();
                            throw new IllegalStateException("wanted");
                        }
                        log.add(name + " " + c.incarnation() + ": " + message);
                    })
                    .onSignal((c, signal) -> {
                        if (signal instanceof Signal.Stopped stopped) {
                            log.add("stopped " + name + " "
                                    + stopped.reason().getClass().getSimpleName());
                        } else if (signal instanceof Signal.Restarting) {
                            log.add("restarting " + name);
                        }
                        return true;
                    });
        });
    }

    /** Has it fail once, which its parent decides about; the log is empty then. */
    private void failFirst(String name) {
        cast.ref(name).tell(Cast.fail());
        Conditions.await(name + " is back", () -> log.all().contains("start " + name + " 1"));
        test.rest();
        log.clear();
    }

    private SupervisorRef supervisor(int budget, String... names) {
        SupervisorSpec spec =
                SupervisorSpec.named("s").budget(Budget.of(budget, HOUR)).restart(Restart.temporary());
        for (String name : names) {
            spec = spec.child(actor(name));
        }
        return cast.start(test, spec);
    }

    @Test
    void aBusyParent_holdsUpNoRestartWithinItsBudget() {
        CountDownLatch parentIsIn = new CountDownLatch(1);
        CountDownLatch parentReturns = new CountDownLatch(1);
        ActorRef<Object> parent = test.spawn(ActorSpec.<Object>of("p", context -> {
                    context.spawn(actor("a"));
                    return Behavior.receive((c, m) -> {
                        parentIsIn.countDown();
                        Conditions.await(parentReturns);
                    });
                })
                .supervision(Strategy.ONE_FOR_ONE, Budget.of(3, HOUR))
                .restart(Restart.temporary()));
        failFirst("a");
        parent.tell("block");
        Conditions.await(parentIsIn);
        cast.ref("a").tellAll(List.of(Cast.fail(), "x", Cast.fail(), "y", Cast.fail(), "z"));
        Conditions.await("y is handled", () -> log.all().contains("a 3: y"));
        test.settleAll();
        assertThat(log.all())
                .containsExactly("restarting a", "start a 2", "a 2: x", "restarting a", "start a 3", "a 3: y");
        parentReturns.countDown();
        assertThat(TestSystem.end(parent)).isInstanceOf(TerminationReason.Failed.class);
        assertThat(log.all()).doesNotContain("start a 4", "a 4: z");
    }

    @ParameterizedTest
    @ValueSource(ints = {1, 2, 5, 100})
    void siblingsThatFailAtATime_getTheBudgetAndNoMore(int budget) {
        int siblings = 8;
        for (int round = 0; round < 50; round++) {
            AtomicInteger incarnations = new AtomicInteger();
            SupervisorSpec spec = SupervisorSpec.named("s" + round)
                    .budget(Budget.of(budget, HOUR))
                    .restart(Restart.temporary());
            for (int i = 0; i < siblings; i++) {
                spec = spec.child(ActorSpec.of("a" + i, context -> {
                    incarnations.incrementAndGet();
                    context.self().tell("go");
                    return Behavior.receive((c, m) -> {
                        throw new IllegalStateException("always");
                    });
                }));
            }
            SupervisorRef supervisor = test.system.supervise(spec);
            assertThat(supervisor.whenTerminated().block(Conditions.BOUND))
                    .isInstanceOf(TerminationReason.Failed.class);
            assertThat(incarnations).hasValue(siblings + budget);
        }
    }

    @Test
    void theBudget_countsThemAll_andFillsUpAfterItsWindow() {
        SupervisorRef supervisor = supervisor(4, "a", "b");
        failFirst("a");
        cast.ref("a").tell(Cast.fail());
        cast.ref("b").tell(Cast.fail());
        log.await(4);
        assertThat(Cast.tree(supervisor).remainingBudget()).isEqualTo(1);
        test.advance(HOUR);
        assertThat(Cast.tree(supervisor).remainingBudget()).isEqualTo(1);
        test.advance(Duration.ofNanos(1));
        assertThat(Cast.tree(supervisor).remainingBudget()).isEqualTo(4);
    }

    @Test
    void events_areInTheOrderOfTheSteps() {
        supervisor(9, "a");
        failFirst("a");
        Recorder<String> events = new Recorder<>();
        test.system
                .events()
                .filter(event -> !(event instanceof TreeEvent.Started))
                .subscribe(event -> events.add(event.getClass().getSimpleName()));
        test.settle();
        cast.ref("a").tell(Cast.fail());
        assertThat(events.await(3)).containsExactly("Failed", "Restarting", "Restarted");
        Cast.Order.Fail fail = new Cast.Order.Fail(new IllegalStateException("wanted"));
        cast.ref("a").tell(fail);
        assertThat(events.await(6)).endsWith("Failed", "Restarting", "Restarted");
        test.rest();
        assertThat(test.logged())
                .filteredOn(line -> line.endsWith("failed, restarts"))
                .hasSize(3);
    }

    enum Order {
        STOP,
        KILL,
        REMOVE,
        PARENT_STOPS
    }

    @ParameterizedTest
    @EnumSource
    void anEndThatIsOrderedBeforeTheFailure_isNotFollowedByAnIncarnation(Order order) {
        SupervisorRef supervisor = supervisor(9, "a");
        failFirst("a");
        ActorRef<Object> a = cast.ref("a");
        a.tell(new FailLate());
        Conditions.await(isIn);
        CompletableFuture<?> removed = new CompletableFuture<>();
        switch (order) {
            case STOP -> a.stop();
            case KILL -> a.kill();
            case REMOVE -> supervisor.remove("a").subscribe(gone -> removed.complete(null));
            case PARENT_STOPS -> supervisor.stop();
        }
        test.settleAll();
        gate.countDown();
        TerminationReason reason = TestSystem.end(a);
        assertThat(log.all()).doesNotContain("start a 2");
        if (order == Order.KILL) {
            assertThat(reason).isEqualTo(TerminationReason.KILLED);
        } else {
            assertThat(reason).isInstanceOf(TerminationReason.Failed.class);
        }
    }

    @Test
    void whileTheSupervisorStopsAYoungerSibling_noElderOneRestarts() {
        SupervisorRef supervisor = supervisor(9, "a", "b");
        failFirst("a");
        cast.ref("b").tell(new FailLate());
        Conditions.await(isIn);
        supervisor.stop();
        test.settleAll();
        cast.ref("a").tell(Cast.fail());
        assertThat(TestSystem.end(cast.ref("a"))).isInstanceOf(TerminationReason.Failed.class);
        gate.countDown();
        assertThat(supervisor.whenTerminated().block(Conditions.BOUND)).isEqualTo(TerminationReason.STOPPED);
        assertThat(log.all()).doesNotContain("start a 2");
    }

    @Test
    void whenTheSupervisorHasGivenUp_noElderSiblingRestarts() {
        Duration window = Duration.ofMillis(1);
        SupervisorRef supervisor = cast.start(
                test,
                SupervisorSpec.named("s")
                        .budget(2, window)
                        .restart(Restart.temporary())
                        .child(actor("a"))
                        .child(actor("b"))
                        .child(actor("c")));
        failFirst("b");
        cast.ref("c").tell(new FailLate());
        Conditions.await(isIn);
        cast.ref("b").tellAll(List.of(Cast.fail(), Cast.fail()));
        Conditions.await("b restarted", () -> log.all().contains("start b 2"));
        test.settleAll();
        test.time.advance(window.plusNanos(1)); // there would be a budget again
        cast.ref("a").tell(Cast.fail());
        test.settleAll();
        gate.countDown();
        assertThat(supervisor.whenTerminated().block(Conditions.BOUND)).isInstanceOf(TerminationReason.Failed.class);
        assertThat(log.all()).doesNotContain("start a 1", "start b 3");
    }

    @Test
    void aDrain_goesOnAfterAFailure() {
        SupervisorRef supervisor = supervisor(9, "a");
        failFirst("a");
        cast.ref("a").tellAll(List.of(new FailLate(), "x", Cast.fail(), "y"));
        Conditions.await(isIn);
        supervisor.drain();
        test.settleAll();
        gate.countDown();
        assertThat(supervisor.whenTerminated().block(Conditions.BOUND)).isEqualTo(TerminationReason.STOPPED);
        assertThat(log.all()).contains("a 2: x", "a 3: y");
    }

    @Test
    void theFailedMessage_isRedelivered_thoughNoOtherComes() {
        AtomicInteger failures = new AtomicInteger();
        ActorRef<Object> a = test.spawn(ActorSpec.<Object>of(
                        "a",
                        context -> Behavior.receive((c, message) -> {
                            if (failures.incrementAndGet() % 2 == 1) {
                                throw new IllegalStateException("wanted");
                            }
                            log.add(c.incarnation() + ": " + message);
                        }))
                .restart(Restart.transientOnFailure().inFlight(InFlight.REDELIVER_ONCE)));
        a.tell("x");
        log.await(1);
        test.rest();
        a.tell("y");
        assertThat(log.await(2)).containsExactly("1: x", "2: y");
    }

    @Test
    void aSenderThatWaitsForRoom_isLetInAfterARestart() {
        SupervisorRef supervisor = cast.start(
                test,
                SupervisorSpec.named("s")
                        .budget(Budget.of(9, HOUR))
                        .child(actor("a").mailbox(Mailbox.bounded(1))));
        failFirst("a");
        ActorRef<Object> a = cast.ref("a");
        a.tell(new FailLate());
        Conditions.await(isIn);
        assertThat(a.tell(Cast.fail()).accepted()).isTrue();
        a.send("x").subscribe();
        a.send("y").subscribe();
        test.settleAll();
        gate.countDown();
        Conditions.await("both are in", () -> log.all().contains("a 3: y"));
        assertThat(log.all()).containsSubsequence("start a 2", "start a 3", "a 3: x", "a 3: y");
        supervisor.stop();
    }

    @Test
    void childrenOfTheFailedActor_endBeforeItsRestart_andWatchersHearNothing() {
        Recorder<String> signals = new Recorder<>();
        ActorRef<Object> a = test.spawn(ActorSpec.of("a", context -> {
            context.spawn(actor("child"));
            return Behavior.<Object>receive((c, m) -> {
                        throw new IllegalStateException("wanted");
                    })
                    .onSignal((c, signal) -> {
                        if (signal instanceof Signal.Restarting) {
                            log.add("restarting a");
                        }
                        return true;
                    });
        }));
        test.spawn(ActorSpec.of("w", context -> {
            context.watch(a);
            return Behavior.<Object>receive((c, m) -> {}).onSignal((c, signal) -> {
                signals.add(signal.toString());
                return true;
            });
        }));
        for (int i = 0; i < 3; i++) {
            log.clear();
            a.tell("fail");
            log.await(3);
            test.rest();
            assertThat(log.all()).containsExactly("stopped child Stopped", "restarting a", "start child 0");
        }
        assertThat(signals.all()).isEmpty();
    }
}
