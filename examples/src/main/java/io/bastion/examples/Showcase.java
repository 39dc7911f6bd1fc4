package io.bastion.examples;

import io.bastion.actor.ActorSystem;
import io.bastion.examples.index.ChunkReader;
import io.bastion.examples.index.IndexReport;
import io.bastion.examples.index.Indexer;
import io.bastion.examples.index.IndexingFailedException;
import io.bastion.io.Backend;
import io.bastion.io.Proactor;
import java.io.IOException;
import java.io.PrintStream;
import java.nio.file.Files;
import java.nio.file.InvalidPathException;
import java.nio.file.Path;
import java.time.Duration;
import java.util.Arrays;
import java.util.List;
import java.util.Optional;

/**
 * The showcase: indexes the text in a directory tree with supervised actors, and reports what it found, what failed, and
 * that no message was lost.
 *
 * <p>Its argument is the directory, by default that of the running JDK: a tree with a few hundred files, many of
 * which are no text and fail the actor that reads them. {@code --io=io_uring} or {@code --io=nio} before it chooses how files are
 * read; by default it is io_uring where that works. {@link io.bastion.examples.index} shows how it works.
 *
 * <p>Exit codes: 0 if all adds up, whatever the files are; 1 if not, or if indexing failed; 2 for a bad argument.
 */
public final class Showcase {
    private static final int OK = 0;
    private static final int BROKEN = 1;
    private static final int USAGE = 2;

    private static final ChunkReader READER = ChunkReader.chunks(64 * 1024).patient(Duration.ofSeconds(30));
    private static final String IO = "--io=";
    private static final int PARSERS = Math.max(4, Runtime.getRuntime().availableProcessors());
    private static final int REDUCERS = 4;

    private Showcase() {}

    /** Runs it, and ends the JVM with an exit code other than 0 if that failed. */
    public static void main(String[] args) {
        int exitCode = run(args, READER, System.out, System.err);
        if (exitCode != OK) {
            System.exit(exitCode);
        }
    }

    /** Runs it, and returns the exit code. */
    static int run(String[] args, ChunkReader reader, PrintStream out, PrintStream err) {
        Proactor.Builder builder = Proactor.builder();
        List<String> rest = Arrays.asList(args);
        if (!rest.isEmpty() && rest.get(0).startsWith(IO)) {
            String wanted = rest.get(0).substring(IO.length());
            Optional<Backend> backend = backend(wanted);
            if (backend.isEmpty() && !wanted.equals("auto")) {
                err.println(IO + wanted + " (expected: auto, io_uring or nio)");
                return USAGE;
            }
            backend.ifPresent(builder::backend);
            rest = rest.subList(1, rest.size());
        }
        if (rest.size() > 1) {
            err.println("arguments: " + rest.size() + " (expected: at most one, a directory)");
            return USAGE;
        }
        String directory = rest.isEmpty() ? System.getProperty("java.home") : rest.get(0);
        String expected = expectedOf(directory);
        if (!expected.isEmpty()) {
            err.println("directory: \"" + directory + "\" (expected: " + expected + ")");
            return USAGE;
        }
        Path root = Path.of(directory);
        try (Proactor io = builder.build()) {
            return report(root, io.backend(), index(root, io, reader, err), out, err);
        } catch (IndexingFailedException | IOException e) {
            err.println(e.getMessage());
            return BROKEN;
        }
    }

    private static Optional<Backend> backend(String name) {
        return Arrays.stream(Backend.values())
                .filter(backend -> backend.toString().equals(name))
                .findFirst();
    }

    /** What was expected of the argument, if it is not that. */
    private static String expectedOf(String directory) {
        Path path;
        try {
            path = Path.of(directory);
        } catch (InvalidPathException e) {
            return "a path";
        }
        if (directory.isBlank() || !Files.exists(path)) {
            return "a directory that exists";
        }
        if (!Files.isDirectory(path)) {
            return "a directory, not a file";
        }
        return Files.isReadable(path) && Files.isExecutable(path) ? "" : "a directory that may be read";
    }

    private static IndexReport index(Path root, Proactor io, ChunkReader reader, PrintStream err) {
        try (ActorSystem system = ActorSystem.create("showcase");
                ProgressDisplay progress = new ProgressDisplay(err)) {
            return new Indexer(system, io, reader, PARSERS, REDUCERS).index(root, progress::show);
        }
    }

    /** Prints the report, and returns the exit code. */
    static int report(Path root, Backend backend, IndexReport report, PrintStream out, PrintStream err) {
        new ReportPrinter(root, backend, report, out).print();
        if (!report.addsUp()) {
            err.println("report: does not add up (expected: every file, term and message accounted for)");
            return BROKEN;
        }
        return OK;
    }
}
