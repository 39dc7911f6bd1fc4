package io.bastion.scheduler;

import java.io.IOException;
import java.nio.file.DirectoryStream;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.BitSet;
import java.util.List;
import java.util.Map;
import java.util.TreeMap;
import java.util.regex.Matcher;
import java.util.regex.Pattern;
import org.jspecify.annotations.Nullable;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/** Reads the topology from the files of Linux. */
final class SysfsTopology {
    private static final Logger log = LoggerFactory.getLogger(SysfsTopology.class);
    private static final String ALLOWED = "Cpus_allowed_list:";
    private static final Pattern COMMA = Pattern.compile(",");
    private static final Pattern RANGE =
            Pattern.compile("(?<first>\\d+)(-(?<last>\\d+)(:(?<used>\\d+)/(?<group>\\d+))?)?");

    private SysfsTopology() {}

    /**
     * Reads the nodes with cpus that are online and allowed; a single node when there is nothing readable.
     *
     * @param sysfs the directory that contains {@code node} and {@code cpu}
     * @param processStatus the process's {@code status} file
     * @param limit the parallelism that the process has in total; nodes are filled in order until it is used up, so that
     *     a small quota stays on few nodes
     */
    static NumaTopology read(Path sysfs, Path processStatus, int limit) {
        try {
            BitSet usable = allowedCpus(processStatus);
            Path online = sysfs.resolve("cpu/online");
            if (Files.isReadable(online)) {
                usable.and(parseCpuList(Files.readString(online)));
            }
            List<NumaTopology.Node> nodes = new ArrayList<>();
            int left = limit;
            for (Map.Entry<Integer, Path> node :
                    nodeDirectories(sysfs.resolve("node")).entrySet()) {
                BitSet cpus = parseCpuList(Files.readString(node.getValue().resolve("cpulist")));
                cpus.and(usable);
                int parallelism = Math.min(left, cpus.cardinality());
                if (parallelism > 0) {
                    nodes.add(new NumaTopology.Node(
                            node.getKey(), cpus.stream().boxed().toList(), parallelism));
                    left -= parallelism;
                }
            }
            if (!nodes.isEmpty()) {
                return new NumaTopology(nodes);
            }
            log.debug("{} names no usable cpu", sysfs);
        } catch (IOException | RuntimeException e) {
            log.debug("NUMA topology is unreadable: {}", e.toString());
        }
        return NumaTopology.of(Math.max(1, limit));
    }

    private static Map<Integer, Path> nodeDirectories(Path parent) throws IOException {
        Map<Integer, Path> directories = new TreeMap<>();
        try (DirectoryStream<Path> found = Files.newDirectoryStream(parent, "node[0-9]*")) {
            for (Path directory : found) {
                String number = directory.getFileName().toString().substring("node".length());
                directories.put(Integer.parseInt(number), directory);
            }
        }
        return directories;
    }

    private static BitSet allowedCpus(Path processStatus) throws IOException {
        for (String line : Files.readAllLines(processStatus)) {
            if (line.startsWith(ALLOWED)) {
                return parseCpuList(line.substring(ALLOWED.length()));
            }
        }
        throw new IOException(processStatus + " has no line " + ALLOWED);
    }

    /** Parses the kernel's list format: numbers and ranges with an optional stride, as in {@code 0-3,8,16-31:2/4}. */
    static BitSet parseCpuList(String list) {
        BitSet cpus = new BitSet();
        if (!list.isBlank()) {
            COMMA.splitAsStream(list.strip()).forEach(part -> parseRange(part, cpus));
        }
        return cpus;
    }

    private static void parseRange(String part, BitSet cpus) {
        Matcher range = RANGE.matcher(part);
        if (!range.matches()) {
            throw new IllegalArgumentException("cpu range: " + part + " (expected: such as 3, 0-3 or 0-31:2/4)");
        }
        int first = Integer.parseInt(range.group("first"));
        int last = orElse(range.group("last"), first);
        int used = orElse(range.group("used"), 1);
        int group = orElse(range.group("group"), 1);
        for (int start = first; start <= last; start += Math.max(1, group)) {
            cpus.set(start, Math.min(start + used, last + 1));
        }
    }

    private static int orElse(@Nullable String number, int absent) {
        return number == null ? absent : Integer.parseInt(number);
    }
}
