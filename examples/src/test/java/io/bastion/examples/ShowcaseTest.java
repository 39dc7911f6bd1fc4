package io.bastion.examples;

import static org.assertj.core.api.Assertions.assertThat;

import java.io.ByteArrayOutputStream;
import java.io.IOException;
import java.io.PrintStream;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.nio.file.attribute.PosixFilePermissions;
import org.junit.jupiter.api.Assumptions;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.Timeout;
import org.junit.jupiter.api.io.TempDir;

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
                .contains("1 indexed, 1 failed")
                .contains("23 in 1 lines")
                .contains("2  actors")
                .contains("BinaryFileException, as on " + temp.resolve("b.txt"))
                .contains("1  restarts of")
                .contains("+ 0 dead letters + 0 queued: none lost");
    }

    @Test
    void emptyDirectoryIsNoFailure() {
        assertThat(run(temp.toString())).isZero();
        assertThat(out.toString(StandardCharsets.UTF_8)).contains("0 indexed, 0 failed");
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

    private void assertRefused(String message, String... args) {
        assertThat(run(args)).isEqualTo(2);
        assertThat(err.toString(StandardCharsets.UTF_8).strip()).isEqualTo(message);
        assertThat(out.size()).isZero();
    }

    private int run(String... args) {
        return Showcase.run(
                args,
                new PrintStream(out, true, StandardCharsets.UTF_8),
                new PrintStream(err, true, StandardCharsets.UTF_8));
    }
}
