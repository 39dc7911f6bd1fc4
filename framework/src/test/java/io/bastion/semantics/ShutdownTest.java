package io.bastion.semantics;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import io.bastion.actor.ActorRef;
import io.bastion.actor.ActorSpec;
import io.bastion.actor.ActorSystem;
import io.bastion.actor.Behavior;
import io.bastion.actor.DeadLetter;
import io.bastion.actor.ShutdownReport;
import io.bastion.actor.SupervisorRef;
import io.bastion.actor.SupervisorSpec;
import io.bastion.actor.TerminationReason;
import io.bastion.actor.TreeEvent;
import io.bastion.supervision.Backoff;
import io.bastion.supervision.Budget;
import io.bastion.supervision.Restart;
import io.bastion.supervision.Strategy;
import io.bastion.testing.Conditions;
import io.bastion.testing.Recorder;
import io.bastion.testing.TestSystem;
import java.time.Duration;
import java.util.ArrayList;
import java.util.List;
import java.util.concurrent.CountDownLatch;
import java.util.stream.IntStream;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.extension.RegisterExtension;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;
import org.reactivestreams.Publisher;
import reactor.core.publisher.Mono;
import reactor.core.publisher.Sinks;

/** The order of a stop, its time-outs, drains, and the shutdown of systems. */
class ShutdownTest {
    private static final Duration SECOND = Duration.ofSeconds(1);

    @RegisterExtension
    final TestSystem test = new TestSystem();

    private final Cast cast = new Cast();
    private final Recorder<String> log = cast.log;

    private ActorSpec<Object> stuck(String name) {
        return cast.member(name).stopTimeout(SECOND);
    }

    private void block(String name) {
        cast.ref(name).tell(new Cast.Order.Await(Mono.never()));
    }

    private Recorder<ShutdownReport> shutdown(ActorSystem system, Duration deadline) {
        Recorder<ShutdownReport> reports = new Recorder<>();
        system.shutdown(deadline).subscribe(reports::add);
        settle(system);
        return reports;
    }

    /** Moves the time on in steps, so that each time-out has its effect before the next is due. */
    private void step(ActorSystem system, Recorder<ShutdownReport> until) {
        for (int i = 0; i < 200 && until.size() == 0; i++) {
            test.time.advance(Duration.ofMillis(50));
            settle(system);
        }
    }

    private void settle(ActorSystem system) {
        for (int pass = 0; pass < 5; pass++) {
            test.settle();
            system.stats().block(Conditions.BOUND); // comes by every actor
        }
    }

    private List<String> late(ShutdownReport report) {
        return report.late().stream().map(late -> late.actor().path()).toList();
    }

    @Test
    void childrenStopInReverse_beforeTheHookOfTheirSupervisor_andWatchersAreToldLast() {
        SupervisorRef supervisor = cast.start(
                test,
                SupervisorSpec.named("s")
                        .callbacks(new Cast.Hooks(log, "s"))
                        .child(cast.member("a"))
                        .child(SupervisorSpec.named("t")
                                .callbacks(new Cast.Hooks(log, "t"))
                                .child(cast.member("b"))
                                .child(cast.member("c").callbacks(new Cast.Hooks(log, "c")))));
        log.clear();
        supervisor.whenTerminated().subscribe(reason -> log.add("s is gone"));
        test.settle();
        supervisor.stop();
        assertThat(log.await(7))
                .containsExactly(
                        "stopped c",
                        "afterStop c",
                        "stopped b",
                        "afterStop t",
                        "stopped a",
                        "afterStop s",
                        "s is gone");
    }

    @Test
    void whoDoesNotStopInTime_isKilledAndReported_andTheOthersGoOn() {
        Recorder<TreeEvent.Overdue> overdue = new Recorder<>();
        test.system.events().ofType(TreeEvent.Overdue.class).subscribe(overdue::add);
        SupervisorRef supervisor = cast.start(
                test,
                SupervisorSpec.named("s")
                        .child(cast.member("a"))
                        .child(stuck("b"))
                        .child(cast.member("c")));
        block("b");
        test.settle();
        supervisor.stop();
        test.settle();
        Cast.awaitChildren(supervisor, "a:RUNNING b:STOPPING c:DOWN");
        assertThat(log.all()).containsExactly("stopped c");
        test.advance(SECOND.minusNanos(1));
        assertThat(overdue.size()).isZero();
        test.advance(Duration.ofNanos(1));
        supervisor.whenTerminated().block(Conditions.BOUND);
        assertThat(overdue.await(1)).containsExactly(new TreeEvent.Overdue(cast.ref("b"), SECOND));
        assertThat(log.all()).containsExactly("stopped c", "stopped a");
        assertThat(TestSystem.end(cast.ref("b"))).isEqualTo(TerminationReason.KILLED);
    }

    @Test
    void theEndOfAnotherChild_doesNotLengthenTheTimeOfTheOneThatIsStopped() {
        SupervisorRef supervisor = cast.start(
                test,
                SupervisorSpec.named("s")
                        .child(cast.member("a"))
                        .child(cast.member("b"))
                        .child(stuck("c")));
        block("c");
        test.settle();
        supervisor.stop();
        test.settle();
        test.advance(SECOND.minusNanos(1));
        cast.ref("b").stop();
        TestSystem.end(cast.ref("b"));
        test.settle();
        test.advance(Duration.ofNanos(1));
        assertThat(supervisor.whenTerminated().block(Conditions.BOUND)).isEqualTo(TerminationReason.STOPPED);
    }

    @Test
    void manyDynamicChildren_endInTheTimeOfOne() {
        int n = 200;
        Recorder<ActorRef<Object>> children = new Recorder<>();
        ActorRef<Object> parent = test.spawn(ActorSpec.of("parent", context -> {
            for (int i = 0; i < n; i++) {
                children.add(context.spawn(ActorSpec.anonymous(() -> Behavior.receiveAsync((c, m) -> Mono.never()))
                        .stopTimeout(SECOND)));
            }
            return Behavior.receive((c, m) -> {});
        }));
        children.all().forEach(child -> child.tell("stay"));
        test.settle();
        parent.stop();
        test.settle();
        test.advance(SECOND);
        assertThat(TestSystem.end(parent)).isEqualTo(TerminationReason.STOPPED);
        assertThat(children.all()).allSatisfy(c -> assertThat(TestSystem.end(c)).isEqualTo(TerminationReason.KILLED));
    }

    @Test
    void aSlowStopOfOneChild_doesNotBlockTheHandlingOfOthers() {
        SupervisorRef supervisor =
                cast.start(test, SupervisorSpec.named("s").child(stuck("a")).child(cast.member("b")));
        block("a");
        test.settle();
        Recorder<Boolean> removed = new Recorder<>();
        supervisor.remove("a").subscribe(removed::add);
        test.settle();
        cast.ref("b").tell(Cast.fail());
        assertThat(log.await(2)).containsExactly("restarting b", "start b 1");
        assertThat(removed.size()).isZero();
        test.advance(SECOND);
        assertThat(removed.await(1)).containsExactly(true);
        test.rest();
        Cast.awaitChildren(supervisor, "b:RUNNING#1");
    }

    @Test
    void aHandlerThatNeverReturns_isLeftBehind() {
        CountDownLatch in = new CountDownLatch(1);
        CountDownLatch returns = new CountDownLatch(1);
        SupervisorRef supervisor = cast.start(
                test,
                SupervisorSpec.named("s")
                        .child(cast.member("a"))
                        .child(ActorSpec.<Object>of("b", context -> {
                                    cast.refs.put("b", context.self());
                                    return Behavior.receive((c, m) -> {
                                        in.countDown();
                                        Conditions.await(returns);
                                    });
                                })
                                .stopTimeout(SECOND)));
        cast.ref("b").tell("stay");
        Conditions.await(in);
        supervisor.stop();
        test.settleAll();
        test.time.advance(SECOND);
        test.settleAll();
        test.time.advance(SECOND);
        test.settleAll();
        assertThat(supervisor.whenTerminated().block(Conditions.BOUND)).isEqualTo(TerminationReason.STOPPED);
        assertThat(log.all()).containsExactly("stopped a");
        assertThat(test.logged()).contains("bastion://test/s/b does not return from its handler: it is left behind");
        returns.countDown();
        TestSystem.end(cast.ref("b"));
    }

    @Test
    void stopTwice_fromManyThreads_isOneStop() throws InterruptedException {
        SupervisorRef supervisor = cast.start(
                test,
                SupervisorSpec.named("s").callbacks(new Cast.Hooks(log, "s")).child(cast.member("a")));
        Recorder<TerminationReason> ends = new Recorder<>();
        List<Thread> threads = new ArrayList<>();
        for (int i = 0; i < 8; i++) {
            Thread thread = new Thread(() -> {
                supervisor.stop();
                cast.ref("a").stop();
                supervisor.whenTerminated().subscribe(ends::add);
            });
            threads.add(thread);
            thread.start();
        }
        for (Thread thread : threads) {
            thread.join();
        }
        assertThat(ends.await(8)).containsOnly(TerminationReason.STOPPED);
        assertThat(log.all()).containsExactly("stopped a", "afterStop s");
    }

    @ParameterizedTest
    @ValueSource(strings = {"stop", "drain", "kill", "root stop", "root drain", "root kill"})
    void aSpawnDuringOrAfterShutdown_isRefused(String way) {
        ActorSystem system =
                ActorSystem.builder("other").scheduler(test.scheduler).build();
        SupervisorRef supervisor = system.supervise(SupervisorSpec.named("s").child(cast.member("a")));
        supervisor.whenStarted().block(Conditions.BOUND);
        switch (way) {
            case "stop" -> system.stop();
            case "drain" -> system.drain();
            case "kill" -> system.kill();
            case "root stop" -> system.root().stop();
            case "root drain" -> system.root().drain();
            default -> system.root().kill();
        }
        assertThatThrownBy(() -> system.spawn(cast.member("x"))).isInstanceOf(IllegalStateException.class);
        system.whenTerminated().block(Conditions.BOUND);
        assertThatThrownBy(() -> system.spawn(cast.member("x"))).isInstanceOf(IllegalStateException.class);
        assertThatThrownBy(() -> supervisor.add(cast.member("y")).block(Conditions.BOUND))
                .isInstanceOf(RuntimeException.class);
        assertThat(log.all()).contains("start a 0").doesNotContain("start y 0");
    }

    @Test
    void anAddWhileASupervisorStops_isRefused() {
        SupervisorRef supervisor = cast.start(test, SupervisorSpec.named("s").child(stuck("a")));
        block("a");
        test.settle();
        supervisor.stop();
        test.settle();
        assertThatThrownBy(() -> supervisor.add(cast.member("b")).block(Conditions.BOUND))
                .isInstanceOf(IllegalStateException.class);
        assertThatThrownBy(() -> supervisor.restart("a").block(Conditions.BOUND))
                .isInstanceOf(IllegalStateException.class);
        test.advance(SECOND);
        supervisor.whenTerminated().block(Conditions.BOUND);
    }

    @Test
    void oneDeadline_isDividedDownTheTree_andTheReportNamesWhoWasLate() {
        ActorSystem system =
                ActorSystem.builder("other").scheduler(test.scheduler).build();
        SupervisorRef top = system.supervise(SupervisorSpec.named("top")
                .child(SupervisorSpec.named("s")
                        .child(cast.member("a").stopTimeout(Duration.ofHours(1)))
                        .child(cast.member("b").stopTimeout(Duration.ofHours(1))))
                .child(cast.member("c").stopTimeout(Duration.ofHours(1))));
        top.whenStarted().block(Conditions.BOUND);
        List.of("a", "b", "c").forEach(this::block);
        test.settle();
        Recorder<ShutdownReport> reports = shutdown(system, Duration.ofSeconds(10));
        step(system, reports);
        assertThat(late(reports.await(1).get(0)))
                .containsExactly("bastion://other/top/c", "bastion://other/top/s/b", "bastion://other/top/s/a");
        assertThat(test.time.nanoTime())
                .isLessThanOrEqualTo(Duration.ofSeconds(10).toNanos());
    }

    @ParameterizedTest
    @ValueSource(strings = {"drain", "stop", "root drain"})
    void aShutdown_overtakesADrainAndALongerStop(String before) {
        ActorSystem system =
                ActorSystem.builder("other").scheduler(test.scheduler).build();
        SupervisorRef top = system.supervise(
                SupervisorSpec.named("top").child(cast.member("a").stopTimeout(Duration.ofHours(1))));
        top.whenStarted().block(Conditions.BOUND);
        block("a");
        cast.ref("a").tell("queued");
        test.settle();
        switch (before) {
            case "drain" -> system.drain();
            case "stop" -> system.shutdown(Duration.ofHours(1)).subscribe();
            default -> system.root().drain();
        }
        test.settle();
        Recorder<ShutdownReport> reports = shutdown(system, SECOND);
        step(system, reports);
        assertThat(test.time.nanoTime()).isLessThanOrEqualTo(SECOND.toNanos());
        assertThat(late(reports.await(1).get(0))).contains("bastion://other/top/a");
    }

    @Test
    void theReport_isOfTheShutdown_notOfWhatWasLateBefore() {
        ActorSystem system =
                ActorSystem.builder("other").scheduler(test.scheduler).build();
        SupervisorRef top = system.supervise(SupervisorSpec.named("top").child(stuck("a")));
        top.whenStarted().block(Conditions.BOUND);
        block("a");
        test.settle();
        top.remove("a").subscribe();
        test.settle();
        test.advance(SECOND);
        TestSystem.end(cast.ref("a"));
        assertThat(shutdown(system, SECOND).await(1).get(0).late()).isEmpty();
    }

    @Test
    void aDrain_handlesAllThatIsInTheMailboxes_overFailures() {
        SupervisorRef supervisor = cast.start(
                test,
                SupervisorSpec.named("s")
                        .strategy(Strategy.ONE_FOR_ALL)
                        .budget(Budget.unlimited())
                        .child(cast.member("a"))
                        .child(SupervisorSpec.named("t").child(cast.member("b"))));
        Sinks.Empty<Void> gate = Sinks.empty();
        for (String name : List.of("a", "b")) {
            cast.ref(name).tell(new Cast.Order.Await(gate.asMono()));
            IntStream.range(0, 10).forEach(i -> {
                cast.ref(name).tell(i);
                if (i == 5) {
                    cast.ref(name).tell(Cast.fail());
                }
            });
        }
        test.settle();
        supervisor.drain();
        test.settle();
        gate.tryEmitEmpty();
        assertThat(supervisor.whenTerminated().block(Conditions.BOUND)).isEqualTo(TerminationReason.STOPPED);
        for (String name : List.of("a", "b")) {
            assertThat(log.all().stream()
                            .filter(line -> line.startsWith(name + " "))
                            .map(line -> line.substring(line.length() - 1)))
                    .containsExactly("0", "1", "2", "3", "4", "5", "6", "7", "8", "9");
        }
        assertThat(test.deadLetters(DeadLetter.Reason.STOPPED)).isEmpty();
    }

    @Test
    void aSupervisorThatWaitsInAGroupsBackoff_leavesNoTimer() {
        SupervisorRef supervisor = cast.start(
                test,
                SupervisorSpec.named("s")
                        .strategy(Strategy.ONE_FOR_ALL)
                        .child(cast.member("a")
                                .restart(Restart.transientOnFailure().backoff(Backoff.constant(Duration.ofHours(1)))))
                        .child(cast.member("b")));
        cast.ref("a").tell(Cast.fail());
        log.await(2);
        test.settle();
        assertThat(test.time.pending()).isPositive();
        supervisor.kill();
        supervisor.whenTerminated().block(Conditions.BOUND);
        Conditions.await("no timer left", () -> test.time.pending() == 0);
    }

    @Test
    void aStopHookThatNeverEnds_isEndedByTheTimeOut_andByAKill() {
        Cast.Hooks never = new Cast.Hooks(log, "a") {
            @Override
            Publisher<?> run(String hook) {
                super.run(hook);
                return hook.equals("afterStop") ? Mono.never() : Mono.empty();
            }
        };
        SupervisorRef supervisor =
                cast.start(test, SupervisorSpec.named("s").child(stuck("a").callbacks(never)));
        supervisor.stop();
        log.await(2);
        test.settle();
        test.advance(SECOND);
        assertThat(supervisor.whenTerminated().block(Conditions.BOUND)).isEqualTo(TerminationReason.STOPPED);
        assertThat(log.all()).containsExactly("stopped a", "afterStop a");
    }
}
