package io.bastion.semantics;

import static org.assertj.core.api.Assertions.assertThat;

import io.bastion.testing.Conditions;
import java.io.BufferedReader;
import java.io.IOException;
import java.nio.file.Path;
import java.util.concurrent.TimeUnit;
import java.util.stream.Collectors;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.Timeout;

/** The end of a process and that of a system, in a JVM of their own. */
@Timeout(60)
class ExitOfTheJvmTest {
    @Test
    void exitOfTheProgram_withAShutdownHook_stopsTheActors() throws Exception {
        Process process = start("exit");
        assertThat(output(process)).contains(ExitingProgram.STOPPED);
        assertThat(exitValue(process)).isEqualTo(3);
    }

    @Test
    void terminationFromOutside_withAShutdownHook_stopsTheActors() throws Exception {
        Process process = start("wait");
        process.toHandle().destroy(); // unlike that of the process it leaves its output open
        assertThat(output(process)).contains(ExitingProgram.STOPPED);
        assertThat(exitValue(process)).isNotZero();
    }

    @Test
    void exitPolicy_endsTheSystem_thenTheProcessWithItsCode() throws Exception {
        Process process = start("fail");
        assertThat(output(process)).contains(ExitingProgram.STOPPED);
        assertThat(exitValue(process)).isEqualTo(5);
    }

    /** Starts the program and waits until it has its actor. */
    private static Process start(String end) throws IOException {
        Process process = new ProcessBuilder(
                        Path.of(System.getProperty("java.home"), "bin", "java").toString(),
                        "-cp",
                        System.getProperty("java.class.path"),
                        ExitingProgram.class.getName(),
                        end)
                .redirectErrorStream(true)
                .start();
        BufferedReader reader = process.inputReader();
        for (String line = ""; !line.equals(ExitingProgram.READY); ) {
            line = reader.readLine();
            assertThat(line).as("output").isNotNull();
        }
        return process;
    }

    private static String output(Process process) {
        return process.inputReader().lines().collect(Collectors.joining("\n"));
    }

    private static int exitValue(Process process) throws InterruptedException {
        boolean ended = process.waitFor(Conditions.BOUND.toSeconds(), TimeUnit.SECONDS);
        process.destroyForcibly();
        assertThat(ended).as("ended").isTrue();
        return process.exitValue();
    }
}
