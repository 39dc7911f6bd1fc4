package io.bastion.benchmarks;

import io.bastion.benchmarks.contender.Contender;
import io.bastion.benchmarks.work.Goal;
import io.bastion.benchmarks.work.Group;
import io.bastion.benchmarks.work.Metric;
import io.bastion.benchmarks.work.Workload;
import java.util.ArrayList;
import java.util.List;
import java.util.Locale;
import java.util.Optional;
import java.util.stream.Collectors;

/** The figures as Markdown: a table for each group of workloads and metric. */
final class Report {
    private static final double LARGE = 100;
    private static final double MIDDLE = 10;
    private static final double SMALL = 0.1;

    private final Results results;
    private final StringBuilder text = new StringBuilder();

    private Report(Results results) {
        this.results = results;
    }

    /**
     * The whole report.
     *
     * @param circumstances lines about where and how the figures were taken
     * @param failures lines about what failed
     */
    static String of(Results results, List<String> circumstances, List<String> failures) {
        Report report = new Report(results);
        report.text.append("# Comparison\n\n");
        circumstances.forEach(line -> report.text.append("* ").append(line).append('\n'));
        report.text.append("* cells: median (smallest – largest) over all rounds of all forks\n");
        if (!failures.isEmpty()) {
            report.text.append("\n## Failed\n\n```\n");
            failures.forEach(line -> report.text.append(line).append('\n'));
            report.text.append("```\n");
        }
        for (Group group : Group.values()) {
            report.group(group);
        }
        return report.text.toString();
    }

    private void group(Group group) {
        List<Metric> metrics = List.of(Metric.values()).stream()
                .filter(metric -> !results.workloads(group, metric).isEmpty())
                .toList();
        for (Metric metric : metrics) {
            table(group, metric);
        }
    }

    private void table(Group group, Metric metric) {
        List<Workload> workloads = results.workloads(group, metric);
        List<Contender> contenders = results.contenders(group);
        boolean rivals = contenders.stream().anyMatch(contender -> contender.isRivalIn(group));
        boolean goals =
                workloads.stream().anyMatch(workload -> workload.goal(metric).isPresent());
        text.append("\n## ").append(group.title()).append(": ").append(metric.title());
        text.append(" (").append(metric.unit()).append(")\n\n");
        List<String> header = new ArrayList<>(List.of("workload"));
        contenders.forEach(contender -> header.add(contender.title()));
        if (rivals) {
            header.add("× the best of " + rivalNames(group, contenders));
        }
        if (goals) {
            header.add("goal");
        }
        row(header);
        row(header.stream().map(title -> "---").toList());
        for (Workload workload : workloads) {
            List<String> cells = new ArrayList<>(List.of(workload.title()));
            contenders.forEach(contender -> cells.add(cell(contender, workload, metric)));
            if (rivals) {
                cells.add(results.timesBetter(workload, metric)
                        .map(Report::number)
                        .orElse(""));
            }
            if (goals) {
                cells.add(workload.goal(metric)
                        .map(goal -> goal(goal, workload, metric))
                        .orElse(""));
            }
            row(cells);
        }
    }

    private static String rivalNames(Group group, List<Contender> contenders) {
        return contenders.stream()
                .filter(contender -> contender.isRivalIn(group))
                .map(Contender::title)
                .collect(Collectors.joining(", "));
    }

    private String cell(Contender contender, Workload workload, Metric metric) {
        return results.statistics(contender, workload, metric)
                .map(s -> "**" + number(s.median()) + "** (" + number(s.min()) + " – " + number(s.max()) + ")")
                .orElse("");
    }

    private String goal(Goal goal, Workload workload, Metric metric) {
        if (goal instanceof Goal.Times times) {
            Optional<Double> reached = results.timesBetter(workload, metric);
            return "≥ " + number(times.factor()) + " ×" + mark(reached.map(value -> value >= times.factor()));
        }
        if (goal instanceof Goal.OfOther share) {
            Optional<Double> reached = results.timesOther(workload, share.other(), metric);
            return "≥ " + number(share.factor()) + " × " + share.other().title()
                    + reached.map(value -> ", is " + number(value)).orElse("")
                    + mark(reached.map(value -> value >= share.factor()));
        }
        if (goal instanceof Goal.Beside beside) {
            Contender peer = Contender.of(beside.system());
            Optional<Double> reached = results.timesBetter(peer, workload, metric);
            return "≥ " + number(beside.factor()) + " × " + peer.title()
                    + reached.map(value -> ", is " + number(value)).orElse("")
                    + mark(reached.map(value -> value >= beside.factor()));
        }
        if (goal instanceof Goal.All several) {
            return several.goals().stream()
                    .map(one -> goal(one, workload, metric))
                    .collect(Collectors.joining("; "));
        }
        double most = ((Goal.AtMost) goal).value();
        Optional<Double> reached = results.statistics(Contender.oursIn(workload.group()), workload, metric)
                .map(Statistics::median);
        return "≤ " + number(most) + mark(reached.map(value -> (most < 1 ? value : Math.round(value)) <= most));
    }

    private static String mark(Optional<Boolean> reached) {
        return reached.map(yes -> yes ? " ✓" : " ✗").orElse("");
    }

    /** Three figures, more or less. */
    private static String number(double value) {
        double size = Math.abs(value);
        String format = size >= LARGE ? "%.0f" : size >= MIDDLE ? "%.1f" : size >= SMALL ? "%.2f" : "%.4f";
        return String.format(Locale.ROOT, format, value);
    }

    private void row(List<String> cells) {
        text.append("| ").append(String.join(" | ", cells)).append(" |\n");
    }
}
