package io.bastion.semantics;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import io.bastion.actor.ActorRef;
import io.bastion.actor.ActorSpec;
import io.bastion.actor.ActorSystem;
import io.bastion.actor.Behavior;
import io.bastion.actor.SupervisorRef;
import io.bastion.actor.SupervisorSpec;
import io.bastion.actor.SystemFailedException;
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
import java.util.List;
import java.util.Objects;
import java.util.concurrent.atomic.AtomicInteger;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.extension.RegisterExtension;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;
import org.junit.jupiter.params.provider.EnumSource;
import org.reactivestreams.Publisher;
import reactor.core.publisher.Mono;

/** Budgets, escalation and back-off. */
class BudgetAndBackoffTest {
    private static final Duration WINDOW = Duration.ofSeconds(10);

    @RegisterExtension
    final TestSystem test = new TestSystem();

    private final Cast cast = new Cast();

    private SupervisorSpec family(Strategy strategy, int budget) {
        return SupervisorSpec.named("s")
                .strategy(strategy)
                .budget(budget, WINDOW)
                .child(cast.member("a"))
                .child(cast.member("b"));
    }

    private int budget(SupervisorRef supervisor) {
        return Cast.tree(supervisor).remainingBudget();
    }

    @Test
    void aStampExactlyAWindowOld_stillCounts() {
        SupervisorRef supervisor =
                cast.start(test, family(Strategy.ONE_FOR_ONE, 1).restart(Restart.temporary()));
        cast.ref("a").tell(Cast.fail());
        cast.log.await(2);
        test.rest();
        assertThat(budget(supervisor)).isZero();
        test.advance(WINDOW);
        assertThat(budget(supervisor)).isZero();
        test.advance(Duration.ofNanos(1));
        assertThat(budget(supervisor)).isEqualTo(1);
        cast.ref("a").tell(Cast.fail());
        cast.log.await(4);
        test.rest();
        test.advance(WINDOW);
        cast.ref("b").tell(Cast.fail());
        assertThat(supervisor.whenTerminated().block(Conditions.BOUND)).isInstanceOf(TerminationReason.Failed.class);
    }

    @Test
    void whatCostsNothing() {
        SupervisorRef supervisor = cast.start(
                test,
                family(Strategy.ONE_FOR_ALL, 3)
                        .child(cast.member("t").restart(Restart.temporary()))
                        .child(cast.member("u").restart(Restart.temporary())));
        cast.ref("t").tell(Cast.fail());
        cast.ref("u").tell(Cast.STOP);
        TestSystem.end(cast.ref("t"));
        TestSystem.end(cast.ref("u"));
        assertThat(supervisor.restart("a").block(Conditions.BOUND)).isTrue();
        Conditions.await("b is back", () -> cast.log.all().contains("start b 1"));
        cast.ref("b").stop();
        TestSystem.end(cast.ref("b"));
        test.rest();
        assertThat(supervisor.restart("b").block(Conditions.BOUND)).isTrue();
        test.rest();
        assertThat(budget(supervisor)).isEqualTo(3);
    }

    @Test
    void everyFailingAttemptCostsOneMore() {
        AtomicInteger made = new AtomicInteger();
        SupervisorRef supervisor = test.system.supervise(SupervisorSpec.named("s")
                .budget(10, WINDOW)
                .child(ActorSpec.of("a", () -> {
                    int n = made.getAndIncrement();
                    if (n > 0 && n < 4) {
                        throw new IllegalStateException("attempt " + n);
                    }
                    return Behavior.receive((c, m) -> {
                        throw new IllegalStateException("handler");
                    });
                })));
        supervisor.whenStarted().block(Conditions.BOUND);
        test.system.tree().block(Conditions.BOUND);
        ActorRef<?> a = Cast.tree(supervisor).children().get(0).actor();
        @SuppressWarnings("unchecked")
        ActorRef<Object> ref = (ActorRef<Object>) Objects.requireNonNull(a);
        ref.tell("fail");
        Conditions.await("up again", () -> made.get() == 5);
        test.rest();
        assertThat(budget(supervisor)).isEqualTo(10 - 4);
    }

    @Test
    void spent_theSupervisorStopsItsChildrenInReverse_andFailsWithTheCause() {
        SupervisorRef supervisor = cast.start(
                test, family(Strategy.ONE_FOR_ONE, 0).child(cast.member("c")).restart(Restart.temporary()));
        IllegalStateException cause = new IllegalStateException("wanted");
        Recorder<TreeEvent.GaveUp> events = new Recorder<>();
        test.system.events().ofType(TreeEvent.GaveUp.class).subscribe(events::add);
        test.settle();
        cast.ref("b").tell(new Cast.Order.Fail(cause));
        assertThat(supervisor.whenTerminated().block(Conditions.BOUND)).isEqualTo(new TerminationReason.Failed(cause));
        assertThat(cast.log.all()).containsExactly("stopped c", "stopped b", "stopped a");
        assertThat(events.await(1).get(0).origin()).isEqualTo(cast.ref("b"));
    }

    @ParameterizedTest
    @CsvSource({"0,0,0", "1,0,2", "2,3,1", "1,2,3"})
    void nestedBudgets_multiply(int i1, int i2, int i3) {
        AtomicInteger failures = new AtomicInteger();
        SupervisorRef top = test.system.supervise(SupervisorSpec.named("s1")
                .budget(i1, WINDOW)
                .restart(Restart.temporary())
                .child(SupervisorSpec.named("s2")
                        .budget(i2, WINDOW)
                        .child(SupervisorSpec.named("s3").budget(i3, WINDOW).child(ActorSpec.of("leaf", context -> {
                            context.self().tell("go");
                            return Behavior.receive((c, m) -> {
                                failures.incrementAndGet();
                                throw new IllegalStateException("always");
                            });
                        })))));
        assertThat(top.whenTerminated().block(Conditions.BOUND)).isInstanceOf(TerminationReason.Failed.class);
        assertThat(failures).hasValue((i1 + 1) * (i2 + 1) * (i3 + 1));
    }

    @Test
    void theRootGivesUp_andTheSystemTerminatesWithTheCauseAndItsOrigin() {
        ActorSystem system = ActorSystem.builder("other")
                .scheduler(test.scheduler)
                .budget(Budget.of(1, WINDOW))
                .build();
        SupervisorRef supervisor =
                system.supervise(SupervisorSpec.named("s").budget(0, WINDOW).child(cast.member("a")));
        supervisor.whenStarted().block(Conditions.BOUND);
        IllegalStateException cause = new IllegalStateException("the last");
        cast.ref("a").tell(Cast.fail());
        Conditions.await(
                "restarted",
                () -> cast.log.all().stream().filter("start a 0"::equals).count() == 2);
        test.settle();
        cast.ref("a").tell(new Cast.Order.Fail(cause));
        assertThatThrownBy(() -> system.whenTerminated().block(Conditions.BOUND))
                .isInstanceOfSatisfying(
                        SystemFailedException.class,
                        failed -> assertThat(failed.origin()).isEqualTo("bastion://other/s/a"))
                .hasCause(cause);
        assertThatThrownBy(() -> system.spawn(cast.member("x"))).isInstanceOf(IllegalStateException.class);
    }

    @Test
    void backoff_growsAndBeginsAnewAfterAQuietTime() {
        Backoff backoff = Backoff.exponential(Duration.ofMillis(100), Duration.ofSeconds(1));
        cast.start(
                test,
                SupervisorSpec.named("s")
                        .budget(Budget.unlimited())
                        .child(cast.member("a")
                                .restart(Restart.transientOnFailure().backoff(backoff))));
        int started = 0;
        for (int wait : List.of(100, 200, 400, 800, 1000, 1000)) {
            failsAndWaits(wait, ++started);
        }
        test.advance(Duration.ofMillis(550)); // half of min + max
        failsAndWaits(100, ++started);
    }

    @Test
    void backoff_linear() {
        Backoff backoff = Backoff.linear(Duration.ofMillis(100), Duration.ofMillis(250), Duration.ofMillis(70));
        cast.start(
                test,
                SupervisorSpec.named("s")
                        .budget(Budget.unlimited())
                        .child(cast.member("a")
                                .restart(Restart.transientOnFailure().backoff(backoff))));
        int started = 0;
        for (int wait : List.of(100, 170, 240, 250)) {
            failsAndWaits(wait, ++started);
        }
    }

    private void failsAndWaits(int millis, int incarnation) {
        cast.log.clear();
        cast.ref("a").tell(Cast.fail());
        cast.log.await(1);
        test.settle();
        test.advance(Duration.ofMillis(millis).minusNanos(1));
        assertThat(cast.log.all()).containsExactly("restarting a");
        test.advance(Duration.ofNanos(1));
        assertThat(cast.log.await(2)).containsExactly("restarting a", "start a " + incarnation);
    }

    @Test
    void backoff_withJitter_isNeverShorter_norLongerThanThat() {
        Duration wait = Duration.ofMillis(100);
        cast.start(
                test,
                SupervisorSpec.named("s")
                        .budget(Budget.unlimited())
                        .child(cast.member("a")
                                .restart(Restart.transientOnFailure()
                                        .backoff(Backoff.exponential(wait, Duration.ofSeconds(10), 1)
                                                .jitter(0.5)))));
        for (int i = 0; i < 20; i++) {
            cast.log.clear();
            cast.ref("a").tell(Cast.fail());
            cast.log.await(1);
            test.settle();
            test.advance(wait.minusNanos(1));
            assertThat(cast.log.size()).isEqualTo(1);
            test.advance(Duration.ofMillis(50).plusNanos(1));
            assertThat(cast.log.size()).isEqualTo(2);
        }
    }

    @ParameterizedTest
    @EnumSource(Strategy.class)
    void duringABackoff_theSupervisorServesOthers_andAStopEndsItAtOnce(Strategy strategy) {
        Restart patient = Restart.transientOnFailure().backoff(Backoff.constant(Duration.ofHours(1)));
        SupervisorRef supervisor = cast.start(
                test,
                SupervisorSpec.named("s")
                        .strategy(strategy)
                        .child(cast.member("a"))
                        .child(cast.member("b").restart(patient))
                        .child(cast.member("c")));
        cast.ref("b").tell(Cast.fail());
        Conditions.await("b is held", () -> cast.log.all().contains("restarting b"));
        test.settle();
        cast.ref("b").tell("kept");
        ActorRef<Object> added =
                Objects.requireNonNull(supervisor.add(cast.member("x")).block(Conditions.BOUND));
        added.tell("hello");
        Conditions.await("x runs", () -> cast.log.all().contains("x 0: hello"));
        String tree = Cast.children(supervisor);
        assertThat(tree).contains("b:RESTARTING").endsWith("x:RUNNING");
        if (strategy == Strategy.ONE_FOR_ONE) {
            cast.ref("c").tell(Cast.fail());
            Conditions.await("c is back", () -> cast.log.all().contains("start c 1"));
        }
        assertThat(supervisor.remove("x").block(Conditions.BOUND)).isTrue();
        cast.log.clear();
        supervisor.stop();
        assertThat(supervisor.whenTerminated().block(Conditions.BOUND)).isEqualTo(TerminationReason.STOPPED);
        assertThat(cast.log.all()).containsExactly("stopped c", "stopped b", "stopped a");
        Conditions.await("no timer left", () -> test.time.pending() == 0);
    }

    @ParameterizedTest
    @EnumSource(Strategy.class)
    void aRestartByHand_endsABackoff(Strategy strategy) {
        Restart patient = Restart.transientOnFailure().backoff(Backoff.constant(Duration.ofHours(1)));
        SupervisorRef supervisor = cast.start(
                test,
                SupervisorSpec.named("s")
                        .strategy(strategy)
                        .child(cast.member("b").restart(patient))
                        .child(cast.member("c")));
        cast.ref("b").tell(Cast.fail());
        Conditions.await("b is held", () -> cast.log.all().contains("restarting b"));
        test.settle();
        assertThat(supervisor.restart("b").block(Conditions.BOUND)).isTrue();
        Conditions.await("b is back", () -> cast.log.all().contains("start b 1"));
        test.rest();
        Cast.awaitChildren(supervisor, "b:RUNNING#1 c:RUNNING" + (strategy == Strategy.ONE_FOR_ONE ? "" : "#1"));
        Conditions.await("no timer left", () -> test.time.pending() == 0);
    }

    @Test
    void aDrainDuringABackoff_waitsForIt() {
        Restart patient = Restart.transientOnFailure().backoff(Backoff.constant(Duration.ofSeconds(1)));
        SupervisorRef supervisor = cast.start(
                test,
                SupervisorSpec.named("s")
                        .strategy(Strategy.ONE_FOR_ALL)
                        .child(cast.member("a").restart(patient))
                        .child(cast.member("b")));
        cast.ref("a").tellAll(List.of(Cast.fail(), "kept"));
        cast.ref("b").tell("first");
        Conditions.await("a is held", () -> cast.log.all().contains("restarting a"));
        cast.ref("b").tell("second");
        test.settle();
        supervisor.drain();
        test.settle();
        test.advance(Duration.ofSeconds(1));
        assertThat(supervisor.whenTerminated().block(Conditions.BOUND)).isEqualTo(TerminationReason.STOPPED);
        assertThat(cast.log.all()).contains("a 1: kept", "b 1: second");
    }

    @Test
    void aSlowStartOfOneChild_doesNotHoldUpTheRestartOfAnother() {
        Cast.Hooks slow = new Cast.Hooks(cast.log, "a") {
            @Override
            Publisher<?> run(String hook) {
                super.run(hook);
                return hook.equals("afterRestart") ? Mono.never() : Mono.empty();
            }
        };
        cast.start(
                test,
                SupervisorSpec.named("s")
                        .child(cast.member("a").callbacks(slow))
                        .child(cast.member("b")));
        cast.ref("a").tell(Cast.fail());
        Conditions.await("a starts", () -> cast.log.all().contains("afterRestart a"));
        cast.ref("b").tell(Cast.fail());
        Conditions.await("b is back", () -> cast.log.all().contains("start b 1"));
    }
}
