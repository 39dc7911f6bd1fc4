package io.bastion.benchmarks;

import java.io.IOException;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.regex.Matcher;
import java.util.regex.Pattern;
import java.util.stream.Stream;

/** What the figures were taken on. */
final class Machine {
    private static final Pattern VERSION = Pattern.compile("java\\.specification\\.version = (\\d+)");
    private static final Pattern FULL_VERSION = Pattern.compile("java\\.vm\\.version = (.+)");
    private static final Path PROCESSORS = Path.of("/proc/cpuinfo");

    private Machine() {}

    /**
     * A JVM.
     *
     * @param feature its feature release, such as 17
     * @param version its full version
     */
    record Jvm(String feature, String version) {}

    /** The JVM that a command starts. */
    static Jvm jvm(String java) throws IOException {
        Process process = new ProcessBuilder(java, "-XshowSettings:properties", "-version")
                .redirectErrorStream(true)
                .start();
        String said = new String(process.getInputStream().readAllBytes(), StandardCharsets.UTF_8);
        return new Jvm(found(VERSION, said), found(FULL_VERSION, said));
    }

    private static String found(Pattern pattern, String text) {
        Matcher matcher = pattern.matcher(text);
        if (!matcher.find()) {
            throw new IllegalStateException("java: \"" + text + "\" (expected: its version)");
        }
        return matcher.group(1).trim();
    }

    /** The kind of processor, if the machine tells, and the number of cores. */
    static String processors() throws IOException {
        int count = Runtime.getRuntime().availableProcessors();
        String kind = System.getProperty("os.arch");
        if (Files.isReadable(PROCESSORS)) {
            try (Stream<String> lines = Files.lines(PROCESSORS)) {
                kind = lines.filter(line -> line.startsWith("model name"))
                        .map(line -> line.substring(line.indexOf(':') + 1).trim())
                        .findFirst()
                        .orElse(kind);
            }
        }
        return count + " × " + kind;
    }
}
