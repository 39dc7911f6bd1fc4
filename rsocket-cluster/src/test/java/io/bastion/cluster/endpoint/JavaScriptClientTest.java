package io.bastion.cluster.endpoint;

import static org.assertj.core.api.Assertions.assertThat;
import static org.junit.jupiter.api.Assumptions.assumeTrue;

import io.bastion.actor.ActorSystem;
import io.bastion.testkit.Await;
import java.io.IOException;
import java.io.UncheckedIOException;
import java.net.InetSocketAddress;
import java.nio.file.Files;
import java.nio.file.Path;
import java.nio.file.StandardCopyOption;
import java.util.List;
import java.util.Objects;
import java.util.concurrent.TimeUnit;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeAll;
import org.junit.jupiter.api.Timeout;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;
import reactor.core.publisher.Mono;

/**
 * rsocket-js, run by Node: {@code src/test/js}. Its packages are installed once into {@code target}, by the lock file. Without Node
 * or npm, or without a registry, there is no such client, and the tests are skipped.
 */
@Timeout(240)
class JavaScriptClientTest {
    private static final Path DIRECTORY = Path.of("target", "rsocket-js");
    private static final List<String> FILES = List.of("package.json", "package-lock.json", "client.js");

    private final Shop shop = new Shop(ActorSystem.create("shop"));

    @BeforeAll
    static void install() throws IOException {
        assumeTrue(succeeds(30, "node", "--version"), "no rsocket-js: there is no node on the path");
        Files.createDirectories(DIRECTORY);
        Path lock = DIRECTORY.resolve("package-lock.json");
        boolean installed = Files.exists(DIRECTORY.resolve("node_modules/.package-lock.json"))
                && Files.mismatch(lock, source("package-lock.json")) == -1;
        for (String file : FILES) {
            Files.copy(source(file), DIRECTORY.resolve(file), StandardCopyOption.REPLACE_EXISTING);
        }
        assumeTrue(
                installed || succeeds(180, "npm", "ci", "--no-audit", "--no-fund", "--ignore-scripts"),
                "no rsocket-js: npm is not on the path, or cannot get the packages");
    }

    @AfterEach
    void closeAll() {
        shop.close();
    }

    private static Path source(String file) {
        return Path.of("src", "test", "js", file);
    }

    private static boolean succeeds(int seconds, String... command) {
        try {
            return run(seconds, command) == 0;
        } catch (IOException e) {
            return false; // not there
        }
    }

    /** What it says is in the log of the tests. */
    private static int run(int seconds, String... command) throws IOException {
        Path output = Files.createTempFile("rsocket-js", ".log");
        Process process = new ProcessBuilder(command)
                .directory(Files.isDirectory(DIRECTORY) ? DIRECTORY.toFile() : null)
                .redirectErrorStream(true)
                .redirectOutput(output.toFile())
                .start();
        try {
            if (!process.waitFor(seconds, TimeUnit.SECONDS)) {
                throw new UncheckedIOException(new IOException(String.join(" ", command) + " has not ended within "
                        + seconds + " s:\n" + Files.readString(output)));
            }
            System.out.print(Files.readString(output));
            return process.exitValue();
        } catch (InterruptedException e) {
            Thread.currentThread().interrupt();
            throw new UncheckedIOException(new IOException("interrupted", e));
        } finally {
            process.destroyForcibly();
            Files.delete(output);
        }
    }

    @ParameterizedTest
    @ValueSource(strings = {"tcp", "ws"})
    void eachInteraction_reachesItsActor(String transport) throws IOException {
        RSocketEndpoint endpoint = shop.routes()
                .authenticate(shown -> {
                    if (shown instanceof Credentials.UserPassword known
                            && known.password().equals("secret")) {
                        return Mono.just(known::user);
                    }
                    return shown instanceof Credentials.Bearer bearer
                                    && bearer.token().equals("token")
                            ? Mono.just(() -> "bearer")
                            : Mono.empty();
                })
                .build();
        InetSocketAddress address = Objects.requireNonNull(
                (transport.equals("tcp") ? endpoint.bindTcp("127.0.0.1", 0) : endpoint.bindWebSocket("127.0.0.1", 0))
                        .block());

        assertThat(run(60, "node", "client.js", transport, Integer.toString(address.getPort())))
                .as("exit code of node")
                .isZero();
        Await.until("the log", () -> shop.logged.contains(new Shop.Place("tea", 3)));
        Await.until("the flow is cancelled", () -> shop.cancelled.get() > 0);
    }
}
