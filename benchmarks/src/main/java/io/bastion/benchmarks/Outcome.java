package io.bastion.benchmarks;

import io.bastion.benchmarks.contender.Contender;
import io.bastion.benchmarks.work.Metric;
import io.bastion.benchmarks.work.Series;
import io.bastion.benchmarks.work.Workload;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.List;
import java.util.Locale;
import java.util.stream.Collectors;

/**
 * What a child has measured.
 *
 * @param cell what it measured
 * @param foreignCores how many cores others kept busy meanwhile; a figure taken beside much of that is worth little
 * @param series the figures
 */
record Outcome(Cell cell, double foreignCores, List<Series> series) {
    private static final String MARK = "RESULT";
    private static final String SEPARATOR = "\t";
    private static final int FIXED_FIELDS = 4;

    Outcome {
        series = List.copyOf(series);
    }

    /** Whether a line of a child's output is an outcome. */
    static boolean isLine(String line) {
        return line.startsWith(MARK + SEPARATOR);
    }

    /** As one line of output. */
    String toLine() {
        List<String> fields = new ArrayList<>(List.of(
                MARK, cell.contender().id(), cell.workload().id(), String.format(Locale.ROOT, "%.2f", foreignCores)));
        for (Series one : series) {
            fields.add(one.metric().name() + "="
                    + one.values().stream().map(String::valueOf).collect(Collectors.joining(",")));
        }
        return String.join(SEPARATOR, fields);
    }

    /** From a line of output. */
    static Outcome ofLine(String line) {
        String[] fields = line.split(SEPARATOR, -1);
        if (fields.length <= FIXED_FIELDS || !fields[0].equals(MARK)) {
            throw new IllegalArgumentException("line: \"" + line + "\" (expected: an outcome)");
        }
        List<Series> series = new ArrayList<>();
        for (String field : Arrays.asList(fields).subList(FIXED_FIELDS, fields.length)) {
            String[] parts = field.split("=", 2);
            series.add(new Series(
                    Metric.valueOf(parts[0]),
                    Arrays.stream(parts[1].split(",", -1)).map(Double::valueOf).toList()));
        }
        return new Outcome(
                new Cell(Contender.of(fields[1]), Workload.of(fields[2])), Double.parseDouble(fields[3]), series);
    }
}
