package io.bastion.scheduler;

import static io.bastion.testing.Conditions.await;
import static io.bastion.testing.Conditions.result;
import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;
import static org.assertj.core.api.Assertions.catchThrowable;

import io.bastion.testing.Conditions;
import java.time.Duration;
import java.util.ArrayList;
import java.util.List;
import java.util.Queue;
import java.util.Set;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.ConcurrentHashMap;
import java.util.concurrent.ConcurrentLinkedQueue;
import java.util.concurrent.CountDownLatch;
import java.util.concurrent.RejectedExecutionException;
import java.util.concurrent.TimeUnit;
import java.util.concurrent.atomic.AtomicBoolean;
import java.util.concurrent.atomic.AtomicInteger;
import java.util.function.Consumer;
import java.util.stream.Collectors;
import java.util.stream.IntStream;
import org.jspecify.annotations.Nullable;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.Test;
import reactor.core.Disposable;
import reactor.core.publisher.Flux;
import reactor.core.scheduler.Schedulers;

class NumaSchedulerTest {
    private @Nullable NumaScheduler scheduler;

    @AfterEach
    void dispose() {
        Schedulers.resetOnHandleError();
        if (scheduler != null) {
            scheduler.dispose();
            scheduler.disposeGracefully().block(Conditions.BOUND);
        }
    }

    @Test
    void wrongArguments_areRefused() {
        NumaScheduler.Builder builder = NumaScheduler.builder();
        assertThatThrownBy(() -> builder.workersPerNode(-1))
                .isInstanceOf(IllegalArgumentException.class)
                .hasMessage("workers: -1 (expected: >= 1)");
        assertThatThrownBy(() -> builder.name(" ")).hasMessage("name: \" \" (expected: not blank)");
        NumaScheduler numa = create(1, 1);
        assertThatThrownBy(() -> numa.nextHome(2)).hasMessage("node: 2 (expected: 0..1)");
        assertThatThrownBy(() -> numa.nextHome(-1)).hasMessage("node: -1 (expected: 0..1)");
    }

    @Test
    void threads_areNamedAfterNodeAndIndex() {
        NumaScheduler numa = create(2, 1);
        Set<String> names = ConcurrentHashMap.newKeySet();
        CountDownLatch all = new CountDownLatch(3);
        for (int i = 0; i < 3; i++) {
            Home home = i < 2 ? numa.nextHome(0) : numa.nextHome(1);
            new Probe(home, f -> {
                        names.add(Thread.currentThread().getName());
                        all.countDown();
                        awaitQuietly(all);
                    })
                    .start();
        }
        await("all threads run", () -> all.getCount() == 0);
        assertThat(names).containsExactlyInAnyOrder("test-0-0", "test-0-1", "test-1-0");
    }

    @Test
    void workersPerNode_overridesTheTopology() {
        scheduler = NumaScheduler.builder()
                .topology(NumaTopology.of(1, 2))
                .workersPerNode(3)
                .build();
        assertThat(scheduler.stats().nodes())
                .extracting(SchedulerStats.NodeStats::workers)
                .containsExactly(3, 3);
    }

    @Test
    void defaultScheduler_hasAWorkerForEachUsableCpu() {
        scheduler = NumaScheduler.builder().build();
        assertThat(scheduler.stats().nodes())
                .extracting(SchedulerStats.NodeStats::workers)
                .isEqualTo(NumaTopology.system().nodes().stream()
                        .map(NumaTopology.Node::parallelism)
                        .toList());
    }

    @Test
    void homes_takeTurns() {
        NumaScheduler numa = create(2, 2);
        assertThat(IntStream.range(0, 4).mapToObj(i -> numa.nextHome()).collect(Collectors.toSet()))
                .hasSize(4);
        assertThat(IntStream.range(0, 6).mapToObj(i -> numa.nextHome(1)).collect(Collectors.toSet()))
                .hasSize(2)
                .allMatch(home -> home.node() == 1 && home.scheduler() == numa);
    }

    @Test
    void localHome_isTheWorkerOfTheCallingThread() {
        NumaScheduler numa = create(1, 1);
        NumaScheduler other =
                NumaScheduler.builder().topology(NumaTopology.of(1)).build();
        try {
            CompletableFuture<Home> own = new CompletableFuture<>();
            CompletableFuture<Home> foreign = new CompletableFuture<>();
            Home home = numa.nextHome(1);
            new Probe(home, f -> {
                        foreign.complete(other.localHome());
                        own.complete(numa.localHome());
                    })
                    .start();
            assertThat(result(own)).isSameAs(home);
            assertThat(result(foreign).scheduler()).isSameAs(other);
        } finally {
            other.dispose();
        }
    }

    @Test
    void frame_tellsTheRunningActivity_andIsReplacedNowAndThen() {
        NumaScheduler numa = create(1);
        Queue<@Nullable WorkFrame> frames = new ConcurrentLinkedQueue<>();
        AtomicInteger wrong = new AtomicInteger();
        AtomicInteger left = new AtomicInteger(3_000);
        new Probe(numa.nextHome(), null) {
            @Override
            protected void run(WorkFrame frame) {
                if (frame.activity() != this || frame.work() != null || WorkFrame.current() != frame) {
                    wrong.incrementAndGet();
                }
                frame.work("left behind");
                if (!frames.contains(frame)) {
                    frames.add(frame);
                }
                if (left.decrementAndGet() > 0) {
                    reschedule();
                }
            }
        }.start();
        await("it has run 3000 times", () -> left.get() == 0);
        assertThat(wrong).hasValue(0);
        assertThat(frames).hasSizeBetween(3, 5);
        assertThat(WorkFrame.current()).isNull();
    }

    @Test
    void sends_areCountedByWhereTheyGo() {
        NumaScheduler numa = create(1, 1);
        AtomicInteger ran = new AtomicInteger();
        Probe near = new Probe(numa.nextHome(0), f -> ran.incrementAndGet());
        Probe far = new Probe(numa.nextHome(1), f -> ran.incrementAndGet());
        new Probe(numa.nextHome(0), f -> {
                    near.start();
                    far.start();
                })
                .start();
        await("both have run", () -> ran.get() == 2);
        List<SchedulerStats.NodeStats> stats = numa.stats().nodes();
        assertThat(stats.get(0).localSends()).isEqualTo(1);
        assertThat(stats.get(0).remoteSends()).isEqualTo(1);
        assertThat(stats.get(0).received() + stats.get(1).received()).isEqualTo(2);
        assertThat(stats.get(0).activations() + stats.get(1).activations()).isEqualTo(3);
    }

    // An activity that blocks its worker

    @Test
    void nextSlot_behindABlockedActivity_isRescued() {
        NumaScheduler numa = create(2);
        CountDownLatch rescued = new CountDownLatch(1);
        AtomicBoolean ran = new AtomicBoolean();
        Home home = numa.nextHome();
        new Probe(home, f -> {
                    new Probe(home, g -> rescued.countDown()).start();
                    ran.set(awaitQuietly(rescued));
                })
                .start();
        await("the blocked one has ended", ran::get);
        assertThat(numa.stats().nodes().get(0).rescues()).isEqualTo(1);
    }

    @Test
    void nextSlot_isRescued_alsoIfTheWatchWasAsleep_orHasToGoToWorkItself() {
        NumaScheduler numa = create(3);
        NodeGroup group = numa.groups[0];
        for (int i = 0; i < 8; i++) {
            awaitDeepSleep(numa);
            int watch = group.watch.holder();
            assertThat(watch).isNotNegative();
            int first = i % 2 == 0 ? watch : (watch + 1) % 3;
            CountDownLatch rescued = new CountDownLatch(2);
            AtomicInteger ended = new AtomicInteger();
            for (int j = 0; j < 2; j++) {
                Home home = group.workers[(first + j) % 3];
                new Probe(home, f -> {
                            new Probe(home, g -> rescued.countDown()).start();
                            awaitQuietly(rescued);
                            ended.incrementAndGet();
                        })
                        .start();
            }
            await("both blocked ones have ended", () -> ended.get() == 2);
            assertThat(rescued.getCount()).isZero();
        }
    }

    @Test
    void everythingBehindABlockedActivity_isTakenOver_alsoWhatOverflowed() {
        NumaScheduler numa = create(2);
        int count = 5 * RunQueue.CAPACITY;
        CountDownLatch others = new CountDownLatch(count);
        AtomicBoolean ran = new AtomicBoolean();
        Home home = numa.nextHome();
        new Probe(home, f -> {
                    for (int i = 0; i < count; i++) {
                        new Probe(home, g -> others.countDown()).start();
                    }
                    ran.set(awaitQuietly(others));
                })
                .start();
        await("all others have run", ran::get);
    }

    @Test
    void inboxOfABlockedWorker_isTakenOver() {
        NumaScheduler numa = create(2);
        CountDownLatch blocked = new CountDownLatch(1);
        CountDownLatch others = new CountDownLatch(100);
        AtomicBoolean ended = new AtomicBoolean();
        Home home = numa.nextHome();
        new Probe(home, f -> {
                    blocked.countDown();
                    ended.set(awaitQuietly(others));
                })
                .start();
        awaitQuietly(blocked);
        for (int i = 0; i < 100; i++) {
            new Probe(home, f -> others.countDown()).start();
        }
        await("all have run", ended::get);
    }

    @Test
    void otherNode_helpsOut_whenItHasBeenIdleForAWhile() {
        NumaScheduler numa = create(1, 1);
        Home home = numa.nextHome(0);
        Set<String> threads = ConcurrentHashMap.newKeySet();
        CountDownLatch all = new CountDownLatch(400);
        AtomicBoolean ended = new AtomicBoolean();
        new Probe(home, f -> {
                    for (int i = 0; i < 400; i++) {
                        new Probe(home, g -> {
                                    threads.add(Thread.currentThread().getName());
                                    all.countDown();
                                })
                                .start();
                    }
                    ended.set(awaitQuietly(all));
                })
                .start();
        await("all have run although their only worker is blocked", ended::get);
        assertThat(threads).containsExactly("test-1-0");
        assertThat(numa.stats().nodes().get(1).farSteals()).isPositive();
        assertThat(numa.stats().nodes().get(1).nearSteals()).isZero();
    }

    @Test
    void busyNode_leavesOtherNodesWorkAlone() {
        NumaScheduler numa = create(1, 1);
        AtomicBoolean stop = new AtomicBoolean();
        new Probe(numa.nextHome(1), null) {
            @Override
            protected void run(WorkFrame frame) {
                if (!stop.get()) {
                    reschedule();
                }
            }
        }.start();
        CountDownLatch done = new CountDownLatch(2_000);
        Home home = numa.nextHome(0);
        for (int i = 0; i < 2_000; i++) {
            new Probe(home, f -> done.countDown()).start();
        }
        await("all have run", () -> done.getCount() == 0);
        stop.set(true);
        assertThat(numa.stats().nodes().get(1).farSteals()).isZero();
    }

    // Fairness on one worker

    @Test
    void activitiesThatWakeEachOtherForEver_letTheQueueHaveItsTurn() {
        NumaScheduler numa = create(1);
        Home home = numa.nextHome();
        AtomicBoolean stop = new AtomicBoolean();
        AtomicBoolean queuedRan = new AtomicBoolean();
        Probe[] pair = new Probe[2];
        pair[0] = new Probe(home, f -> startUnless(stop, pair[1]));
        pair[1] = new Probe(home, f -> startUnless(stop, pair[0]));
        new Probe(home, f -> {
                    new Probe(home, g -> queuedRan.set(true)).start();
                    pair[0].start(); // displaces the other one from the next slot to the queue
                })
                .start();
        await("the queued one has run", queuedRan::get);
        stop.set(true);
    }

    @Test
    void activityThatGoesOnForEver_letsTheInboxHaveItsTurn() {
        NumaScheduler numa = create(1);
        Home home = numa.nextHome();
        AtomicBoolean stop = new AtomicBoolean();
        CountDownLatch running = new CountDownLatch(1);
        new Probe(home, null) {
            @Override
            protected void run(WorkFrame frame) {
                running.countDown();
                if (!stop.get()) {
                    reschedule();
                }
            }
        }.start();
        awaitQuietly(running);
        CompletableFuture<Boolean> ran = new CompletableFuture<>();
        new Probe(home, f -> ran.complete(true)).start();
        assertThat(result(ran)).isTrue();
        stop.set(true);
    }

    private static void startUnless(AtomicBoolean stop, Probe probe) {
        if (!stop.get()) {
            probe.start();
        }
    }

    @Test
    void manyWorkers_allRunAtTheSameTime() {
        NumaScheduler numa = create(70);
        CountDownLatch all = new CountDownLatch(70);
        AtomicInteger ended = new AtomicInteger();
        for (int i = 0; i < 70; i++) {
            new Probe(numa.nextHome(), f -> {
                        all.countDown();
                        if (awaitQuietly(all)) {
                            ended.incrementAndGet();
                        }
                    })
                    .start();
        }
        await("all 70 have run at the same time", () -> ended.get() == 70);
    }

    @Test
    void surplus_spreadsOverAllWorkers() {
        NumaScheduler numa = create(6);
        awaitAllAsleep(numa);
        CountDownLatch all = new CountDownLatch(6);
        AtomicInteger ended = new AtomicInteger();
        Home home = numa.nextHome();
        new Probe(home, f -> {
                    for (int i = 0; i < 5; i++) {
                        new Probe(home, g -> {
                                    all.countDown();
                                    awaitQuietly(all);
                                    ended.incrementAndGet();
                                })
                                .start();
                    }
                    all.countDown();
                    awaitQuietly(all);
                    ended.incrementAndGet();
                })
                .start();
        await("all six have run at the same time", () -> ended.get() == 6);
        // not only because the watch looks round now and then
        assertThat(numa.stats().nodes().get(0).unparks()).isGreaterThan(1);
    }

    @Test
    void sleepingScheduler_doesNotWakeUp() {
        NumaScheduler numa = create(2, 2);
        Flux.range(0, 1000).publishOn(numa, 1).blockLast(Conditions.BOUND);
        awaitDeepSleep(numa);
    }

    // Errors

    @Test
    void errorOfAnActivity_isReported_andTheWorkerGoesOn() {
        Queue<Throwable> handled = new ConcurrentLinkedQueue<>();
        Queue<Throwable> hooked = new ConcurrentLinkedQueue<>();
        scheduler = NumaScheduler.builder()
                .name("test")
                .topology(NumaTopology.of(1))
                .uncaughtExceptionHandler((thread, error) -> handled.add(error))
                .build();
        Schedulers.onHandleError((thread, error) -> hooked.add(error));
        Set<Thread> threads = ConcurrentHashMap.newKeySet();
        List<Throwable> errors = List.of(
                new IllegalStateException("expected"),
                new OutOfMemoryError("pretended"),
                new StackOverflowError(),
                new NoClassDefFoundError("pretended"),
                new InternalError());
        for (Throwable error : errors) {
            new Probe(scheduler.nextHome(), f -> {
                        threads.add(Thread.currentThread());
                        NumaSchedulerTest.<RuntimeException>sneak(error);
                    })
                    .start();
        }
        await("all are reported", () -> hooked.size() == errors.size());
        assertThat(handled).containsExactlyElementsOf(errors);
        assertThat(hooked).containsExactlyElementsOf(errors);
        assertThat(threads).hasSize(1);
    }

    @Test
    void threadThatDies_isReplaced_andNothingThatWaitsIsLost() {
        AtomicInteger deaths = new AtomicInteger();
        scheduler = NumaScheduler.builder()
                .name("test")
                .topology(NumaTopology.of(1))
                .uncaughtExceptionHandler((thread, error) -> {
                    deaths.incrementAndGet();
                    throw new IllegalStateException("a broken handler");
                })
                .build();
        Set<Thread> threads = ConcurrentHashMap.newKeySet();
        AtomicInteger ran = new AtomicInteger();
        Home home = scheduler.nextHome();
        new Probe(home, f -> {
                    for (int i = 0; i < 100; i++) {
                        int number = i;
                        new Probe(home, g -> {
                                    threads.add(Thread.currentThread());
                                    ran.incrementAndGet();
                                    if (number % 10 == 0) {
                                        throw new IllegalStateException("expected");
                                    }
                                })
                                .start();
                    }
                })
                .start();
        await("all have run", () -> ran.get() == 100);
        assertThat(threads).hasSizeBetween(10, 11).extracting(Thread::getName).containsOnly("test-0-0");
        assertThat(deaths.get()).isGreaterThanOrEqualTo(10);
    }

    @Test
    void interrupt_doesNotOutliveItsActivity() {
        NumaScheduler numa = create(1);
        CompletableFuture<Boolean> interrupted = new CompletableFuture<>();
        Probe next = new Probe(
                numa.nextHome(),
                f -> interrupted.complete(Thread.currentThread().isInterrupted()));
        Probe first = new Probe(numa.nextHome(), f -> {
            next.start();
            Thread.currentThread().interrupt();
        });
        first.start();
        assertThat(result(interrupted)).isFalse();
    }

    @Test
    void interruptedIdleWorker_stillSleeps() {
        NumaScheduler numa = create(1);
        CompletableFuture<Thread> ranOn = new CompletableFuture<>();
        new Probe(numa.nextHome(), f -> ranOn.complete(Thread.currentThread())).start();
        Thread thread = result(ranOn);
        awaitAllAsleep(numa);
        long before = parks(numa);
        thread.interrupt();
        await("it has noticed", () -> parks(numa) > before && !thread.isInterrupted());
        assertThat(parks(numa)).isLessThan(before + 5);
    }

    // The end

    @Test
    void activity_afterDispose_isRejected() {
        NumaScheduler numa = create(1);
        Home home = numa.nextHome();
        numa.dispose();
        numa.disposeGracefully().block(Conditions.BOUND);
        assertThatThrownBy(() -> new Probe(home, f -> {}).start()).isInstanceOf(RejectedExecutionException.class);
        assertThatThrownBy(() -> numa.timer().start(new ProbeEntry(home), 1))
                .isInstanceOf(RejectedExecutionException.class);
    }

    @Test
    void activity_sentByARunningOneAfterDispose_isRejected() {
        NumaScheduler numa = create(1);
        Home home = numa.nextHome();
        CompletableFuture<Throwable> refusal = new CompletableFuture<>();
        CountDownLatch running = new CountDownLatch(1);
        new Probe(home, f -> {
                    running.countDown();
                    while (!numa.isDisposed()) {
                        Thread.onSpinWait();
                    }
                    refusal.complete(catchThrowable(() -> new Probe(home, g -> {}).start()));
                })
                .start();
        awaitQuietly(running);
        numa.dispose();
        assertThat(result(refusal)).isInstanceOf(RejectedExecutionException.class);
    }

    @Test
    void activities_thatWaitAtAGracefulEnd_areRun_withWhatTheyCause() {
        NumaScheduler numa = create(2, 1);
        CountDownLatch gate = new CountDownLatch(1);
        AtomicInteger ran = new AtomicInteger();
        for (int i = 0; i < 3; i++) {
            new Probe(numa.nextHome(), f -> awaitQuietly(gate)).start();
        }
        for (int i = 0; i < 300; i++) {
            Home home = numa.nextHome(i % 2);
            new Probe(home, f -> {
                        ran.incrementAndGet();
                        new Probe(numa.nextHome(), g -> ran.incrementAndGet()).start();
                    })
                    .start();
        }
        AtomicBoolean ended = new AtomicBoolean();
        numa.disposeGracefully().subscribe(v -> {}, e -> {}, () -> ended.set(true));
        assertThat(ended).isFalse();
        gate.countDown();
        await("the scheduler has ended", ended::get);
        assertThat(ran).hasValue(600);
    }

    @Test
    void threads_endWithTheScheduler() {
        NumaScheduler numa = create(2, 2);
        List<Thread> threads = new ArrayList<>();
        for (NodeGroup group : numa.groups) {
            for (NumaWorker worker : group.workers) {
                threads.add(worker.thread);
            }
        }
        assertThat(threads).hasSize(4).allMatch(Thread::isAlive);
        numa.dispose();
        await("the threads have ended", () -> threads.stream().noneMatch(Thread::isAlive));
    }

    @Test
    void gracefulEnd_doesNotWaitForADelayedTaskThatIsDisposed() {
        NumaScheduler numa = create(1);
        Disposable task = numa.schedule(() -> {}, 1, TimeUnit.HOURS);
        AtomicBoolean ended = new AtomicBoolean();
        numa.disposeGracefully().subscribe(v -> {}, e -> {}, () -> ended.set(true));
        awaitAllAsleep(numa);
        assertThat(ended).isFalse();
        task.dispose();
        await("the scheduler has ended", ended::get);
    }

    // Injected parts

    @Test
    void injectedTimer_drivesDelaysAndTheClock() {
        VirtualTimer timer = new VirtualTimer();
        scheduler = NumaScheduler.builder()
                .topology(NumaTopology.of(2))
                .timer(timer)
                .build();
        assertThat(scheduler.timer()).isSameAs(timer);
        AtomicInteger delayed = new AtomicInteger();
        AtomicInteger periodic = new AtomicInteger();
        scheduler.schedule(delayed::incrementAndGet, 1, TimeUnit.HOURS);
        scheduler.schedulePeriodically(periodic::incrementAndGet, 10, 10, TimeUnit.MINUTES);

        for (int minutes = 10; minutes <= 50; minutes += 10) {
            timer.advance(Duration.ofMinutes(10));
            int runs = minutes / 10;
            await(
                    "the periodic task has run " + runs + " times and waits",
                    () -> periodic.get() == runs && timer.pending() == 2);
        }
        assertThat(delayed).hasValue(0);
        timer.advance(Duration.ofMinutes(10));
        await("the delayed task has run", () -> delayed.get() == 1);
        assertThat(scheduler.now(TimeUnit.MINUTES)).isEqualTo(60);
    }

    @Test
    void disposedTasks_leaveTheTimer() {
        VirtualTimer timer = new VirtualTimer();
        scheduler = NumaScheduler.builder()
                .topology(NumaTopology.of(1))
                .timer(timer)
                .build();
        Disposable direct = scheduler.schedule(() -> {}, 1, TimeUnit.HOURS);
        var worker = scheduler.createWorker();
        worker.schedule(() -> {}, 1, TimeUnit.HOURS);
        worker.schedulePeriodically(() -> {}, 1, 1, TimeUnit.HOURS);
        assertThat(timer.pending()).isEqualTo(3);
        direct.dispose();
        worker.dispose();
        assertThat(timer.pending()).isZero();
    }

    @Test
    void pinning_toCpusThatDoNotExist_doesNoHarm() {
        scheduler = NumaScheduler.builder()
                .topology(new NumaTopology(List.of(new NumaTopology.Node(0, List.of(1000), 1))))
                .pinned(true)
                .build();
        AtomicBoolean ran = new AtomicBoolean();
        scheduler.schedule(() -> ran.set(true));
        await("it has run", ran::get);
    }

    private NumaScheduler create(int... cpusPerNode) {
        NumaScheduler created = NumaScheduler.builder()
                .name("test")
                .topology(NumaTopology.of(cpusPerNode))
                .pinned(false)
                .build();
        scheduler = created;
        return created;
    }

    private static void awaitAllAsleep(NumaScheduler scheduler) {
        await("all workers sleep", scheduler::allIdle);
    }

    private static void awaitDeepSleep(NumaScheduler scheduler) {
        awaitAllAsleep(scheduler);
        await("nobody wakes up for 50 ms", () -> {
            long before = parks(scheduler);
            sleep(Duration.ofMillis(50));
            return parks(scheduler) == before;
        });
    }

    private static long parks(NumaScheduler scheduler) {
        return scheduler.stats().nodes().stream()
                .mapToLong(SchedulerStats.NodeStats::parks)
                .sum();
    }

    private static void sleep(Duration duration) {
        try {
            Thread.sleep(duration.toMillis());
        } catch (InterruptedException e) {
            throw new AssertionError(e);
        }
    }

    /** Blocks the calling thread, be it a worker; returns whether the latch was opened. */
    private static boolean awaitQuietly(CountDownLatch latch) {
        try {
            return latch.await(Conditions.BOUND.toSeconds(), TimeUnit.SECONDS);
        } catch (InterruptedException e) {
            return false;
        }
    }

    @SuppressWarnings({"unchecked", "TypeParameterUnusedInFormals"})
    private static <E extends Throwable> void sneak(Throwable error) throws E {
        throw (E) error;
    }

    private static class Probe extends Activity {
        private final @Nullable Consumer<WorkFrame> action;

        Probe(Home home, @Nullable Consumer<WorkFrame> action) {
            super(home);
            this.action = action;
        }

        void start() {
            schedule();
        }

        @Override
        protected void run(WorkFrame frame) {
            if (action != null) {
                action.accept(frame);
            }
        }
    }

    private static final class ProbeEntry extends TimerEntry {
        ProbeEntry(Home home) {
            super(home);
        }

        @Override
        protected void run(WorkFrame frame) {}
    }
}
