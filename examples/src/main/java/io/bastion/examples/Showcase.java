package io.bastion.examples;

import io.bastion.actor.ActorSystem;
import io.bastion.examples.index.ChunkReader;
import io.bastion.examples.index.IndexReport;
import io.bastion.examples.index.Indexer;
import io.bastion.examples.index.IndexingFailedException;
import java.io.PrintStream;
import java.nio.file.Files;
import java.nio.file.InvalidPathException;
import java.nio.file.Path;
import java.time.Duration;

/**
 * The showcase: indexes the text in a directory tree with supervised actors, and reports what it found, what failed, and
 * that no message was lost.
 *
 * <p>Its one argument is the directory, by default that of the running JDK: a tree with a few hundred files, many of
 * which are no text and fail the actor that reads them. {@link io.bastion.examples.index} shows how it works.
 *
 * <p>Exit codes: 0 if all adds up, whatever the files are; 1 if not, or if indexing failed; 2 for a bad argument.
 */
public final class Showcase {
    private static final int OK = 0;
    private static final int BROKEN = 1;
    private static final int USAGE = 2;

    private static final ChunkReader READER = ChunkReader.blocking(64 * 1024).patient(Duration.ofSeconds(30));
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
        if (args.length > 1) {
            err.println("arguments: " + args.length + " (expected: at most one, a directory)");
            return USAGE;
        }
        String directory = args.length == 0 ? System.getProperty("java.home") : args[0];
        String expected = expectedOf(directory);
        if (!expected.isEmpty()) {
            err.println("directory: \"" + directory + "\" (expected: " + expected + ")");
            return USAGE;
        }
        try {
            Path root = Path.of(directory);
            return report(root, index(root, reader, err), out, err);
        } catch (IndexingFailedException e) {
            err.println(e.getMessage());
            return BROKEN;
        }
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

    private static IndexReport index(Path root, ChunkReader reader, PrintStream err) {
        try (ActorSystem system = ActorSystem.create("showcase");
                ProgressDisplay progress = new ProgressDisplay(err)) {
            return new Indexer(system, reader, PARSERS, REDUCERS).index(root, progress::show);
        }
    }

    /** Prints the report, and returns the exit code. */
    static int report(Path root, IndexReport report, PrintStream out, PrintStream err) {
        new ReportPrinter(root, report, out).print();
        if (!report.addsUp()) {
            err.println("report: does not add up (expected: every file, term and message accounted for)");
            return BROKEN;
        }
        return OK;
    }
}
