package io.bastion.io;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatIllegalArgumentException;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import java.io.IOException;
import java.nio.file.Path;
import java.time.Duration;
import java.util.ArrayList;
import java.util.List;
import java.util.Objects;
import java.util.concurrent.TimeUnit;
import java.util.function.Supplier;
import org.junit.jupiter.api.Assumptions;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.Timeout;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;

/** Which backend is chosen, and what is said when it is not there. */
@Timeout(120)
class BackendsTest {
    private final BlockingPool pool = new BlockingPool("test", 1);
    private final Engine nio = new NioEngine(pool, "test", Leftovers.ALLOCATOR);
    private static final Supplier<Engine> NONE = () -> {
        throw new UnsupportedOperationException("no ring");
    };

    @Test
    void nothingForced_fallsBackToNio() {
        assertThat(Backends.choose(null, "auto", nio, NONE)).isSameAs(nio);
        assertThat(Backends.choose(null, "auto", nio, () -> {
                    throw new UnsatisfiedLinkError("no library");
                }))
                .isSameAs(nio);
    }

    @Test
    void forcedIoUring_thatIsNotThere_isRefused_withTheCause() {
        assertThatThrownBy(() -> Backends.choose(null, "io_uring", nio, NONE))
                .isInstanceOf(IllegalStateException.class)
                .hasMessage("backend: io_uring (expected: one that works here; no ring)")
                .hasCauseInstanceOf(UnsupportedOperationException.class);
        assertThatThrownBy(() -> Backends.choose(Backend.IO_URING, "nio", nio, NONE))
                .isInstanceOf(IllegalStateException.class);
    }

    @Test
    void forcedNio_isTaken_andTheProgramGoesBeforeTheProperty() {
        Supplier<Engine> mustNotBeAsked = () -> {
            throw new AssertionError("asked for io_uring");
        };
        assertThat(Backends.choose(null, "nio", nio, mustNotBeAsked)).isSameAs(nio);
        assertThat(Backends.choose(Backend.NIO, "io_uring", nio, mustNotBeAsked))
                .isSameAs(nio);
    }

    @Test
    void unknownProperty_isRefused() {
        assertThatIllegalArgumentException()
                .isThrownBy(() -> Backends.choose(null, "uring", nio, NONE))
                .withMessage("bastion.io.backend: uring (expected: auto, io_uring or nio)");
    }

    @Test
    void badSettings_areRefused() {
        assertThatIllegalArgumentException().isThrownBy(() -> Proactor.builder().loops(0));
        assertThatIllegalArgumentException().isThrownBy(() -> Proactor.builder().threads(0));
        assertThatIllegalArgumentException().isThrownBy(() -> Proactor.builder().maxInFlight(0));
        assertThatIllegalArgumentException()
                .isThrownBy(() -> Proactor.builder().maxInFlight(8_193))
                .withMessage("maxInFlight: 8193 (expected: <= 8192)");
        assertThatIllegalArgumentException().isThrownBy(() -> ReadSpec.from(-1));
        assertThatIllegalArgumentException().isThrownBy(() -> ReadSpec.all().chunkSize(0));
        assertThatIllegalArgumentException().isThrownBy(() -> ReadSpec.all().window(0));
        assertThatIllegalArgumentException().isThrownBy(() -> ReadSpec.all().length(-1));
    }

    /** In a JVM of its own: prints the backend that it got, or what it was told. */
    static final class Choice {
        public static void main(String[] args) throws IOException {
            try (Proactor io = Proactor.create()) {
                System.out.println("backend: " + io.backend());
                System.out.println("size: "
                        + Objects.requireNonNull(io.using(Path.of(args[0]), AsyncFile::size)
                                        .block(Duration.ofSeconds(20)))
                                .longValue());
            } catch (IllegalStateException e) {
                System.out.println("refused: " + e.getMessage());
            }
        }
    }

    /** What a container's seccomp profile does: the system calls of io_uring fail, with EPERM or ENOSYS. */
    @ParameterizedTest
    @ValueSource(ints = {1, 38})
    void seccompThatForbidsIoUring_leadsToNio_andToARefusalWhenForced(int errno) throws Exception {
        Path script = Path.of(Objects.requireNonNull(getClass().getResource("forbid_io_uring.py"))
                .toURI());
        Assumptions.assumeTrue(
                FaultsTest.run("python3", script.toString(), String.valueOf(errno), "true"),
                "no python3, or no seccomp: io_uring cannot be forbidden here");

        assertThat(choose(script, errno, "auto")).contains("backend: nio").contains("size: ");
        assertThat(choose(script, errno, "io_uring"))
                .contains("refused: backend: io_uring (expected: one that works here;");
    }

    private static String choose(Path script, int errno, String backend) throws Exception {
        List<String> command = new ArrayList<>(List.of("python3", script.toString(), String.valueOf(errno)));
        command.add(Path.of(System.getProperty("java.home"), "bin", "java").toString());
        command.addAll(List.of(
                "-Xmx128m",
                "-D" + Backend.PROPERTY + "=" + backend,
                "-cp",
                System.getProperty("java.class.path"),
                Choice.class.getName(),
                script.toString()));
        Process process = new ProcessBuilder(command).redirectErrorStream(true).start();
        String output = new String(process.getInputStream().readAllBytes(), java.nio.charset.StandardCharsets.UTF_8);
        assertThat(process.waitFor(60, TimeUnit.SECONDS)).isTrue();
        return output;
    }
}
