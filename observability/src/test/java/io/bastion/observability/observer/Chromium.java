package io.bastion.observability.observer;

import com.microsoft.playwright.Browser;
import com.microsoft.playwright.BrowserType.LaunchOptions;
import com.microsoft.playwright.Playwright;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import java.util.concurrent.TimeUnit;
import java.util.stream.Stream;
import org.junit.jupiter.api.Assumptions;

/**
 * A headless Chromium with Playwright to drive it. Both the browser and Node.js, which Playwright runs on, are those of the
 * machine; a Debian machine without them gets them, if the tests run as root and there is a network.
 */
final class Chromium implements AutoCloseable {
    private static final List<String> BROWSERS =
            List.of("chromium-headless-shell", "chromium", "chromium-browser", "google-chrome");
    private static final List<String> NODE = List.of("node", "nodejs");
    private static final int INSTALL_MINUTES = 5;

    final Browser browser;
    private final Playwright playwright;

    private Chromium(Playwright playwright, Browser browser) {
        this.playwright = playwright;
        this.browser = browser;
    }

    /** Starts it; a machine that cannot have one skips the test, and says why. */
    static Chromium start() {
        List<String> missing = new ArrayList<>();
        if (find(BROWSERS).isEmpty()) {
            missing.add("chromium-headless-shell");
        }
        if (find(NODE).isEmpty()) {
            missing.add("nodejs");
        }
        String failure = missing.isEmpty() ? "" : install(missing);
        Assumptions.assumeTrue(
                failure.isEmpty(), () -> "no browser: " + missing + " missing and not installed: " + failure);
        System.setProperty("playwright.nodejs.path", find(NODE).get(0));
        Playwright playwright = Playwright.create(
                new Playwright.CreateOptions().setEnv(Map.of("PLAYWRIGHT_SKIP_BROWSER_DOWNLOAD", "1")));
        try {
            // without its sandbox it runs as root, and in containers; it gets to see nothing but the page
            LaunchOptions options = new LaunchOptions()
                    .setExecutablePath(Path.of(find(BROWSERS).get(0)))
                    .setChromiumSandbox(false)
                    .setArgs(List.of("--disable-dev-shm-usage", "--disable-gpu"));
            return new Chromium(playwright, playwright.chromium().launch(options));
        } catch (RuntimeException e) {
            playwright.close();
            throw e;
        }
    }

    private static List<String> find(List<String> names) {
        return names.stream()
                .flatMap(name -> Stream.of(System.getenv("PATH").split(":")).map(directory -> directory + "/" + name))
                .filter(file -> Files.isExecutable(Path.of(file)))
                .toList();
    }

    /** Empty if it has worked, otherwise why not. */
    private static String install(List<String> packages) {
        if (find(List.of("apt-get")).isEmpty()) {
            return "not a Debian";
        }
        if (!"root".equals(System.getProperty("user.name"))) {
            return "not root";
        }
        String failure = run("apt-get update -qq");
        return failure.isEmpty()
                ? run("apt-get install -y -qq --no-install-recommends " + String.join(" ", packages))
                : failure;
    }

    private static String run(String command) {
        try {
            Path log = Files.createTempFile("observer-install", ".log");
            ProcessBuilder builder = new ProcessBuilder(command.split(" "))
                    .redirectErrorStream(true)
                    .redirectOutput(log.toFile());
            builder.environment().put("DEBIAN_FRONTEND", "noninteractive");
            Process process = builder.start();
            if (!process.waitFor(INSTALL_MINUTES, TimeUnit.MINUTES)) {
                process.destroyForcibly();
                return command + " takes longer than " + INSTALL_MINUTES + " minutes";
            }
            String output = Files.readString(log);
            Files.delete(log);
            return process.exitValue() == 0 ? "" : command + ": " + output;
        } catch (IOException e) {
            return command + ": " + e;
        } catch (InterruptedException e) {
            Thread.currentThread().interrupt();
            return command + ": interrupted";
        }
    }

    @Override
    public void close() {
        playwright.close();
    }
}
