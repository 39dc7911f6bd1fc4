package io.bastion.testkit;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import io.bastion.actor.ActorRef;
import io.bastion.actor.ActorSpec;
import io.bastion.actor.ActorSystem;
import io.bastion.actor.Behavior;
import io.bastion.scheduler.Activity;
import io.bastion.scheduler.Home;
import io.bastion.scheduler.WorkFrame;
import io.bastion.supervision.Backoff;
import io.bastion.supervision.Restart;
import java.time.Duration;
import java.util.ArrayList;
import java.util.HashSet;
import java.util.List;
import java.util.Objects;
import java.util.Set;
import java.util.concurrent.CountDownLatch;
import java.util.concurrent.RejectedExecutionException;
import java.util.concurrent.TimeUnit;
import java.util.concurrent.atomic.AtomicInteger;
import java.util.stream.IntStream;
import java.util.stream.LongStream;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;
import reactor.core.Disposable;
import reactor.core.scheduler.NonBlocking;
import reactor.core.scheduler.Scheduler;

/** The order of steps, and the contract of Reactor's schedulers. */
class DeterministicSchedulerTest {
    private final DeterministicScheduler scheduler = DeterministicScheduler.seeded(1);
    private final List<String> ran = new ArrayList<>();

    @AfterEach
    void dispose() {
        scheduler.dispose();
    }

    private Runnable note(String name) {
        return () -> ran.add(name);
    }

    /** What happens in a system of actors that tell each other, spawn, fail, and wait for the time. */
    private static List<String> trace(long seed) {
        DeterministicScheduler scheduler = DeterministicScheduler.seeded(seed);
        ActorSystem system = ActorSystem.builder("trace").scheduler(scheduler).build();
        List<String> trace = new ArrayList<>();
        List<ActorRef<Integer>> ring = new ArrayList<>();
        AtomicInteger failures = new AtomicInteger(3); // as many as the supervisor puts up with
        for (int i = 0; i < 4; i++) {
            int number = i;
            ring.add(system.spawn(ActorSpec.of(
                    "a" + i,
                    () -> Behavior.<Integer>receive((context, hops) -> {
                        trace.add(number + ":" + hops);
                        if (hops == 3 && failures.getAndDecrement() > 0) {
                            throw new IllegalStateException("wanted");
                        }
                        if (hops > 0) {
                            ring.get((number + 1) % ring.size()).tell(hops - 1);
                            ring.get((number + 2) % ring.size()).tell(hops - 2);
                        } else if (hops == 0) {
                            context.timers().once("t", -9, Duration.ofMillis(10L * number));
                            context.spawn(ActorSpec.<Integer>anonymous(
                                            () -> Behavior.receive((c, m) -> trace.add("child of " + number))))
                                    .tell(0);
                        }
                    }))));
        }
        ring.forEach(actor -> actor.tell(6));
        scheduler.advanceBy(Duration.ofSeconds(1));
        system.stop();
        scheduler.runUntilIdle();
        trace.add("steps " + scheduler.steps());
        scheduler.dispose();
        return trace;
    }

    @ParameterizedTest
    @ValueSource(longs = {0, 1, 2, -7, 4_711, Long.MAX_VALUE})
    void sameSeed_sameSteps(long seed) {
        List<String> first = trace(seed);
        assertThat(first).hasSizeGreaterThan(50);
        for (int i = 0; i < 5; i++) {
            assertThat(trace(seed)).isEqualTo(first);
        }
    }

    @Test
    void otherSeeds_otherSteps() {
        Set<List<String>> traces = new HashSet<>();
        LongStream.range(0, 20).forEach(seed -> traces.add(trace(seed)));
        assertThat(traces).hasSizeGreaterThan(15);
    }

    /** When an actor is back that fails three times, and waits a random time after each. */
    private static Duration backAt(long seed) {
        DeterministicScheduler s = DeterministicScheduler.seeded(seed);
        ActorSystem system = ActorSystem.builder("jitter").scheduler(s).build();
        List<Duration> back = new ArrayList<>();
        ActorRef<String> actor = system.spawn(ActorSpec.<String>of("fragile", context -> {
                    if (context.incarnation() == 3) {
                        back.add(s.timer().now());
                    }
                    return Behavior.receive((c, word) -> {
                        throw new IllegalStateException(word);
                    });
                })
                .restart(Restart.transientOnFailure()
                        .backoff(Backoff.exponential(Duration.ofMillis(100), Duration.ofSeconds(2))
                                .jitter(0.5))));
        actor.tellAll(List.of("a", "b", "c"));
        s.advanceBy(Duration.ofSeconds(4));
        s.dispose();
        assertThat(back).hasSize(1);
        return back.get(0);
    }

    @Test
    void jitterOfBackOff_isDrawnFromTheSeed() {
        Set<Duration> times = new HashSet<>();
        for (long seed = 0; seed < 10; seed++) {
            Duration time = backAt(seed);
            assertThat(backAt(seed)).isEqualTo(time);
            times.add(time);
        }
        assertThat(times).hasSizeGreaterThan(5);
    }

    /** Between any two messages of one actor those of another may come: what is queued is not handled in one go. */
    @Test
    void messagesOfTwoActors_comeInAnyOrderThatKeepsTheirs() {
        Set<String> orders = new HashSet<>();
        for (long seed = 0; seed < 300; seed++) {
            DeterministicScheduler s = DeterministicScheduler.seeded(seed);
            ActorSystem system = ActorSystem.builder("two").scheduler(s).build();
            StringBuilder order = new StringBuilder();
            ActorRef<String> a = system.spawn(recorder("a", order));
            ActorRef<String> b = system.spawn(recorder("b", order));
            a.tellAll(List.of("A", "B", "C"));
            b.tellAll(List.of("x", "y", "z"));
            s.runUntilIdle();
            orders.add(order.toString());
            s.dispose();
        }
        assertThat(orders).hasSize(20); // 6 over 3
        assertThat(orders)
                .contains("AxByCz", "ABCxyz", "xyzABC")
                .allMatch(order -> order.replaceAll("[a-z]", "").equals("ABC"));
    }

    private static ActorSpec<String> recorder(String name, StringBuilder order) {
        return ActorSpec.of(name, () -> Behavior.receive((context, letter) -> order.append(letter)));
    }

    @Test
    void nothingRuns_untilItIsLet() {
        scheduler.schedule(note("a"));
        assertThat(ran).isEmpty();
        assertThat(scheduler.step()).isTrue();
        assertThat(ran).containsExactly("a");
        assertThat(scheduler.step()).isFalse();
        assertThat(scheduler.steps()).isEqualTo(1);
    }

    @Test
    void runUntil_stopsAsSoonAsTheConditionIsTrue() {
        IntStream.range(0, 10).forEach(i -> scheduler.schedule(note("t" + i)));
        assertThat(scheduler.runUntil(() -> ran.size() == 4)).isTrue();
        assertThat(ran).hasSize(4);
        assertThat(scheduler.runUntil(() -> false)).isFalse();
        assertThat(ran).hasSize(10).doesNotHaveDuplicates();
    }

    @Test
    void whatTheConditionThrows_reachesTheTest() {
        assertThatThrownBy(() -> scheduler.runUntil(() -> {
                    throw new IllegalStateException("wanted");
                }))
                .isInstanceOf(IllegalStateException.class)
                .hasMessage("wanted");
    }

    @Test
    void tasksOfAWorker_runInTheirOrder() {
        Scheduler.Worker one = scheduler.createWorker();
        Scheduler.Worker two = scheduler.createWorker();
        List<Integer> first = new ArrayList<>();
        List<Integer> second = new ArrayList<>();
        for (int i = 0; i < 100; i++) {
            int number = i;
            one.schedule(() -> first.add(number));
            two.schedule(() -> second.add(number));
        }
        scheduler.runUntil(() -> first.size() + second.size() == 100);
        assertThat(first).hasSizeBetween(1, 99); // they take turns
        scheduler.runUntilIdle();
        assertThat(first).isEqualTo(IntStream.range(0, 100).boxed().toList()).isEqualTo(second);
    }

    @Test
    void delayedTasksOfAWorker_runInTheOrderInWhichTheyAreDue() {
        Scheduler.Worker worker = scheduler.createWorker();
        worker.schedule(note("3"), 3, TimeUnit.SECONDS);
        for (int i = 0; i < 20; i++) {
            worker.schedule(note("1." + i), 1, TimeUnit.SECONDS);
        }
        worker.schedule(note("0"));
        scheduler.runUntilIdle();
        assertThat(ran).containsExactly("0");
        scheduler.advanceBy(Duration.ofSeconds(3));
        List<String> expected = new ArrayList<>(List.of("0"));
        IntStream.range(0, 20).forEach(i -> expected.add("1." + i));
        expected.add("3");
        assertThat(ran).isEqualTo(expected);
    }

    @Test
    void periodicTask_runsAtItsRate_untilItIsDisposed() {
        Disposable periodic = scheduler.schedulePeriodically(
                () -> ran.add("at " + scheduler.now(TimeUnit.SECONDS)), 1, 2, TimeUnit.SECONDS);
        scheduler.advanceBy(Duration.ofSeconds(6));
        assertThat(ran).containsExactly("at 1", "at 3", "at 5");
        periodic.dispose();
        assertThat(scheduler.timer().pending()).isZero();
        scheduler.advanceBy(Duration.ofSeconds(6));
        assertThat(ran).hasSize(3);
    }

    @Test
    void disposedTasks_doNotRun() {
        Scheduler.Worker worker = scheduler.createWorker();
        scheduler.schedule(note("direct")).dispose();
        scheduler.schedule(note("delayed"), 1, TimeUnit.SECONDS).dispose();
        worker.schedule(note("of a disposed worker"));
        worker.schedule(note("delayed, of a disposed worker"), 1, TimeUnit.SECONDS);
        worker.dispose();
        assertThat(scheduler.timer().pending()).isZero();
        scheduler.advanceBy(Duration.ofSeconds(2));
        assertThat(ran).isEmpty();
        assertThatThrownBy(() -> worker.schedule(() -> {})).isInstanceOf(RejectedExecutionException.class);
    }

    @Test
    void tasks_runOnAWorkerThreadThatMayNotBlock() {
        List<Thread> threads = new ArrayList<>();
        List<Object> frames = new ArrayList<>();
        scheduler.schedule(() -> {
            threads.add(Thread.currentThread());
            frames.add(Objects.requireNonNull(WorkFrame.current()).activity() != null);
        });
        scheduler.runUntilIdle();
        assertThat(threads).singleElement().isInstanceOf(NonBlocking.class);
        assertThat(frames).containsExactly(true);
    }

    @Test
    void errorOfATask_leavesTheOthersAlone() {
        List<Throwable> errors = new ArrayList<>();
        DeterministicScheduler s = DeterministicScheduler.seeded(2, (thread, error) -> errors.add(error));
        IllegalStateException wanted = new IllegalStateException("wanted");
        Scheduler.Worker worker = s.createWorker();
        worker.schedule(() -> {
            throw wanted;
        });
        worker.schedule(note("after it"));
        s.runUntilIdle();
        s.dispose();
        assertThat(errors).containsExactly(wanted);
        assertThat(ran).containsExactly("after it");
    }

    @Test
    void workOfOtherThreads_isAccepted_andRunsOnTheSchedulersThread() throws InterruptedException {
        int threads = 4;
        int each = 500;
        int[] unguarded = new int[1];
        List<Thread> producers = IntStream.range(0, threads)
                .mapToObj(t -> new Thread(() -> {
                    for (int i = 0; i < each; i++) {
                        scheduler.schedule(() -> unguarded[0]++);
                    }
                }))
                .toList();
        producers.forEach(Thread::start);
        for (Thread producer : producers) {
            producer.join();
        }
        assertThat(unguarded[0]).isZero();
        scheduler.runUntilIdle();
        assertThat(unguarded[0]).isEqualTo(threads * each);
    }

    @Test
    void workThatAnotherThreadWillBring_canBeAwaited() {
        CountDownLatch asked = new CountDownLatch(1);
        Thread other = new Thread(() -> {
            Await.open(asked);
            scheduler.schedule(note("from elsewhere"));
        });
        other.start();
        scheduler.runUntilIdle();
        assertThat(ran).isEmpty();
        asked.countDown();
        assertThat(scheduler.awaitWork()).isTrue();
        scheduler.runUntilIdle();
        assertThat(ran).containsExactly("from elsewhere");
    }

    @Test
    void running_fromWithinAStep_isRefused() {
        List<Throwable> refused = new ArrayList<>();
        scheduler.schedule(() -> {
            try {
                scheduler.runUntilIdle();
            } catch (IllegalStateException e) {
                refused.add(e);
            }
        });
        scheduler.runUntilIdle();
        assertThat(refused).singleElement().asString().contains("expected: the thread of the test");
    }

    @Test
    void disposedScheduler_refusesEverything() {
        Scheduler.Worker worker = scheduler.createWorker();
        scheduler.schedule(note("dropped"));
        scheduler.dispose();
        assertThat(scheduler.isDisposed()).isTrue();
        assertThatThrownBy(() -> worker.schedule(() -> {})).isInstanceOf(RejectedExecutionException.class);
        assertThatThrownBy(() -> scheduler.schedule(() -> {}, 1, TimeUnit.SECONDS))
                .isInstanceOf(RejectedExecutionException.class);
        assertThatThrownBy(scheduler::runUntilIdle).isInstanceOf(IllegalStateException.class);
        assertThatThrownBy(scheduler::init).isInstanceOf(IllegalStateException.class);
        assertThat(ran).isEmpty();
    }

    @Test
    void schedulerThatIsDisposedWhileItRuns_dropsTheRest() {
        for (int i = 0; i < 5; i++) {
            scheduler.schedule(() -> {
                ran.add("the first");
                scheduler.dispose();
            });
        }
        scheduler.runUntilIdle();
        assertThat(ran).containsExactly("the first");
    }

    @Test
    void activity_isRejectedAfterTheEnd() {
        ActorSystem system = ActorSystem.builder("late").scheduler(scheduler).build();
        ActorRef<String> actor = system.spawn(recorder("a", new StringBuilder()));
        scheduler.runUntilIdle();
        scheduler.dispose();
        assertThatThrownBy(() -> actor.tell("x")).isInstanceOf(RejectedExecutionException.class);
    }

    @Test
    void errorOfAnActivity_isReported() {
        List<Throwable> errors = new ArrayList<>();
        DeterministicScheduler s = DeterministicScheduler.seeded(2, (thread, error) -> errors.add(error));
        new Failing(s.localHome()).start();
        s.schedule(note("after it"));
        s.runUntilIdle();
        s.dispose();
        assertThat(errors).singleElement().asString().contains("wanted");
        assertThat(ran).containsExactly("after it");
    }

    private static final class Failing extends Activity {
        Failing(Home home) {
            super(home);
        }

        void start() {
            schedule();
        }

        @Override
        protected void run(WorkFrame frame) {
            throw new IllegalStateException("wanted");
        }
    }

    @Test
    void thereIsOneNode() {
        assertThat(scheduler.nextHome(0)).isSameAs(scheduler.localHome()).isSameAs(scheduler.nextHome());
        assertThatThrownBy(() -> scheduler.nextHome(1))
                .isInstanceOf(IllegalArgumentException.class)
                .hasMessage("node: 1 (expected: 0)");
    }
}
