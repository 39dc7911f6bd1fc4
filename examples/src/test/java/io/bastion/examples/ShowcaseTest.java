package io.bastion.examples;

import static org.assertj.core.api.Assertions.assertThat;

import io.bastion.actor.MessageStats;
import io.bastion.examples.index.ChunkReader;
import io.bastion.examples.index.IndexReport;
import io.bastion.io.Backend;
import java.io.ByteArrayOutputStream;
import java.io.File;
import java.io.IOException;
import java.io.PrintStream;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.nio.file.attribute.PosixFilePermissions;
import java.time.Duration;
import java.util.List;
import java.util.Map;
import org.junit.jupiter.api.Assumptions;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.Timeout;
import org.junit.jupiter.api.io.TempDir;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;
import reactor.core.publisher.Flux;

/** The command line of the showcase: what it prints, and its exit code. */
@Timeout(120)
class ShowcaseTest {
    @TempDir
    private Path temp;

    private final ByteArrayOutputStream out = new ByteArrayOutputStream();
    private final ByteArrayOutputStream err = new ByteArrayOutputStream();

    @Test
    void reportSaysWhatWasFoundAndThatNothingWasLost() throws IOException {
        Files.writeString(temp.resolve("a.txt"), "actors and more actors\n");
        Files.writeString(temp.resolve("b.txt"), "text\0no text");
        assertThat(run(temp.toString())).isZero();
        assertThat(out.toString(StandardCharsets.UTF_8))
                .contains("Index of " + temp + "\n")
                .contains("  files                2  = 1 indexed + 1 failed\n")
                .contains("  bytes               23  in 1 lines\n")
                .contains("  terms                3  of which 2 different\n")
                .contains("             2  actors\n             1  more\n")
                .contains("             1  BinaryFileException  as for b.txt\n             1  in all\n")
                // 2 files, 2 different terms, 3 reports to the tally, a question to it and to each of 4 reducers
                .contains("            12  sent = 11 handled + 1 failed + 0 dropped + 0 dead-lettered\n");
        assertThat(err.toString(StandardCharsets.UTF_8))
                .as("progress, where it is no terminal")
                .contains("100% [", "] 2/2 files (", "1 failed\n")
                .doesNotContain("\r", "\033");
    }

    @Test
    void emptyDirectoryIsNoFailure() {
        assertThat(run(temp.toString())).isZero();
        assertThat(out.toString(StandardCharsets.UTF_8)).contains("0  = 0 indexed + 0 failed");
    }

    @Test
    void missingDirectoryIsRefused() {
        assertRefused("directory: \"no/such/place\" (expected: a directory that exists)", "no/such/place");
    }

    @Test
    void fileIsRefused() throws IOException {
        Path file = Files.createFile(temp.resolve("file"));
        assertRefused("directory: \"" + file + "\" (expected: a directory, not a file)", file.toString());
    }

    @Test
    void unreadableDirectoryIsRefused() throws IOException {
        Path secret = Files.createDirectory(temp.resolve("secret"));
        Assumptions.assumeTrue(Files.getFileStore(secret).supportsFileAttributeView("posix"), "no permissions here");
        Files.setPosixFilePermissions(secret, PosixFilePermissions.fromString("---------"));
        Assumptions.assumeFalse(Files.isReadable(secret), "this user may read everything");
        assertRefused("directory: \"" + secret + "\" (expected: a directory that may be read)", secret.toString());
    }

    @Test
    void whatIsNoPathIsRefused() {
        assertRefused("directory: \"\0\" (expected: a path)", "\0");
        err.reset();
        assertRefused("directory: \"\" (expected: a directory that exists)", "");
    }

    @Test
    void moreThanOneArgumentIsRefused() {
        assertRefused("arguments: 2 (expected: at most one, a directory)", ".", ".");
    }

    @Test
    void nioIsTakenWhenItIsChosen() throws IOException {
        Files.writeString(temp.resolve("a.txt"), "actors");
        assertThat(run("--io=nio", temp.toString())).isZero();
        assertThat(out.toString(StandardCharsets.UTF_8)).contains("  read by            nio\n");
    }

    @Test
    void anUnknownWayToReadIsRefused() {
        assertRefused("--io=mmap (expected: auto, io_uring or nio)", "--io=mmap", temp.toString());
    }

    @Test
    @Timeout(300) // further JVMs start
    void nodes_ofWhichOneIsKilled_findWhatOneFinds() throws IOException {
        for (int i = 0; i < 120; i++) {
            Files.writeString(temp.resolve("text" + i), "some words of the file number " + i);
        }
        Files.writeString(temp.resolve("a binary"), "\0");
        byte[] noText = "no text\u00e4".getBytes(StandardCharsets.ISO_8859_1);
        Files.write(temp.resolve("latin"), noText);
        Files.writeString(temp.resolve("long"), "x".repeat(1 << 19) + "\n" + "y".repeat(1 << 19));
        assertThat(run("--nodes", "3", temp.toString()))
                .as(() -> err.toString(StandardCharsets.UTF_8))
                .isZero();
        assertThat(out.toString(StandardCharsets.UTF_8))
                .contains("  files              123  = 121 indexed + 2 failed\n")
                .contains("1  BinaryFileException  ", "1  MalformedInputException  ")
                .contains("             3  of which node 3 was killed in the middle\n")
                .containsPattern("\\d  files were given to another node") // none, if it had nothing in work just then
                .contains("yes  the totals are those of one node alone\n");
    }

    @Test
    void badOptions_areRefused() {
        assertRefused("--nodes=0 (expected: 1 to 16)", "--nodes=0");
        err.reset();
        assertRefused("--nodes= (expected: 1 to 16)", "--nodes");
        err.reset();
        assertRefused("--fast (expected: --io, --nodes, or a directory)", "--fast");
    }

    @Test
    void namesAndTermsOfFilesDoNotGarbleTheReport() throws IOException {
        Assumptions.assumeTrue(File.separatorChar == '/', "no such names here");
        Files.writeString(temp.resolve("\033[2Jcleared\n"), "\0");
        Files.writeString(temp.resolve("long"), "x".repeat(1_000));
        assertThat(run(temp.toString())).isZero();
        assertThat(out.toString(StandardCharsets.UTF_8))
                .contains("as for ?[2Jcleared?\n")
                .contains("1  " + "x".repeat(40) + "…\n");
    }

    @Test
    void defectIsAFailureOfTheProgram() throws IOException {
        Files.writeString(temp.resolve("a.txt"), "text");
        int exitCode = Showcase.run(
                new String[] {temp.toString()},
                (files, file) -> Flux.error(new IllegalStateException("a defect")),
                print(out),
                print(err));
        assertThat(exitCode).isEqualTo(1);
        assertThat(err.toString(StandardCharsets.UTF_8))
                .endsWith("indexing: failed, because of java.lang.IllegalStateException: a defect\n");
        assertThat(out.size()).isZero();
    }

    @ParameterizedTest
    @CsvSource({"2, 5, 1, 9, 0", "3, 5, 1, 9, 1", "3, 4, 1, 9, 1", "2, 5, 0, 9, 1", "2, 5, 1, 8, 1"})
    void totalsThatDoNotAddUpAreAFailureOfTheProgram(
            long files, long reduced, long restarts, long handled, int expected) {
        IndexReport report = new IndexReport(
                files,
                1,
                1,
                40,
                2,
                5,
                reduced,
                4,
                List.of(),
                Map.of(),
                4,
                restarts,
                Duration.ofSeconds(1),
                new MessageStats(10, handled, 1, 0, 0, 0, 0));
        assertThat(Showcase.report(temp, Backend.NIO, report, print(out), print(err)))
                .isEqualTo(expected);
        assertThat(err.toString(StandardCharsets.UTF_8))
                .isEqualTo(
                        expected == 0
                                ? ""
                                : "report: does not add up (expected: every file, term and message accounted for)\n");
    }

    private void assertRefused(String message, String... args) {
        assertThat(run(args)).isEqualTo(2);
        assertThat(err.toString(StandardCharsets.UTF_8).strip()).isEqualTo(message);
        assertThat(out.size()).isZero();
    }

    private int run(String... args) {
        return Showcase.run(args, ChunkReader.chunks(1_024), print(out), print(err));
    }

    private static PrintStream print(ByteArrayOutputStream out) {
        return new PrintStream(out, true, StandardCharsets.UTF_8);
    }
}
