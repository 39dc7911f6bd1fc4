package io.bastion.benchmarks;

import io.bastion.benchmarks.contender.Contender;
import io.bastion.benchmarks.work.DataFile;
import io.bastion.benchmarks.work.Setup;
import io.bastion.benchmarks.work.Workload;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.EnumSet;
import java.util.HashMap;
import java.util.Iterator;
import java.util.List;
import java.util.Map;
import java.util.Set;
import java.util.stream.Collectors;
import java.util.stream.Stream;

/**
 * What to compare, and how.
 *
 * @param forks JVMs for each system and workload
 * @param retries how often a figure is taken again that others disturbed
 * @param pace what each of them measures
 * @param contenders the systems
 * @param workloads the workloads
 * @param java the command that starts a JVM
 * @param heap size of its heap
 * @param out folder of the results
 * @param data folder of the files that are read and written; empty for the usual one
 */
record Options(
        int forks,
        int retries,
        Pace pace,
        Set<Contender> contenders,
        Set<Workload> workloads,
        String java,
        String heap,
        Path out,
        String data) {
    /** What is said about the options. */
    static final String HELP = """
            Compares systems of actors. Each figure is taken in a JVM of its own; systems alternate.

              --quick              a smoke test of about three minutes: small, short, good for nothing else
              --systems a,b        only these (default: all)
              --workloads a,b      only these, or groups of them such as messages or files (default: all)
              --forks n            JVMs for each system and workload (4)
              --rounds n           measured rounds in each (3)
              --warmup s           seconds of warm-up in each (3)
              --seconds s          about how long a round lasts (1)
              --retries n          takes a figure again, up to n times, when other processes disturbed it (0)
              --threads n          worker threads of each system (the processors of this machine)
              --java path          the JVM (the one that runs this)
              --heap size          heap of each JVM (4g)
              --scale x            factor on fixed sizes, > 0 and <= 1 (1)
              --out folder         where results go (benchmarks/results, or results)
              --data folder        where the files lie that are read and written (where the build puts its own)
              --list               the systems and workloads
            """;

    private static final Map<String, String> DEFAULTS = Map.of(
            "forks", "4", "rounds", "3", "warmup", "3", "seconds", "1", "scale", "1", "heap", "4g", "retries", "0");
    private static final Map<String, String> QUICK = Map.of(
            "forks", "1", "rounds", "1", "warmup", "0.5", "seconds", "0.2", "scale", "0.1", "heap", "1g", "retries",
            "0");
    private static final Set<String> NAMES = Set.of(
            "systems",
            "workloads",
            "forks",
            "retries",
            "rounds",
            "warmup",
            "seconds",
            "threads",
            "java",
            "heap",
            "scale",
            "out",
            "data");

    Options {
        if (forks < 1) {
            throw new IllegalArgumentException("forks: " + forks + " (expected: >= 1)");
        }
        if (retries < 0) {
            throw new IllegalArgumentException("retries: " + retries + " (expected: >= 0)");
        }
    }

    /**
     * The options of a command line.
     *
     * @throws IllegalArgumentException if there is something wrong with it
     */
    static Options parse(List<String> arguments) {
        Map<String, String> given = given(arguments);
        Map<String, String> values = new HashMap<>(arguments.contains("--quick") ? QUICK : DEFAULTS);
        values.putAll(given);
        int processors = Runtime.getRuntime().availableProcessors();
        return new Options(
                Integer.parseInt(values.get("forks")),
                Integer.parseInt(values.get("retries")),
                new Pace(
                        Double.parseDouble(values.get("warmup")),
                        Double.parseDouble(values.get("seconds")),
                        Integer.parseInt(values.get("rounds")),
                        new Setup(
                                Integer.parseInt(values.getOrDefault("threads", String.valueOf(processors))),
                                Double.parseDouble(values.get("scale")))),
                contenders(values),
                workloads(values),
                values.getOrDefault(
                        "java", ProcessHandle.current().info().command().orElse("java")),
                values.getOrDefault("heap", "4g"),
                Path.of(values.getOrDefault("out", defaultOut())),
                values.getOrDefault("data", ""));
    }

    /** Systems that were to be measured and cannot, with the reason. */
    List<String> missing() {
        return contenders.stream()
                .filter(contender -> !contender.missing().isEmpty())
                .filter(contender -> contender.workloads().stream().anyMatch(workloads::contains))
                .map(contender -> "**no figures of " + contender.title() + "**: " + contender.missing())
                .toList();
    }

    /** The pairs of system and workload that can be measured here, workload by workload. */
    List<Cell> cells() {
        List<Cell> cells = new ArrayList<>();
        for (Workload workload : workloads) {
            contenders.stream()
                    .filter(contender -> contender.workloads().contains(workload))
                    .filter(contender -> contender.missing().isEmpty())
                    .map(contender -> new Cell(contender, workload))
                    .forEach(cells::add);
        }
        return cells;
    }

    /** The flags of every JVM, whichever the system. */
    List<String> flags() {
        List<String> flags =
                new ArrayList<>(List.of("-XX:+UseG1GC", "-Xms" + heap, "-Xmx" + heap, "-XX:+AlwaysPreTouch"));
        if (!data.isEmpty()) {
            flags.add("-D" + DataFile.FOLDER_PROPERTY + "=" + data);
        }
        return flags;
    }

    private static Map<String, String> given(List<String> arguments) {
        Map<String, String> given = new HashMap<>();
        for (Iterator<String> rest = arguments.iterator(); rest.hasNext(); ) {
            String argument = rest.next();
            if (argument.equals("--quick")) {
                continue;
            }
            String name = argument.startsWith("--") ? argument.substring(2) : "";
            if (!NAMES.contains(name) || !rest.hasNext()) {
                throw new IllegalArgumentException("option: " + argument + " (expected: one of\n" + HELP + ")");
            }
            given.put(name, rest.next());
        }
        return given;
    }

    private static Set<Contender> contenders(Map<String, String> values) {
        return values.containsKey("systems")
                ? split(values.get("systems")).stream()
                        .map(Contender::of)
                        .collect(Collectors.toCollection(() -> EnumSet.noneOf(Contender.class)))
                : EnumSet.allOf(Contender.class);
    }

    private static Set<Workload> workloads(Map<String, String> values) {
        return values.containsKey("workloads")
                ? split(values.get("workloads")).stream()
                        .flatMap(Options::workloads)
                        .collect(Collectors.toCollection(() -> EnumSet.noneOf(Workload.class)))
                : EnumSet.allOf(Workload.class);
    }

    /** One of a name, or all of a group of that name. */
    private static Stream<Workload> workloads(String name) {
        List<Workload> group = Arrays.stream(Workload.values())
                .filter(workload -> workload.group().name().equalsIgnoreCase(name.replace('-', '_')))
                .toList();
        return group.isEmpty() ? Stream.of(Workload.of(name)) : group.stream();
    }

    private static List<String> split(String list) {
        return Arrays.stream(list.split(",", -1)).map(String::trim).toList();
    }

    private static String defaultOut() {
        return Files.isDirectory(Path.of("benchmarks")) ? "benchmarks/results" : "results";
    }
}
