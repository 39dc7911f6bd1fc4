package io.bastion.testkit;

import io.bastion.actor.ActorRef;
import io.bastion.actor.ActorSpec;
import io.bastion.actor.ActorSystem;
import io.bastion.actor.Behavior;
import io.bastion.scheduler.NumaScheduler;
import io.bastion.scheduler.NumaTopology;
import java.time.Duration;
import java.util.ArrayList;
import java.util.List;
import java.util.concurrent.TimeUnit;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Nested;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.extension.ExtendWith;
import org.opentest4j.AssertionFailedError;
import reactor.core.publisher.Flux;
import reactor.core.publisher.Hooks;
import reactor.core.publisher.Mono;
import reactor.core.publisher.Operators;
import reactor.core.scheduler.Schedulers;
import reactor.test.scheduler.VirtualTimeScheduler;
import reactor.util.context.Context;

/** Tests that are run by {@link BastionExtensionTest}: most of them are to fail. */
final class Fixtures {
    /** What the fixtures leave for the test to look at, or to clear away. */
    static final List<Object> LEFT = new ArrayList<>();

    private Fixtures() {}

    @BastionTest
    static class Clean {
        @BeforeEach
        void before(TestKit kit) {
            LEFT.add(kit);
        }

        @Test
        void test(TestKit kit, ActorSystem system, VirtualTime time, DeterministicScheduler scheduler) {
            LEFT.add(kit);
            LEFT.add(kit.system() == system && kit.time() == time && kit.scheduler() == scheduler);
            ActorRef<Integer> actor = system.spawn(ActorSpec.of(
                    "halves",
                    () -> Behavior.receive((context, n) -> {
                        if (n % 2 != 0) {
                            throw new IllegalStateException("wanted");
                        }
                    })));
            actor.tellAll(List.of(0, 1, 2));
            Mono.delay(Duration.ofSeconds(1)).subscribe();
            kit.advanceBy(Duration.ofSeconds(1));
        }

        @AfterEach
        void after(ActorSystem system) {
            LEFT.add(system);
        }
    }

    @BastionTest(deterministic = false, workers = 3)
    static class CleanOnWorkers {
        @Test
        void test(TestKit kit) {
            LEFT.add(kit.scheduler().toString());
            Probe<String> probe = kit.probe();
            probe.ref().tell("a");
            probe.expect("a");
        }
    }

    @BastionTest
    static class LeavesATimer {
        @Test
        void test(TestKit kit) {
            kit.scheduler().schedule(() -> {}, 1, TimeUnit.HOURS);
        }
    }

    @BastionTest(deterministic = false)
    static class LeavesATimerOnWorkers {
        @Test
        void test() {
            Flux.interval(Duration.ofSeconds(1)).subscribe();
        }
    }

    @BastionTest
    static class LeavesHooks {
        @Test
        void test() {
            Hooks.onErrorDropped(error -> {});
            Hooks.onOperatorError("mine", (error, element) -> error);
            Schedulers.onScheduleHook("mine", task -> task);
        }
    }

    @BastionTest
    static class LeavesAFactory {
        @Test
        void test() {
            VirtualTimeScheduler.getOrSet();
        }
    }

    @BastionTest
    static class ResetsHooks {
        @Test
        void test() {
            Hooks.resetOnErrorDropped();
            Schedulers.onScheduleHook("mine", task -> task);
            Schedulers.resetOnScheduleHook("mine");
            VirtualTimeScheduler.getOrSet();
            VirtualTimeScheduler.reset();
        }
    }

    @BastionTest
    static class LosesAnError {
        @Test
        void test() {
            Operators.onErrorDropped(new IllegalStateException("dropped"), Context.empty());
        }
    }

    @BastionTest
    static class ThrowsInATask {
        @Test
        void test(TestKit kit) {
            kit.scheduler().schedule(() -> {
                throw new IllegalStateException("thrown");
            });
        }
    }

    @BastionTest(deterministic = false)
    static class ThrowsInATaskOnWorkers {
        @Test
        void test(TestKit kit) {
            kit.scheduler().schedule(() -> {
                throw new IllegalStateException("thrown");
            });
        }
    }

    @BastionTest
    static class TakesALostError {
        @Test
        void test(TestKit kit) {
            Operators.onErrorDropped(new IllegalStateException("expected"), Context.empty());
            LEFT.addAll(kit.takeLostErrors());
        }
    }

    @BastionTest
    static class LeavesAThread {
        @Test
        void test() {
            LEFT.add(NumaScheduler.builder()
                    .name("leak")
                    .topology(NumaTopology.of(1))
                    .pinned(false)
                    .build());
        }
    }

    @BastionTest(seed = 4_711)
    static class Fails {
        @Test
        void test(DeterministicScheduler scheduler) {
            LEFT.add(scheduler);
            Hooks.onNextDropped(element -> {});
            throw new AssertionFailedError("it is as it is");
        }
    }

    @BastionTest(seed = 12)
    static class BreaksAPromise {
        @Test
        void test(TestKit kit) {
            kit.scheduler().schedule(() -> {}, 1, TimeUnit.HOURS);
        }
    }

    @ExtendWith(BastionExtension.class)
    static class Seeds {
        @Test
        void any(TestKit kit) {
            LEFT.add(kit.seed());
        }

        @Test
        @BastionTest(seed = 5)
        void five(TestKit kit) {
            LEFT.add(kit.seed());
        }

        @Nested
        @BastionTest(deterministic = false)
        class Inner {
            @Test
            void none(TestKit kit) {
                LEFT.add(kit.seed());
            }

            @Test
            void noSuchScheduler(DeterministicScheduler scheduler) {}
        }
    }
}
