package io.bastion.semantics;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import io.bastion.actor.ActorRef;
import io.bastion.actor.ActorSpec;
import io.bastion.actor.ActorStartException;
import io.bastion.actor.Behavior;
import io.bastion.actor.Callbacks;
import io.bastion.actor.SupervisorRef;
import io.bastion.actor.SupervisorSpec;
import io.bastion.actor.TerminationReason;
import io.bastion.actor.TreeEvent;
import io.bastion.supervision.Restart;
import io.bastion.testing.Conditions;
import io.bastion.testing.Recorder;
import io.bastion.testing.TestSystem;
import java.time.Duration;
import java.util.ArrayList;
import java.util.List;
import java.util.concurrent.TimeoutException;
import java.util.concurrent.atomic.AtomicInteger;
import java.util.function.BooleanSupplier;
import java.util.stream.Stream;
import org.jspecify.annotations.Nullable;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.extension.RegisterExtension;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.Arguments;
import org.junit.jupiter.params.provider.EnumSource;
import org.junit.jupiter.params.provider.MethodSource;
import org.reactivestreams.Publisher;
import reactor.core.publisher.Mono;
import reactor.core.publisher.Sinks;
import reactor.core.scheduler.Schedulers;

/** The start of children, and the hooks around incarnations. */
class HooksTest {
    @RegisterExtension
    final TestSystem test = new TestSystem();

    private final Cast cast = new Cast();
    private final Recorder<String> log = cast.log;

    /** How a hook can fail. */
    enum Way {
        THROWS,
        THROWS_ERROR,
        NULL,
        ERROR,
        LATE_ERROR,
        NEVER;

        @SuppressWarnings("NullAway") // the point of the test
        Publisher<?> work() {
            return switch (this) {
                case THROWS -> throw new IllegalStateException("wanted");
                case THROWS_ERROR -> throw new StackOverflowError("wanted");
                case NULL -> null;
                case ERROR -> Mono.error(new IllegalStateException("wanted"));
                case LATE_ERROR ->
                    Mono.error(new IllegalStateException("wanted")).subscribeOn(Schedulers.boundedElastic());
                case NEVER -> Mono.never();
            };
        }

        Class<? extends Throwable> failure() {
            return switch (this) {
                case THROWS_ERROR -> StackOverflowError.class;
                case NULL -> NullPointerException.class;
                case NEVER -> TimeoutException.class;
                default -> IllegalStateException.class;
            };
        }
    }

    private Callbacks failing(String name, String failing, Way way) {
        return new Cast.Hooks(log, name) {
            @Override
            Publisher<?> run(String hook) {
                super.run(hook);
                return hook.equals(failing) ? way.work() : Mono.empty();
            }
        };
    }

    static Stream<Arguments> startHooks() {
        return hooks("beforeStart", "afterStart");
    }

    static Stream<Arguments> stopHooks() {
        return hooks("beforeRestart", "afterStop");
    }

    private static Stream<Arguments> hooks(String... names) {
        List<Arguments> rows = new ArrayList<>();
        for (String name : names) {
            for (Way way : Way.values()) {
                rows.add(Arguments.of(name, way));
            }
        }
        return rows.stream();
    }

    /** Waits for something that a time-out brings about if the hook never ends. */
    private void within(Way way, String what, BooleanSupplier condition) {
        if (way == Way.NEVER) {
            test.settle();
            test.advance(Duration.ofSeconds(2));
        }
        Conditions.await(what, condition);
    }

    @ParameterizedTest
    @MethodSource("startHooks")
    void aStartHookThatFails_isAFailedStart_namingTheChildAndTheCause(String hook, Way way) {
        SupervisorRef supervisor = test.system.supervise(SupervisorSpec.named("s")
                .child(cast.member("a").callbacks(new Cast.Hooks(log, "a")))
                .child(cast.member("b"))
                .child(cast.member("c").callbacks(failing("c", hook, way)).startTimeout(Duration.ofSeconds(2)))
                .child(cast.member("d")));
        Recorder<Throwable> failed = new Recorder<>();
        supervisor.whenStarted().subscribe(v -> {}, failed::add);
        Conditions.await("the hook runs", () -> log.all().contains(hook + " c"));
        within(way, "it has failed", () -> failed.size() == 1);
        assertThat(failed.all().get(0))
                .isInstanceOf(ActorStartException.class)
                .hasMessageContaining("bastion://test/s/c")
                .cause()
                .isInstanceOf(way.failure());
        assertThat(log.all()).doesNotContain("start d 0", "afterStop c");
        assertThat(log.all()).endsWith("stopped b", "stopped a", "afterStop a");
        assertThat(supervisor.whenTerminated().block(Conditions.BOUND)).isInstanceOf(TerminationReason.Failed.class);
    }

    @ParameterizedTest
    @MethodSource("stopHooks")
    void aStopHookThatFails_isReported_andThingsTakeTheirCourse(String hook, Way way) {
        Recorder<TreeEvent.HookFailed> events = new Recorder<>();
        test.system.events().ofType(TreeEvent.HookFailed.class).subscribe(events::add);
        SupervisorRef supervisor = cast.start(
                test,
                SupervisorSpec.named("s")
                        .child(cast.member("a")
                                .callbacks(failing("a", hook, way))
                                .stopTimeout(Duration.ofSeconds(2))));
        cast.ref("a").tell(Cast.fail());
        Conditions.await("restarts", () -> log.all().contains("beforeRestart a"));
        within(way, "is back", () -> log.all().contains("afterRestart a"));
        cast.ref("a").tell("hello");
        Conditions.await("works", () -> log.all().contains("a 1: hello"));
        cast.ref("a").stop();
        Conditions.await("stops", () -> log.all().contains("afterStop a"));
        within(way, "is down", () -> Cast.children(supervisor).equals("a:DOWN"));
        assertThat(TestSystem.end(cast.ref("a"))).isEqualTo(TerminationReason.STOPPED);
        if (way != Way.NEVER || hook.equals("afterStop")) { // else the restart as a whole was late
            assertThat(events.await(1).get(0).hook()).isEqualTo(hook);
            assertThat(events.all().get(0).cause()).isInstanceOf(way.failure());
        }
        assertThat(log.all().stream().filter("afterStop a"::equals)).hasSize(1);
    }

    @ParameterizedTest
    @EnumSource(Way.class)
    void afterRestart_thatFails_costsAnotherUnit(Way way) {
        AtomicInteger turn = new AtomicInteger();
        SupervisorRef supervisor = cast.start(
                test,
                SupervisorSpec.named("s")
                        .child(cast.member("a")
                                .startTimeout(Duration.ofSeconds(2))
                                .callbacks(new Cast.Hooks(log, "a") {
                                    @Override
                                    Publisher<?> run(String hook) {
                                        super.run(hook);
                                        return hook.equals("afterRestart") && turn.getAndIncrement() == 0
                                                ? way.work()
                                                : Mono.empty();
                                    }
                                })));
        cast.ref("a").tellAll(List.of(Cast.fail(), "kept"));
        Conditions.await("the hook runs", () -> log.all().contains("afterRestart a"));
        within(way, "is back", () -> log.all().contains("a 2: kept"));
        assertThat(log.all())
                .containsExactly(
                        "restarting a",
                        "beforeRestart a",
                        "start a 1",
                        "afterRestart a",
                        "restarting a",
                        "beforeRestart a",
                        "start a 2",
                        "afterRestart a",
                        "a 2: kept");
        assertThat(Cast.tree(supervisor).remainingBudget()).isEqualTo(3 - 2);
    }

    @Test
    void beforeRestart_getsCauseAndMessageInFlight_andAFailedAttemptHasNone() {
        Recorder<Object> told = new Recorder<>();
        AtomicInteger turn = new AtomicInteger();
        IllegalStateException startFailure = new IllegalStateException("start");
        cast.start(test, SupervisorSpec.named("s").child(cast.member("a").callbacks(new Callbacks() {
            @Override
            public Publisher<?> beforeRestart(ActorRef<?> self, @Nullable Throwable cause, @Nullable Object message) {
                told.add("before " + cause + " " + message);
                return Mono.empty();
            }

            @Override
            public Publisher<?> afterRestart(ActorRef<?> self, @Nullable Throwable cause) {
                told.add("after " + cause);
                return turn.getAndIncrement() == 0 ? Mono.error(startFailure) : Mono.empty();
            }
        })));
        Cast.Order fail = Cast.fail();
        cast.ref("a").tell(fail);
        String cause = new IllegalStateException("wanted").toString();
        assertThat(told.await(4))
                .containsExactly(
                        "before " + cause + " " + fail,
                        "after " + cause,
                        "before " + startFailure + " null",
                        "after " + startFailure);
    }

    @Test
    void theStopHookOfOneIncarnation_endsBeforeTheStartHookOfTheNext_andTheMailboxRests() {
        Sinks.Empty<Void> before = Sinks.empty();
        Sinks.Empty<Void> after = Sinks.empty();
        cast.start(test, SupervisorSpec.named("s").child(cast.member("a").callbacks(new Cast.Hooks(log, "a") {
            @Override
            Publisher<?> run(String hook) {
                super.run(hook);
                return switch (hook) {
                    case "beforeRestart" -> before.asMono();
                    case "afterRestart" -> after.asMono();
                    default -> Mono.empty();
                };
            }
        })));
        cast.ref("a").tellAll(List.of(Cast.fail(), "kept"));
        log.await(2);
        test.settle();
        assertThat(log.all()).containsExactly("restarting a", "beforeRestart a");
        before.tryEmitEmpty();
        log.await(4);
        test.settle();
        assertThat(log.all()).containsExactly("restarting a", "beforeRestart a", "start a 1", "afterRestart a");
        after.tryEmitEmpty();
        assertThat(log.await(5)).endsWith("a 1: kept");
    }

    @Test
    void aStart_isRetried_onlyIfThePolicySaysSo_andCountsAgainstTheBudget() {
        AtomicInteger made = new AtomicInteger();
        ActorSpec<Object> flaky = ActorSpec.of("a", context -> {
            if (made.getAndIncrement() < 2) {
                throw new IllegalStateException("not yet");
            }
            return Behavior.receive((c, m) -> log.add("a: " + m));
        });
        SupervisorRef once = test.system.supervise(SupervisorSpec.named("once").child(flaky));
        assertThatThrownBy(() -> once.whenStarted().block(Conditions.BOUND))
                .isInstanceOf(ActorStartException.class)
                .hasMessageContaining("bastion://test/once/a");
        assertThat(made).hasValue(1);
        made.set(0);
        SupervisorRef again = test.system.supervise(SupervisorSpec.named("again")
                .child(flaky.restart(Restart.transientOnFailure().retryStart()))
                .child(cast.member("b")));
        again.whenStarted().block(Conditions.BOUND);
        test.rest();
        assertThat(made).hasValue(3);
        assertThat(Cast.tree(again).remainingBudget()).isEqualTo(1);
        assertThat(log.all()).containsExactly("start b 0");
        made.set(-10);
        SupervisorRef never = test.system.supervise(SupervisorSpec.named("never")
                .child(flaky.restart(Restart.transientOnFailure().retryStart())));
        assertThatThrownBy(() -> never.whenStarted().block(Conditions.BOUND)).isInstanceOf(ActorStartException.class);
        assertThat(made).hasValue(-10 + 4);
    }

    @Test
    void aSupervisorWhoseStartIsRetried_supervisesAsANewOne() {
        AtomicInteger starts = new AtomicInteger();
        SupervisorRef top = test.system.supervise(SupervisorSpec.named("top")
                .child(SupervisorSpec.named("s")
                        .budget(1, Duration.ofSeconds(5))
                        .restart(Restart.transientOnFailure().retryStart())
                        .child(cast.member("a"))
                        .child(ActorSpec.of("b", context -> {
                                    if (starts.getAndIncrement() < 2) {
                                        cast.ref("a").tell(Cast.fail());
                                        cast.ref("a").tell(Cast.fail());
                                    }
                                    return Behavior.receive((c, m) -> {});
                                })
                                .callbacks(new Callbacks() {
                                    @Override
                                    public Publisher<?> afterStart(ActorRef<?> self) {
                                        return starts.get() <= 2 ? Mono.never() : Mono.empty();
                                    }
                                }))));
        top.whenStarted().block(Conditions.BOUND);
        int before = log.size();
        cast.ref("a").tell(Cast.fail());
        assertThat(log.await(before + 2)).endsWith("restarting a", "start a 1");
    }

    @Test
    void aChildThatIsRemovedWhileItStarts_doesNotFailTheStart() {
        SupervisorRef supervisor = test.system.supervise(SupervisorSpec.named("s")
                .child(cast.member("a").callbacks(failing("a", "afterStart", Way.NEVER)))
                .child(cast.member("b")));
        Conditions.await("a starts", () -> log.all().contains("afterStart a"));
        assertThat(supervisor.remove("a").block(Conditions.BOUND)).isTrue();
        supervisor.whenStarted().block(Conditions.BOUND);
        Cast.awaitChildren(supervisor, "b:RUNNING");
    }

    @Test
    void aKillRunsNoHook() {
        cast.start(test, SupervisorSpec.named("s").child(cast.member("a").callbacks(new Cast.Hooks(log, "a"))));
        cast.ref("a").kill();
        assertThat(TestSystem.end(cast.ref("a"))).isEqualTo(TerminationReason.KILLED);
        assertThat(log.all()).isEmpty();
    }
}
