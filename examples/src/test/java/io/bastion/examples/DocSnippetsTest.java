package io.bastion.examples;

import static org.assertj.core.api.Assertions.assertThat;

import java.io.IOException;
import java.io.UncheckedIOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.List;
import java.util.Objects;
import java.util.regex.Matcher;
import java.util.regex.Pattern;
import java.util.stream.Stream;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.MethodSource;

/**
 * Every Java snippet of the documents stands, line by line, in a source of this module, or in a test of the test kit, of the
 * Reactor bridge, of proactive-io, of rsocket-cluster, of observability or of the Spring Boot starters, which are compiled and run.
 */
class DocSnippetsTest {
    private static final Pattern SNIPPET = Pattern.compile("(?ms)^```java\\n(.*?)^```$");
    private static final Pattern LINK = Pattern.compile("\\]\\((?!https?:)([^)#]+)");
    private static final Path ROOT = root();
    private static final List<String> SOURCES = Stream.of(
                    "examples/src",
                    "testkit/src/test",
                    "reactor-bridge/src/test",
                    "proactive-io/src/test",
                    "rsocket-cluster/src/test",
                    "observability/src/test",
                    "spring-boot-starter/src/test",
                    "spring-boot-starter-test/src/test")
            .flatMap(directory -> files(ROOT.resolve(directory), ".java"))
            .map(DocSnippetsTest::read)
            .map(DocSnippetsTest::stripped)
            .toList();

    /** A snippet and the document that it is in. */
    record Snippet(Path document, String text) {}

    static Stream<Path> documents() {
        return Stream.concat(Stream.of(ROOT.resolve("README.md")), files(ROOT.resolve("docs"), ".md"));
    }

    static Stream<Snippet> snippets() {
        return documents()
                .flatMap(document -> SNIPPET.matcher(read(document))
                        .results()
                        .map(found -> new Snippet(ROOT.relativize(document), found.group(1))));
    }

    @ParameterizedTest
    @MethodSource("snippets")
    void snippetIsPartOfATestedSource(Snippet snippet) {
        String text = stripped(snippet.text());
        boolean found = SOURCES.stream().anyMatch(source -> source.contains(text));
        assertThat(found)
                .as("a source with this snippet of %s:%n%s", snippet.document(), text)
                .isTrue();
    }

    @ParameterizedTest
    @MethodSource("documents")
    void linksLeadToFiles(Path document) {
        Path directory = Objects.requireNonNull(document.getParent());
        for (Matcher link = LINK.matcher(read(document)); link.find(); ) {
            assertThat(directory.resolve(link.group(1))).exists();
        }
    }

    @Test
    void firstProgramOfTheReadmeIsHello() {
        String first = snippets().findFirst().orElseThrow().text();
        assertThat(first).isEqualTo(read(ROOT.resolve("examples/src/main/java/io/bastion/examples/Hello.java")));
        assertThat(first.lines()).hasSizeLessThanOrEqualTo(20);
    }

    /** Without indentation and empty lines: a snippet may stand deeper in its source. */
    private static String stripped(String text) {
        StringBuilder lines = new StringBuilder("\n");
        text.lines()
                .map(String::strip)
                .filter(line -> !line.isEmpty())
                .forEach(line -> lines.append(line).append('\n'));
        return lines.toString();
    }

    private static Path root() {
        Path directory = Path.of("").toAbsolutePath();
        while (!Files.exists(directory.resolve("docs/decisions.md"))) {
            directory =
                    Objects.requireNonNull(directory.getParent(), "no docs/decisions.md above the working directory");
        }
        return directory;
    }

    private static Stream<Path> files(Path directory, String ending) {
        try (Stream<Path> all = Files.walk(directory)) {
            return all.filter(file -> file.toString().endsWith(ending)).sorted().toList().stream();
        } catch (IOException e) {
            throw new UncheckedIOException(e);
        }
    }

    private static String read(Path file) {
        try {
            return Files.readString(file).replace("\r\n", "\n");
        } catch (IOException e) {
            throw new UncheckedIOException(e);
        }
    }
}
