package io.bastion.actor;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import io.bastion.supervision.Budget;
import io.bastion.supervision.Restart;
import io.bastion.supervision.Strategy;
import io.bastion.testing.Conditions;
import io.bastion.testing.Recorder;
import io.bastion.testing.TestSystem;
import java.time.Duration;
import java.util.Objects;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.TimeUnit;
import java.util.concurrent.atomic.AtomicInteger;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.extension.RegisterExtension;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.EnumSource;
import org.reactivestreams.Publisher;
import reactor.core.publisher.Sinks;

/** Children that could not be started at first, that fail their supervisor, and that take another's place. */
class SupervisedEndsTest {
    @RegisterExtension
    final TestSystem test = new TestSystem();

    private final Recorder<Object> seen = new Recorder<>();

    private ActorSpec<String> actor(String name) {
        return ActorSpec.of(name, context -> {
            seen.add(context.self());
            return Behavior.receive((c, m) -> {
                throw new IllegalStateException(m);
            });
        });
    }

    @SuppressWarnings("unchecked") // they are all of that type
    private ActorRef<String> started() {
        return (ActorRef<String>) seen.await(1).get(0);
    }

    @Test
    void plainActorWhoseFirstStartFails_isRetriedIfItsPolicySaysSo() {
        AtomicInteger made = new AtomicInteger();
        ActorRef<String> actor = test.spawn(ActorSpec.<String>of("a", () -> {
                    if (made.incrementAndGet() < 3) {
                        throw new IllegalStateException("not yet");
                    }
                    return Behavior.receive((context, m) -> seen.add(m));
                })
                .restart(Restart.transientOnFailure().retryStart()));
        actor.tell("first");
        assertThat(seen.await(1)).containsExactly("first");
        assertThat(made).hasValue(3);
    }

    @Test
    void childThatIsMoreThanItsSupervisorBears_endsWithItsFailure() {
        test.system.supervise(SupervisorSpec.named("s")
                .budget(Budget.of(0, Duration.ofSeconds(5)))
                .restart(Restart.temporary())
                .child(actor("a")));
        ActorRef<String> actor = started();
        actor.tell("boom");
        assertThat(TestSystem.end(actor))
                .isInstanceOfSatisfying(
                        TerminationReason.Failed.class,
                        failed -> assertThat(failed.cause()).hasMessage("boom"));
    }

    @Test
    void childWhoseEndTheCallerHasHeardOf_isRestarted_beforeItsSupervisorHears() {
        SupervisorRef supervisor =
                test.system.supervise(SupervisorSpec.named("s").child(actor("a")));
        ActorRef<String> actor = started();
        var restarted = actor.whenTerminated()
                .flatMap(reason -> supervisor.restart("a"))
                .toFuture();
        actor.stop();
        assertThat(restarted.join()).isTrue();
        assertThat(seen.await(2)).doesNotHaveDuplicates();
    }

    @Test
    void questionAboutAChildThatIsJustClosing_waitsForTheEnd_withoutTurningRound() {
        SupervisorSpec spec = SupervisorSpec.named("s");
        for (int i = 0; i < 4; i++) {
            spec = spec.child(actor("a" + i).placement(Placement.spread()));
        }
        SupervisorRef supervisor = test.system.supervise(spec);
        supervisor.whenStarted().block(Conditions.BOUND);
        ActorCell<?> cell = ((SupervisorHandle) supervisor).cell();
        ActorCell<?> child = seen.await(4).stream()
                .map(a -> (ActorCell<?>) a)
                .filter(a -> a.homeWorker() != cell.homeWorker())
                .findFirst()
                .orElseThrow();
        ActorGate gate = new ActorGate();
        child.whenTerminated().subscribe(reason -> gate.pass()); // closed, and the supervisor not told yet
        child.stop();
        gate.awaitEntered();
        var restarted = supervisor.restart(Objects.requireNonNull(child.name)).toFuture();
        Conditions.await("the supervisor has nothing to do", cell::isIdle);
        assertThat(restarted).isNotDone();
        gate.open();
        assertThat(restarted.join()).isTrue();
        assertThat(seen.await(5)).doesNotHaveDuplicates();
    }

    /** A hook after the end that lasts as long as the test wants. */
    private static final class SlowEnd implements Callbacks {
        private final Sinks.Empty<Void> end = Sinks.empty();
        private final CompletableFuture<TerminationReason> begun = new CompletableFuture<>();

        @Override
        public Publisher<?> afterStop(ActorRef<?> self, TerminationReason reason) {
            begun.complete(reason);
            return end.asMono();
        }
    }

    @ParameterizedTest
    @EnumSource(Strategy.class)
    void restartByHand_ofOneThatIsEndingForGood_startsItAnewWhenItIsDown(Strategy strategy) {
        SlowEnd slow = new SlowEnd();
        SupervisorRef supervisor = test.system.supervise(
                SupervisorSpec.named("s").strategy(strategy).child(actor("a").callbacks(slow)));
        supervisor.whenStarted().block(Conditions.BOUND);
        started().stop();
        assertThat(slow.begun.orTimeout(10, TimeUnit.SECONDS).join()).isEqualTo(TerminationReason.STOPPED);
        var restarted = supervisor.restart("a").toFuture();
        test.settle();
        assertThat(restarted).isNotDone();
        slow.end.tryEmitEmpty();
        assertThat(restarted.join()).isTrue();
        assertThat(seen.await(2)).doesNotHaveDuplicates();
        Conditions.await(
                "a runs",
                () -> Objects.requireNonNull(supervisor.tree().block(Conditions.BOUND))
                        .render()
                        .strip()
                        .endsWith("─ a"));
    }

    @Test
    void restartByHand_ofATemporaryOneThatIsEnding_isFalse() {
        SlowEnd slow = new SlowEnd();
        SupervisorRef supervisor = test.system.supervise(SupervisorSpec.named("s")
                .child(actor("a").callbacks(slow).restart(Restart.temporary()))
                .child(actor("b")));
        supervisor.whenStarted().block(Conditions.BOUND);
        started().stop();
        slow.begun.orTimeout(10, TimeUnit.SECONDS).join();
        var restarted = supervisor.restart("a").toFuture();
        test.settle();
        slow.end.tryEmitEmpty();
        assertThat(restarted.join()).isFalse();
        assertThat(seen.size()).isEqualTo(2);
    }

    @Test
    void restartByHand_ofOneThatIsEnding_failsWhenItsSupervisorEndsToo() {
        SlowEnd slow = new SlowEnd();
        SupervisorRef supervisor =
                test.system.supervise(SupervisorSpec.named("s").child(actor("a").callbacks(slow)));
        supervisor.whenStarted().block(Conditions.BOUND);
        started().stop();
        slow.begun.orTimeout(10, TimeUnit.SECONDS).join();
        var restarted = supervisor.restart("a").toFuture();
        test.settle();
        supervisor.stop();
        test.settle();
        slow.end.tryEmitEmpty();
        assertThatThrownBy(restarted::join).hasCauseInstanceOf(IllegalStateException.class);
        assertThat(seen.size()).isEqualTo(1);
    }

    @Test
    void childInThePlaceOfARemovedOne_isListedWhenItIsDown() {
        SupervisorRef supervisor =
                test.system.supervise(SupervisorSpec.named("s").child(actor("a")));
        supervisor.whenStarted().block(Conditions.BOUND);
        ActorRef<String> second = Objects.requireNonNull(supervisor
                .remove("a")
                .flatMap(removed -> supervisor.add(actor("a"))) // at once, before the supervisor hears of the end
                .block(Conditions.BOUND));
        second.stop();
        assertThat(TestSystem.end(second)).isEqualTo(TerminationReason.STOPPED);
        Conditions.await(
                "a down",
                () -> Objects.requireNonNull(supervisor.tree().block(Conditions.BOUND))
                        .render()
                        .contains("a down"));
    }
}
