package io.bastion.semantics;

import static org.assertj.core.api.Assertions.assertThat;

import io.bastion.actor.ActorRef;
import io.bastion.actor.ActorSpec;
import io.bastion.actor.Behavior;
import io.bastion.actor.Signal;
import io.bastion.actor.SupervisorRef;
import io.bastion.actor.SupervisorSpec;
import io.bastion.actor.TerminationReason;
import io.bastion.supervision.Backoff;
import io.bastion.supervision.Restart;
import io.bastion.testing.Conditions;
import io.bastion.testing.Recorder;
import io.bastion.testing.TestSystem;
import java.time.Duration;
import java.util.ArrayList;
import java.util.List;
import java.util.Objects;
import java.util.concurrent.CountDownLatch;
import java.util.stream.Stream;
import org.junit.jupiter.api.extension.RegisterExtension;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.Arguments;
import org.junit.jupiter.params.provider.MethodSource;
import org.reactivestreams.Publisher;
import reactor.core.publisher.Mono;

/** Whatever an actor is at in its life: a stop and a kill end it at once, once, and its watchers are told once. */
class StepsOfARestartTest {
    @RegisterExtension
    final TestSystem test = new TestSystem();

    private final Cast cast = new Cast();
    private final Recorder<String> log = cast.log;

    /** Where the actor is held up. */
    enum Step {
        BEFORE_START,
        AFTER_START,
        RUNNING,
        CHILDREN_STOP,
        BEFORE_RESTART,
        BACKOFF,
        AFTER_RESTART,
        AFTER_STOP;

        boolean hasRun() {
            return this != BEFORE_START && this != AFTER_START;
        }
    }

    /** How it is ended. */
    enum Way {
        STOP,
        KILL,
        REMOVE,
        PARENT_STOPS,
        PARENT_IS_KILLED;

        boolean kills() {
            return this == KILL || this == PARENT_IS_KILLED;
        }
    }

    static Stream<Arguments> table() {
        List<Arguments> rows = new ArrayList<>();
        for (Step step : Step.values()) {
            for (Way way : Way.values()) {
                rows.add(Arguments.of(step, way));
            }
        }
        return rows.stream();
    }

    @ParameterizedTest
    @MethodSource("table")
    void itsEnd_comesAtOnce_once_andIsToldOnce(Step step, Way way) {
        CountDownLatch childReturns = new CountDownLatch(1);
        CountDownLatch childIsIn = new CountDownLatch(1);
        Recorder<String> cancelled = new Recorder<>();
        Recorder<ActorRef<Object>> children = new Recorder<>();
        Cast.Hooks hooks = new Cast.Hooks(log, "a") {
            @Override
            Publisher<?> run(String hook) {
                super.run(hook);
                boolean held = hook.equalsIgnoreCase(step.name().replace("_", ""));
                return held ? Mono.never().doOnCancel(() -> cancelled.add(hook)) : Mono.empty();
            }
        };
        ActorSpec<Object> child = ActorSpec.of(
                "child",
                () -> Behavior.receive((c, m) -> {
                    childIsIn.countDown();
                    Conditions.await(childReturns);
                }));
        ActorSpec<Object> spec = ActorSpec.<Object>of("a", context -> {
                    cast.refs.put("a", context.self());
                    log.add("start a " + context.incarnation());
                    if (step == Step.CHILDREN_STOP) {
                        children.add(context.spawn(child));
                    }
                    return Behavior.<Object>receive((c, m) -> {
                                throw new IllegalStateException("wanted");
                            })
                            .onSignal((c, signal) -> {
                                log.add(signal.getClass().getSimpleName());
                                return true;
                            });
                })
                .callbacks(hooks)
                .startTimeout(Duration.ofHours(1))
                .stopTimeout(Duration.ofHours(1))
                .restart(Restart.transientOnFailure().backoff(Backoff.constant(Duration.ofHours(1))));
        if (step == Step.AFTER_RESTART) {
            spec = spec.restart(Restart.transientOnFailure());
        }
        SupervisorRef supervisor = test.system.supervise(SupervisorSpec.named("s"));
        ActorRef<Object> actor = Objects.requireNonNull(supervisor.add(spec).block(Conditions.BOUND));
        Recorder<TerminationReason> ends = new Recorder<>();
        Recorder<Signal> told = new Recorder<>();
        actor.whenTerminated().subscribe(ends::add);
        ActorRef<Object> watcher = test.spawn(ActorSpec.<Object>of("watcher", context -> {
            context.watch(actor);
            return Behavior.<Object>receive((c, m) -> {}).onSignal((c, signal) -> {
                if (signal instanceof Signal.Terminated) {
                    told.add(signal);
                }
                return true;
            });
        }));
        if (step.hasRun()) {
            Conditions.await("started", () -> log.all().contains("afterStart a"));
            test.rest();
            if (step == Step.CHILDREN_STOP) {
                children.all().get(0).tell("stay");
                Conditions.await(childIsIn);
            }
            if (step == Step.AFTER_STOP) {
                actor.stop();
            } else if (step != Step.RUNNING) {
                actor.tell("fail");
            }
        }
        test.settleAll();
        switch (way) {
            case STOP -> actor.stop();
            case KILL -> actor.kill();
            case REMOVE -> supervisor.remove("a").subscribe();
            case PARENT_STOPS -> supervisor.stop();
            case PARENT_IS_KILLED -> supervisor.kill();
        }
        test.settleAll();
        childReturns.countDown();
        if (step == Step.AFTER_STOP && !way.kills()) {
            test.settle();
            assertThat(ends.all()).isEmpty(); // a hook that runs is waited for
            actor.kill();
        }
        TestSystem.end(actor);
        test.rest();
        assertThat(ends.all())
                .containsExactly(
                        way.kills() && step != Step.AFTER_STOP ? TerminationReason.KILLED : TerminationReason.STOPPED);
        assertThat(told.await(1)).hasSize(1);
        boolean hook = step.hasRun() && !way.kills() || step == Step.AFTER_STOP;
        assertThat(log.all().stream().filter("afterStop a"::equals)).hasSize(hook ? 1 : 0);
        assertThat(log.all().stream().filter("Stopped"::equals)).hasSize(hook ? 1 : 0);
        boolean held = step != Step.RUNNING && step != Step.CHILDREN_STOP && step != Step.BACKOFF;
        assertThat(cancelled.all()).hasSize(held ? 1 : 0);
        watcher.stop();
    }
}
