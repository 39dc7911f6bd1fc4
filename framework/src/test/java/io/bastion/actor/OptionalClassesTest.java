package io.bastion.actor;

import static org.assertj.core.api.Assertions.assertThat;

import java.io.File;
import java.io.IOException;
import java.nio.charset.StandardCharsets;
import java.nio.file.Path;
import java.util.Arrays;
import java.util.stream.Collectors;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.Timeout;

/** What is optional is not loaded by those who do not use it, in a JVM whose class path lacks it. */
@Timeout(60)
class OptionalClassesTest {
    @Test
    void program_withoutInterceptors_loadsNothingOfThem_andNeedsNoResilience4j() throws IOException {
        String classPath = Arrays.stream(System.getProperty("java.class.path").split(File.pathSeparator))
                .filter(entry -> !entry.contains("resilience4j"))
                .collect(Collectors.joining(File.pathSeparator));
        Process process = new ProcessBuilder(
                        Path.of(System.getProperty("java.home"), "bin", "java").toString(),
                        "-Xlog:class+load",
                        "-cp",
                        classPath,
                        PlainProgram.class.getName())
                .redirectErrorStream(true)
                .start();
        String output = new String(process.getInputStream().readAllBytes(), StandardCharsets.UTF_8);
        assertThat(output).contains(PlainProgram.PLAIN_IS_OVER).contains("all is over");
        String plain = output.substring(0, output.indexOf(PlainProgram.PLAIN_IS_OVER));
        assertThat(plain).contains("io.bastion.actor.ActorCell ");
        assertThat(plain.lines().filter(line -> line.contains("io.bastion.actor.Intercepted")))
                .isEmpty();
        assertThat(output).contains("io.bastion.actor.InterceptedCell ").doesNotContain("resilience4j");
    }
}
