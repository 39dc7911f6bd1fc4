package io.bastion.benchmarks.jmh;

import io.bastion.scheduler.NumaScheduler;
import io.bastion.scheduler.NumaTopology;
import java.util.Arrays;
import java.util.concurrent.CountDownLatch;
import java.util.concurrent.TimeUnit;
import java.util.concurrent.atomic.AtomicInteger;
import org.openjdk.jmh.annotations.Benchmark;
import org.openjdk.jmh.annotations.BenchmarkMode;
import org.openjdk.jmh.annotations.Fork;
import org.openjdk.jmh.annotations.Level;
import org.openjdk.jmh.annotations.Measurement;
import org.openjdk.jmh.annotations.Mode;
import org.openjdk.jmh.annotations.OperationsPerInvocation;
import org.openjdk.jmh.annotations.OutputTimeUnit;
import org.openjdk.jmh.annotations.Param;
import org.openjdk.jmh.annotations.Scope;
import org.openjdk.jmh.annotations.Setup;
import org.openjdk.jmh.annotations.State;
import org.openjdk.jmh.annotations.TearDown;
import org.openjdk.jmh.annotations.Warmup;
import reactor.core.scheduler.Scheduler;

/**
 * What it costs to have 1024 tasks run, by topology: the same workers on one node, or on imaginary nodes of their own.
 * Nothing is pinned, so that the difference is what the scheduler does, and not the memory.
 */
@State(Scope.Benchmark)
@BenchmarkMode(Mode.AverageTime)
@OutputTimeUnit(TimeUnit.NANOSECONDS)
@Warmup(iterations = 5, time = 1)
@Measurement(iterations = 5, time = 1)
@Fork(2)
public class ScheduleBenchmark {
    private static final int TASKS = 1_024;

    /** Workers on each node. */
    @Param({"2", "1+1"})
    public String topology = "2";

    private Scheduler scheduler = reactor.core.scheduler.Schedulers.immediate();

    /** Starts the workers. */
    @Setup(Level.Trial)
    public void start() {
        int[] cpus = Arrays.stream(topology.split("\\+", -1))
                .mapToInt(Integer::parseInt)
                .toArray();
        scheduler = NumaScheduler.builder()
                .name("benchmark")
                .topology(NumaTopology.of(cpus))
                .pinned(false)
                .build();
    }

    /** Ends the workers. */
    @TearDown(Level.Trial)
    public void end() {
        scheduler.dispose();
    }

    /** Single tasks from a thread outside. */
    @Benchmark
    @OperationsPerInvocation(TASKS)
    public void fromOutside() throws InterruptedException {
        Tasks tasks = new Tasks(TASKS);
        for (int i = 0; i < TASKS; i++) {
            scheduler.schedule(tasks);
        }
        tasks.done.await();
    }

    /** Single tasks from a worker. */
    @Benchmark
    @OperationsPerInvocation(TASKS)
    public void fromWorker() throws InterruptedException {
        Tasks tasks = new Tasks(TASKS);
        scheduler.schedule(() -> {
            for (int i = 0; i < TASKS; i++) {
                scheduler.schedule(tasks);
            }
        });
        tasks.done.await();
    }

    /** Tasks of one {@code Worker} from a thread outside, one at a time and in order. */
    @Benchmark
    @OperationsPerInvocation(TASKS)
    public void serial() throws InterruptedException {
        Tasks tasks = new Tasks(TASKS);
        Scheduler.Worker worker = scheduler.createWorker();
        for (int i = 0; i < TASKS; i++) {
            worker.schedule(tasks);
        }
        tasks.done.await();
        worker.dispose();
    }

    private static final class Tasks implements Runnable {
        private final AtomicInteger left;
        private final CountDownLatch done = new CountDownLatch(1);

        Tasks(int count) {
            left = new AtomicInteger(count);
        }

        @Override
        public void run() {
            if (left.decrementAndGet() == 0) {
                done.countDown();
            }
        }
    }
}
