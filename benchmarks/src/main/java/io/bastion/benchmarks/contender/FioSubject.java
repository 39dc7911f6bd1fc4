package io.bastion.benchmarks.contender;

import io.bastion.benchmarks.work.DataFile;
import io.bastion.benchmarks.work.Metric;
import io.bastion.benchmarks.work.Series;
import io.bastion.benchmarks.work.Setup;
import io.bastion.benchmarks.work.Work;
import io.bastion.benchmarks.work.Workload;
import java.io.File;
import java.io.IOException;
import java.nio.charset.StandardCharsets;
import java.util.ArrayList;
import java.util.List;
import java.util.regex.Matcher;
import java.util.regex.Pattern;
import java.util.stream.Stream;

/** The program {@code fio}, on the same file; a round is a run of a second. */
final class FioSubject implements Subject {
    private static final double MILLION = 1e6;
    private static final double PERCENT = 100;

    private final DataFile data;

    FioSubject(Setup setup) {
        data = DataFile.of(setup);
    }

    /** Whether it is not installed. */
    static String missing() {
        boolean installed = Stream.of(System.getenv().getOrDefault("PATH", "").split(File.pathSeparator, -1))
                .anyMatch(folder -> new File(folder, "fio").canExecute());
        return installed ? "" : "fio: not found (expected: installed, such as by apt-get install fio)";
    }

    @Override
    public Work work(Workload workload) {
        return switch (workload) {
            case FILE_READ_1 -> reads(1, false);
            case FILE_READ_32 -> reads(32, false);
            case FILE_READ_128 -> reads(128, false);
            case FILE_DIRECT_32 -> reads(32, true);
            case FILE_DIRECT_128 -> reads(128, true);
            case FILE_SEQUENTIAL -> survey("io_kbytes", "--rw=read", "--bs=256k", "--ioengine=psync");
            default -> throw Subject.noPart(workload);
        };
    }

    private Work reads(int depth, boolean direct) {
        return survey(
                "total_ios",
                "--rw=randread",
                "--bs=4k",
                "--ioengine=io_uring",
                "--iodepth=" + depth,
                "--direct=" + (direct ? 1 : 0),
                "--norandommap");
    }

    private Work survey(String operations, String... options) {
        return (Work.Survey) rounds -> {
            double[] throughput = new double[rounds];
            double[] processor = new double[rounds];
            double[] switches = new double[rounds];
            for (int i = 0; i < rounds; i++) {
                String said = run(options);
                double seconds = number(said, "job_runtime") / 1e3;
                double count = number(said, operations);
                throughput[i] = count / seconds / MILLION;
                processor[i] = (number(said, "usr_cpu") + number(said, "sys_cpu")) / PERCENT * seconds * 1e9 / count;
                switches[i] = number(said, "ctx") / count;
            }
            return List.of(
                    Series.of(Metric.THROUGHPUT, throughput),
                    Series.of(Metric.PROCESSOR, processor),
                    Series.of(Metric.SWITCHES, switches));
        };
    }

    private String run(String... options) throws IOException, InterruptedException {
        List<String> command = new ArrayList<>(List.of(
                "fio",
                "--name=read",
                "--filename=" + data.path().toAbsolutePath(),
                "--readonly",
                "--invalidate=0",
                "--gtod_reduce=1",
                "--time_based",
                "--runtime=1",
                "--output-format=json"));
        command.addAll(List.of(options));
        Process process = new ProcessBuilder(command).redirectErrorStream(true).start();
        String said = new String(process.getInputStream().readAllBytes(), StandardCharsets.UTF_8);
        if (process.waitFor() != 0) {
            throw new IOException("fio: " + said + " (expected: an exit code of 0)");
        }
        return said;
    }

    /** The first number of a name: that of the only job, and of its reads. */
    private static double number(String said, String name) {
        Matcher found = Pattern.compile("\"" + name + "\" *: *([0-9.]+)").matcher(said);
        if (!found.find()) {
            throw new IllegalStateException("fio: " + said + " (expected: " + name + ")");
        }
        return Double.parseDouble(found.group(1));
    }

    @Override
    public void close() {
        // a program of its own, which has ended
    }
}
