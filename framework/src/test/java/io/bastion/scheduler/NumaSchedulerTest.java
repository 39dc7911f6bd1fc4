package io.bastion.scheduler;

import static io.bastion.testing.Conditions.await;
import static io.bastion.testing.Conditions.result;
import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import java.time.Duration;
import java.util.List;
import java.util.Queue;
import java.util.Set;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.ConcurrentHashMap;
import java.util.concurrent.ConcurrentLinkedQueue;
import java.util.concurrent.CountDownLatch;
import java.util.concurrent.TimeUnit;
import java.util.concurrent.atomic.AtomicBoolean;
import java.util.concurrent.atomic.AtomicInteger;
import java.util.stream.Collectors;
import java.util.stream.IntStream;
import org.jspecify.annotations.Nullable;
import org.junit.jupiter.api.Test;
import reactor.core.Disposable;

/** Layout, homes, frames, meters and injected parts of the scheduler. */
class NumaSchedulerTest extends NumaSchedulerTesting {
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
}
