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
import java.nio.file.Path;
import java.time.Duration;

/**
 * The showcase: indexes the text in a directory tree with supervised actors, and reports what it found, what failed, and
 * that no message was lost.
 *
 * <p>Its argument is the directory, by default that of the running JDK: a tree with a few hundred files, many of
 * which are no text and fail the actor that reads them. {@code --io=io_uring} or {@code --io=nio} before it chooses how files are
 * read; by default it is io_uring where that works. {@code --nodes=3} shares the work with two further processes, kills one of them in
 * the middle, and compares the result with that of this process alone. {@link io.bastion.examples.index} shows how it works.
 *
 * <p>Exit codes: 0 if all adds up, whatever the files are; 1 if not, or if indexing failed; 2 for a bad argument.
 */
public final class Showcase {
    static final String NAME = "showcase";
    static final ChunkReader READER = ChunkReader.chunks(64 * 1024).patient(Duration.ofSeconds(30));
    static final int PARSERS = Math.max(4, Runtime.getRuntime().availableProcessors());
    static final int REDUCERS = 4;

    private static final int OK = 0;
    private static final int BROKEN = 1;
    private static final int USAGE = 2;

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
        ShowcaseOptions options;
        try {
            options = ShowcaseOptions.of(args);
        } catch (ShowcaseOptions.BadArgumentException e) {
            err.println(e.getMessage());
            return USAGE;
        }
        Proactor.Builder builder = Proactor.builder();
        options.backend().ifPresent(builder::backend);
        Path root = options.root();
        try (Proactor io = builder.build()) {
            return options.nodes() == 1
                    ? report(root, io.backend(), index(root, io, reader, err), out, err)
                    : overNodes(options.nodes(), root, io, reader, out, err);
        } catch (IndexingFailedException | IOException e) {
            err.println(e.getMessage());
            return BROKEN;
        }
    }

    private static IndexReport index(Path root, Proactor io, ChunkReader reader, PrintStream err) {
        try (ActorSystem system = ActorSystem.create(NAME);
                ProgressDisplay progress = new ProgressDisplay(err)) {
            return new Indexer(system, io, reader, PARSERS, REDUCERS).index(root, progress::show);
        }
    }

    private static int overNodes(
            int nodes, Path root, Proactor io, ChunkReader reader, PrintStream out, PrintStream err)
            throws IOException {
        ShowcaseCluster.Result result = new ShowcaseCluster(nodes, root, io, reader).index(err);
        boolean same = result.report().isSameAs(index(root, io, reader, err));
        int exitCode = report(root, io.backend(), result.report(), out, err);
        new NodesPrinter(result, same, out).print();
        if (!same) {
            err.println("report: differs from that of one node (expected: the same, whatever becomes of a node)");
            return BROKEN;
        }
        return exitCode;
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
