package io.bastion.benchmarks;

import io.bastion.benchmarks.work.Series;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.nio.file.StandardOpenOption;
import java.util.ArrayList;
import java.util.List;
import java.util.Locale;

/** The raw figures as a file, one line a round, written as they come. */
final class Csv {
    private static final String HEADER = "fork,system,workload,metric,unit,round,value,foreign_cores";

    private final Path file;

    Csv(Path file) throws IOException {
        this.file = file;
        Files.write(file, List.of(HEADER));
    }

    void append(int fork, Outcome outcome) throws IOException {
        List<String> lines = new ArrayList<>();
        for (Series series : outcome.series()) {
            for (int round = 0; round < series.values().size(); round++) {
                lines.add(String.format(
                        Locale.ROOT,
                        "%d,%s,%s,\"%s\",%s,%d,%.4f,%.2f",
                        fork,
                        outcome.cell().contender().id(),
                        outcome.cell().workload().id(),
                        series.metric().title(),
                        series.metric().unit(),
                        round + 1,
                        series.values().get(round),
                        outcome.foreignCores()));
            }
        }
        Files.write(file, lines, StandardOpenOption.APPEND);
    }
}
