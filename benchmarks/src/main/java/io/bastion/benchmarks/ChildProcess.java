package io.bastion.benchmarks;

import java.io.IOException;
import java.io.UncheckedIOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;
import java.util.concurrent.TimeUnit;

/** Starts a {@link Child} in a JVM of its own and waits for its line. */
final class ChildProcess {
    private static final int LIMIT_MINUTES = 10;
    private static final int SHOWN_LINES = 12;

    private final Options options;

    ChildProcess(Options options) {
        this.options = options;
    }

    /**
     * Measures one cell.
     *
     * @throws IllegalStateException if the child fails, says nothing or does not end; the message has its last lines
     */
    Outcome measure(Cell cell) throws InterruptedException {
        try {
            Path output = Files.createTempFile("benchmark", ".txt");
            try {
                return outcome(cell, run(command(cell), output), Files.readAllLines(output));
            } finally {
                Files.delete(output);
            }
        } catch (IOException e) {
            throw new UncheckedIOException(e);
        }
    }

    private List<String> command(Cell cell) {
        List<String> command = new ArrayList<>();
        command.add(options.java());
        command.addAll(options.flags());
        command.addAll(List.of("-cp", System.getProperty("java.class.path"), Child.class.getName()));
        command.addAll(List.of(cell.contender().id(), cell.workload().id()));
        command.addAll(options.pace().toArguments());
        return command;
    }

    private static boolean run(List<String> command, Path output) throws IOException, InterruptedException {
        Process process = new ProcessBuilder(command)
                .redirectErrorStream(true)
                .redirectOutput(output.toFile())
                .start();
        try {
            return process.waitFor(LIMIT_MINUTES, TimeUnit.MINUTES) && process.exitValue() == 0;
        } finally {
            process.destroyForcibly();
        }
    }

    private static Outcome outcome(Cell cell, boolean succeeded, List<String> lines) {
        List<String> outcomes = lines.stream().filter(Outcome::isLine).toList();
        if (!succeeded || outcomes.size() != 1) {
            List<String> last = lines.subList(Math.max(0, lines.size() - SHOWN_LINES), lines.size());
            throw new IllegalStateException(
                    "child: " + cell + " failed (expected: one outcome)\n" + String.join("\n", last));
        }
        return Outcome.ofLine(outcomes.get(0));
    }
}
