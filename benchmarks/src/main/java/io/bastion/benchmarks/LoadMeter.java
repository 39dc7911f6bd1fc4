package io.bastion.benchmarks;

import io.bastion.benchmarks.work.Meters;
import io.bastion.benchmarks.work.Metric;
import io.bastion.benchmarks.work.Run;
import io.bastion.benchmarks.work.Series;
import io.bastion.benchmarks.work.Work;
import java.util.ArrayList;
import java.util.List;
import java.util.concurrent.TimeUnit;

/**
 * Measures a load: warms it up, learns how many operations fill a round, and times rounds of that size.
 *
 * <p>Rounds of equal time rather than of equal work, so that a slow system's figures hold no less than a fast one's, and a
 * fast one's rounds are not over before a collector has run.
 */
final class LoadMeter {
    private static final int WARM_UP_RUNS = 3;
    private static final int GROWTH = 16;
    private static final double WARM_UP_SHARE = 0.25;
    private static final double NANOS = TimeUnit.SECONDS.toNanos(1);

    private final Work.Load load;
    private final Pace pace;

    LoadMeter(Work.Load load, Pace pace) {
        this.load = load;
        this.pace = pace;
    }

    /** Measures throughput, allocation and processor time, and what else the load says. */
    List<Series> measure() throws Exception {
        long operations = warmUp();
        double[] throughput = new double[pace.rounds()];
        double[] allocation = new double[pace.rounds()];
        double[] processor = new double[pace.rounds()];
        double[] switches = new double[pace.rounds()];
        for (int i = 0; i < pace.rounds(); i++) {
            System.gc();
            long switchesBefore = load.countsSwitches() ? Meters.switches() : 0;
            long allocatedBefore = Meters.allocatedBytes();
            long processorBefore = Meters.cpuNanos();
            Run run = load.run(operations);
            processor[i] = (Meters.cpuNanos() - processorBefore) / (double) run.operations();
            allocation[i] = (Meters.allocatedBytes() - allocatedBefore) / (double) run.operations();
            throughput[i] = run.millionsPerSecond();
            if (load.countsSwitches()) {
                switches[i] = (Meters.switches() - switchesBefore) / (double) run.operations();
            }
        }
        List<Series> series = new ArrayList<>(List.of(
                Series.of(Metric.THROUGHPUT, throughput),
                Series.of(Metric.ALLOCATION, allocation),
                Series.of(Metric.PROCESSOR, processor)));
        if (load.countsSwitches()) {
            series.add(Series.of(Metric.SWITCHES, switches));
        }
        return series;
    }

    /** Runs until the time is over; returns how many operations make a round. */
    private long warmUp() throws Exception {
        long start = System.nanoTime();
        Run last = load.run(load.least());
        for (int i = 1; i < WARM_UP_RUNS || System.nanoTime() - start < pace.warmup() * NANOS; i++) {
            last = load.run(operationsFor(pace.seconds() * WARM_UP_SHARE, last));
        }
        return operationsFor(pace.seconds(), last);
    }

    private long operationsFor(double seconds, Run last) {
        double ideal = last.operations() * (seconds * NANOS / last.nanos());
        return Math.max(load.least(), (long) Math.min(ideal, (double) last.operations() * GROWTH));
    }
}
