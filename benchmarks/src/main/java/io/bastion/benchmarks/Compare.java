package io.bastion.benchmarks;

import io.bastion.benchmarks.contender.Contender;
import io.bastion.benchmarks.work.Workload;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.time.LocalDate;
import java.time.ZoneId;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.Collections;
import java.util.List;
import java.util.Locale;

/**
 * Runs every workload on every system, each in a JVM of its own, and writes what came out.
 *
 * <p>The forks are the outermost loop and the systems the innermost, so that what changes on the machine in the meantime
 * meets all systems alike; which system begins changes from fork to fork.
 */
public final class Compare {
    /** Cores that others may keep busy before a figure counts as disturbed. */
    private static final double DISTURBING = 0.1;

    private final Options options;
    private final Results results = new Results();
    private final List<String> failures = new ArrayList<>();

    private Compare(Options options) {
        this.options = options;
    }

    /**
     * Compares.
     *
     * @param arguments see {@code --help}
     */
    public static void main(String... arguments) throws IOException, InterruptedException {
        List<String> all = Arrays.asList(arguments);
        if (all.contains("--help")) {
            System.out.println(Options.HELP);
        } else if (all.contains("--list")) {
            list();
        } else {
            Compare compare = new Compare(Options.parse(all));
            compare.run();
            System.exit(compare.failures.isEmpty() ? 0 : 1);
        }
    }

    private static void list() {
        for (Contender contender : Contender.values()) {
            System.out.println(contender.id() + ": "
                    + contender.workloads().stream().map(Workload::id).toList());
        }
    }

    private void run() throws IOException, InterruptedException {
        Machine.Jvm jvm = Machine.jvm(options.java());
        Path folder = newFolder(LocalDate.now(ZoneId.systemDefault()) + "-jdk" + jvm.feature());
        Csv csv = new Csv(folder.resolve("rounds.csv"));
        ChildProcess child = new ChildProcess(options);
        List<Cell> cells = options.cells();
        Path report = folder.resolve("report.md");
        options.missing().forEach(System.out::println);
        int number = 0;
        for (int fork = 1; fork <= options.forks(); fork++) {
            for (Cell cell : inTurn(cells, fork)) {
                number++;
                String place = number + "/" + cells.size() * options.forks() + " fork " + fork + " " + cell;
                try {
                    Outcome outcome = measure(child, cell);
                    results.add(outcome);
                    csv.append(fork, outcome);
                    System.out.println(place + ": " + shown(outcome));
                } catch (IllegalStateException e) {
                    failures.add("fork " + fork + ": " + e.getMessage());
                    System.out.println(place + ": " + e.getMessage());
                }
            }
            Files.writeString(report, Report.of(results, circumstances(jvm, fork), failures));
        }
        System.out.println(report + (failures.isEmpty() ? "" : ", " + failures.size() + " failed"));
    }

    /** The figure that other processes disturbed least. */
    private Outcome measure(ChildProcess child, Cell cell) throws InterruptedException {
        Outcome best = child.measure(cell);
        for (int i = 0; i < options.retries() && best.foreignCores() > DISTURBING; i++) {
            Outcome again = child.measure(cell);
            best = again.foreignCores() < best.foreignCores() ? again : best;
        }
        return best;
    }

    /** The cells, with the systems of each workload rotated by one for each fork. */
    private static List<Cell> inTurn(List<Cell> cells, int fork) {
        List<Cell> turned = new ArrayList<>();
        for (Workload workload : Workload.values()) {
            List<Cell> same = new ArrayList<>(
                    cells.stream().filter(cell -> cell.workload() == workload).toList());
            Collections.rotate(same, fork - 1);
            turned.addAll(same);
        }
        return turned;
    }

    private Path newFolder(String name) throws IOException {
        Path folder = options.out().resolve(name);
        for (int i = 2; Files.exists(folder); i++) {
            folder = options.out().resolve(name + "-" + i);
        }
        return Files.createDirectories(folder);
    }

    private static String shown(Outcome outcome) {
        List<String> parts = new ArrayList<>();
        outcome.series()
                .forEach(series -> parts.add(String.format(
                        Locale.ROOT,
                        "%s %.3f %s",
                        series.metric().title(),
                        Statistics.of(series.values()).median(),
                        series.metric().unit())));
        return String.join(", ", parts);
    }

    private List<String> circumstances(Machine.Jvm jvm, int forks) throws IOException {
        Pace pace = options.pace();
        List<String> lines = new ArrayList<>(List.of(
                LocalDate.now(ZoneId.systemDefault()) + ", JDK " + jvm.feature() + " (" + jvm.version() + "), "
                        + String.join(" ", options.flags()),
                Machine.processors() + ", " + System.getProperty("os.name") + " " + System.getProperty("os.version")
                        + "; every system with " + pace.setup().threads() + " worker threads",
                forks + " forks × " + pace.rounds() + " rounds of about " + pace.seconds() + " s after "
                        + pace.warmup()
                        + " s of warm-up; a JVM for each system, workload and fork, systems alternating"));
        if (pace.setup().scale() < 1) {
            lines.add("**a smoke test at scale " + pace.setup().scale() + ": not to be quoted**");
        }
        lines.addAll(options.missing());
        results.foreignCores()
                .map(foreign -> String.format(
                        Locale.ROOT,
                        "other processes kept %.2f cores busy meanwhile (at most %.2f)",
                        foreign.median(),
                        foreign.max()))
                .ifPresent(lines::add);
        return lines;
    }
}
