package io.bastion.benchmarks.jmh;

import io.bastion.scheduler.Activity;
import io.bastion.scheduler.ActivityScheduler;
import io.bastion.scheduler.Home;
import io.bastion.scheduler.Strand;
import io.bastion.scheduler.WorkFrame;
import java.util.concurrent.TimeUnit;
import org.openjdk.jmh.annotations.Benchmark;
import org.openjdk.jmh.annotations.BenchmarkMode;
import org.openjdk.jmh.annotations.Fork;
import org.openjdk.jmh.annotations.Measurement;
import org.openjdk.jmh.annotations.Mode;
import org.openjdk.jmh.annotations.OperationsPerInvocation;
import org.openjdk.jmh.annotations.OutputTimeUnit;
import org.openjdk.jmh.annotations.Scope;
import org.openjdk.jmh.annotations.State;
import org.openjdk.jmh.annotations.Warmup;

/** What it costs to push a node to a strand and to process it, on one thread, in nanoseconds a node. */
@State(Scope.Thread)
@BenchmarkMode(Mode.AverageTime)
@OutputTimeUnit(TimeUnit.NANOSECONDS)
@Warmup(iterations = 5, time = 1)
@Measurement(iterations = 5, time = 1)
@Fork(2)
public class StrandBenchmark {
    private static final int BURST = 64;

    private final Counting strand = new Counting();
    private final WorkFrame frame = new WorkFrame();

    /** Each node finds the strand idle: an activation for every one. */
    @Benchmark
    public long one() {
        strand.push();
        strand.drain(frame);
        return strand.processed;
    }

    /** One activation for 64 nodes. */
    @Benchmark
    @OperationsPerInvocation(BURST)
    public long burst() {
        for (int i = 0; i < BURST; i++) {
            strand.push();
        }
        strand.drain(frame);
        return strand.processed;
    }

    private static final class Counting extends Strand {
        private long processed;

        Counting() {
            super(new Nowhere());
        }

        private static final class Numbered extends Node {}

        void push() {
            push(new Numbered());
        }

        void drain(WorkFrame frame) {
            run(frame);
        }

        @Override
        protected Step process(Node node, WorkFrame frame) {
            processed++;
            return Step.CONSUMED;
        }
    }

    /** Queues nothing: the benchmark itself runs the strand. */
    private static final class Nowhere extends Home {
        @Override
        protected void execute(Activity activity) {}

        @Override
        protected void yield(Activity activity) {}

        @Override
        public int node() {
            return 0;
        }

        @Override
        public ActivityScheduler scheduler() {
            throw new UnsupportedOperationException("a home of nothing");
        }
    }
}
