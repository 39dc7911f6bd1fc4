package io.bastion.benchmarks.work;

import com.sun.management.OperatingSystemMXBean;
import com.sun.management.ThreadMXBean;
import java.io.IOException;
import java.io.UncheckedIOException;
import java.lang.management.ManagementFactory;
import java.nio.file.DirectoryStream;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.Arrays;
import java.util.stream.Stream;

/** What the process and the machine have used up. */
public final class Meters {
    private static final int REST_MILLIS = 100;
    private static final int REST_LOOKS = 100;
    private static final double AT_REST = 0.05;
    private static final double JIFFIES_PER_SECOND = 100;
    private static final Path TASKS = Path.of("/proc/self/task");
    private static final Path CPU = Path.of("/proc/stat");

    private static final ThreadMXBean THREADS = (ThreadMXBean) ManagementFactory.getThreadMXBean();
    private static final OperatingSystemMXBean SYSTEM =
            (OperatingSystemMXBean) ManagementFactory.getOperatingSystemMXBean();

    private Meters() {}

    /** Bytes that the living threads have allocated. */
    public static long allocatedBytes() {
        long[] perThread = THREADS.getThreadAllocatedBytes(THREADS.getAllThreadIds());
        return Arrays.stream(perThread).filter(bytes -> bytes > 0).sum();
    }

    /** Processor time of this process in nanoseconds. */
    public static long cpuNanos() {
        return SYSTEM.getProcessCpuTime();
    }

    /** How often the living threads have left their processors; 0 if the machine does not tell. */
    public static long switches() {
        long sum = 0;
        if (Files.isDirectory(TASKS)) {
            try (DirectoryStream<Path> tasks = Files.newDirectoryStream(TASKS)) {
                for (Path task : tasks) {
                    sum += switches(task.resolve("status"));
                }
            } catch (IOException e) {
                throw new UncheckedIOException(e);
            }
        }
        return sum;
    }

    private static long switches(Path status) {
        try (Stream<String> lines = Files.lines(status)) {
            return lines.filter(line -> line.contains("voluntary_ctxt_switches:"))
                    .mapToLong(line ->
                            Long.parseLong(line.substring(line.indexOf(':') + 1).trim()))
                    .sum();
        } catch (IOException | UncheckedIOException e) {
            return 0; // it has ended meanwhile
        }
    }

    /**
     * Bytes of the heap that are reachable.
     *
     * @param collections how many full collections go before: what finalizers and references hold takes more than one
     */
    public static long heapBytes(int collections) throws InterruptedException {
        for (int i = 0; i < collections; i++) {
            System.gc();
            Thread.sleep(REST_MILLIS);
        }
        Runtime runtime = Runtime.getRuntime();
        return runtime.totalMemory() - runtime.freeMemory();
    }

    /** Waits until this process uses next to no processor time, at most ten seconds. */
    public static void awaitRest() throws InterruptedException {
        for (int i = 0; i < REST_LOOKS; i++) {
            long before = cpuNanos();
            Thread.sleep(REST_MILLIS);
            if ((cpuNanos() - before) / (REST_MILLIS * 1e6) < AT_REST) {
                return;
            }
        }
    }

    /**
     * Processor time that the whole machine has spent, in seconds; that of this process if the machine does not tell.
     */
    public static double machineCpuSeconds() {
        if (!Files.isReadable(CPU)) {
            return cpuNanos() / 1e9;
        }
        try {
            String[] fields = Files.readString(CPU)
                    .lines()
                    .findFirst()
                    .orElseThrow()
                    .trim()
                    .split("\\s+", -1);
            // cpu user nice system idle iowait irq softirq steal: all but idle and iowait
            long jiffies = 0;
            for (int i : new int[] {1, 2, 3, 6, 7, 8}) {
                jiffies += Long.parseLong(fields[i]);
            }
            return jiffies / JIFFIES_PER_SECOND;
        } catch (IOException e) {
            throw new UncheckedIOException(e);
        }
    }
}
