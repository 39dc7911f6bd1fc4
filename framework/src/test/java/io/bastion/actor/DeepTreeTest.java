package io.bastion.actor;

import static org.assertj.core.api.Assertions.assertThat;

import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.concurrent.TimeUnit;
import org.junit.jupiter.api.io.TempDir;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;

/** {@link DeepTree} in a JVM whose threads, workers among them, have small stacks, and which has a small heap. */
class DeepTreeTest {
    private static final String STACK = "-Xss512k";
    private static final String HEAP = "-Xmx256m";

    @TempDir
    Path folder;

    @ParameterizedTest
    @ValueSource(strings = {"supervisors", "actors", "top", "kill"})
    void chainOfTenThousand_onSmallStacks_startsFailsAndEnds(String scenario) throws IOException, InterruptedException {
        Path errors = folder.resolve("errors");
        Process process = new ProcessBuilder(
                        Path.of(System.getProperty("java.home"), "bin", "java").toString(),
                        STACK,
                        HEAP,
                        "-cp",
                        System.getProperty("java.class.path"),
                        DeepTree.class.getName(),
                        scenario)
                .redirectOutput(
                        ProcessBuilder.Redirect.DISCARD) // the log; that it does not grow too long shows in time
                .redirectError(errors.toFile())
                .start();
        try {
            boolean ended = process.waitFor(60, TimeUnit.SECONDS);
            assertThat(ended).as("ended in time; %s", Files.readString(errors)).isTrue();
            assertThat(process.exitValue()).as(Files.readString(errors)).isZero();
        } finally {
            process.destroyForcibly();
        }
    }
}
