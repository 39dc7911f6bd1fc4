package io.bastion.benchmarks;

import io.bastion.benchmarks.contender.Contender;
import io.bastion.benchmarks.contender.Subject;
import io.bastion.benchmarks.work.Meters;
import io.bastion.benchmarks.work.Series;
import io.bastion.benchmarks.work.Work;
import io.bastion.benchmarks.work.Workload;
import java.util.Arrays;
import java.util.List;

/** Measures one workload on one system in this JVM, and prints one line. */
public final class Child {
    private static final int FAILED = 1;
    private static final double NANOS = 1e9;

    private Child() {}

    /**
     * The program that {@link Compare} starts for every figure.
     *
     * @param arguments system, workload, and the numbers of a pace
     */
    public static void main(String... arguments) {
        try {
            List<String> all = Arrays.asList(arguments);
            Cell cell = new Cell(Contender.of(all.get(0)), Workload.of(all.get(1)));
            System.out.println(
                    measure(cell, Pace.ofArguments(all.subList(2, all.size()))).toLine());
            System.exit(0); // what a system leaves running does not matter
        } catch (Throwable e) {
            e.printStackTrace();
            System.exit(FAILED);
        }
    }

    /** Measures in this JVM. */
    static Outcome measure(Cell cell, Pace pace) throws Exception {
        try (Subject subject = cell.contender().start(pace.setup())) {
            Work work = subject.work(cell.workload());
            double machine = Meters.machineCpuSeconds();
            double own = Meters.cpuNanos() / NANOS;
            long start = System.nanoTime();
            List<Series> series = take(work, pace);
            double elapsed = (System.nanoTime() - start) / NANOS;
            double foreign = (Meters.machineCpuSeconds() - machine) - (Meters.cpuNanos() / NANOS - own);
            return new Outcome(cell, Math.max(0, foreign / elapsed), series);
        }
    }

    private static List<Series> take(Work work, Pace pace) throws Exception {
        if (work instanceof Work.Load load) {
            return new LoadMeter(load, pace).measure();
        }
        return ((Work.Survey) work).take(pace.rounds());
    }
}
