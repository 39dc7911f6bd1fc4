package io.bastion.examples;

import io.bastion.actor.MessageStats;
import io.bastion.examples.index.IndexReport;
import io.bastion.examples.index.Indexer;
import io.bastion.examples.index.Progress;
import java.io.PrintStream;
import java.nio.file.Files;
import java.nio.file.InvalidPathException;
import java.nio.file.Path;
import me.tongfei.progressbar.ProgressBar;
import me.tongfei.progressbar.ProgressBarBuilder;
import me.tongfei.progressbar.ProgressBarStyle;

/**
 * The showcase: indexes the text in a directory tree with supervised actors, and reports what it found, what failed, and
 * that no message was lost.
 *
 * <p>Its one argument is the directory, by default that of the running JDK: a tree with a few hundred files, many of
 * which are no text and fail the actor that reads them. {@link io.bastion.examples.index} shows how it works.
 */
public final class Showcase {
    private static final int OK = 0;
    private static final int BROKEN = 1;
    private static final int USAGE = 2;

    private Showcase() {}

    /** Runs it, and ends the JVM with an exit code other than 0 if that failed. */
    public static void main(String[] args) {
        int exitCode = run(args, System.out, System.err);
        if (exitCode != OK) {
            System.exit(exitCode);
        }
    }

    /** Runs it, and returns the exit code. */
    static int run(String[] args, PrintStream out, PrintStream err) {
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
        IndexReport report = index(Path.of(directory));
        print(directory, report, out);
        return report.messages().conserved() && report.messages().queued() == 0 ? OK : BROKEN;
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
        return Files.isReadable(path) ? "" : "a directory that may be read";
    }

    private static IndexReport index(Path root) {
        try (ProgressBar bar = new ProgressBarBuilder()
                .setTaskName("indexing")
                .setUnit(" files", 1)
                .setStyle(ProgressBarStyle.ASCII)
                .setUpdateIntervalMillis(100)
                .build()) {
            return Indexer.index(root, progress -> show(progress, bar));
        }
    }

    private static void show(Progress progress, ProgressBar bar) {
        bar.maxHint(progress.files());
        bar.stepTo(progress.done());
        bar.setExtraMessage(progress.failed() + " failed");
    }

    private static void print(String directory, IndexReport report, PrintStream out) {
        double seconds = report.took().toNanos() / 1e9;
        out.printf("%nIndex of %s%n", directory);
        out.printf("  files      %,d indexed, %,d failed%n", report.indexed(), report.failed());
        out.printf("  bytes      %,d in %,d lines%n", report.bytes(), report.lines());
        out.printf("  terms      %,d, of which %,d different%n", report.terms(), report.distinct());
        out.printf(
                "  took       %.2f s: %,.0f files/s, %.1f MB/s of text%n",
                seconds, (report.indexed() + report.failed()) / seconds, report.bytes() / 1e6 / seconds);
        out.printf("%nMost frequent terms%n");
        report.top().forEach(term -> out.printf("  %,10d  %s%n", term.count(), term.term()));
        out.printf("%nFailures%n");
        report.causes()
                .forEach((cause, failures) ->
                        out.printf("  %,10d  %s, as on %s%n", failures.count(), cause, failures.example()));
        out.printf(
                "  %,10d  restarts of %d parsers; %,d directories could not be read%n",
                report.failed(), report.parsers(), report.unreadable());
        MessageStats messages = report.messages();
        out.printf("%nMessages%n");
        out.printf(
                "  %,d accepted = %,d handled + %,d failed + %,d dropped + %,d dead letters + %,d queued: %s%n",
                messages.accepted(),
                messages.handled(),
                messages.failed(),
                messages.dropped(),
                messages.deadLettered(),
                messages.queued(),
                messages.conserved() ? "none lost" : "NOT EQUAL");
    }
}
