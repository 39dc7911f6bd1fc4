package io.bastion.observability.tracing;

import static org.assertj.core.api.Assertions.assertThat;

import io.bastion.observability.tracing.ActorObservationDocumentation.HighCardinalityKeys;
import io.bastion.observability.tracing.ActorObservationDocumentation.LowCardinalityKeys;
import io.micrometer.common.docs.KeyName;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.regex.Matcher;
import java.util.regex.Pattern;
import java.util.stream.Collectors;
import java.util.stream.Stream;
import org.junit.jupiter.api.Test;

/**
 * The tables of observations and their keys in docs/observability.md are those of the code, descriptions included; with {@code
 * -Dbastion.docs.write=true} they are written there.
 */
class TracesTableTest {
    private static final Path MODULE =
            Path.of("src").toAbsolutePath().endsWith("observability/src") ? Path.of("") : Path.of("observability");
    private static final Path DOCUMENT = MODULE.resolve("../docs/observability.md");
    private static final Path SOURCE =
            MODULE.resolve("src/main/java/io/bastion/observability/tracing/ActorObservationDocumentation.java");
    private static final Pattern GENERATED =
            Pattern.compile("(?s)(<!-- traces: generated -->\n)(.*?)(<!-- /traces -->)");

    @Test
    void tables_areThoseOfTheCode() throws IOException {
        String document = Files.readString(DOCUMENT);
        Matcher generated = GENERATED.matcher(document);
        assertThat(generated.find())
                .as("a place for the tables in %s", DOCUMENT)
                .isTrue();
        String tables = tables(Files.readString(SOURCE));
        if (Boolean.getBoolean("bastion.docs.write")) {
            String written = generated.replaceFirst("$1" + Matcher.quoteReplacement(tables) + "$3");
            Files.writeString(DOCUMENT, written);
        } else {
            assertThat(generated.group(2)).isEqualTo(tables);
        }
    }

    private static String tables(String source) {
        StringBuilder text = new StringBuilder("| observation | span | what it is | keys |\n|---|---|---|---|\n");
        for (ActorObservationDocumentation kind : ActorObservationDocumentation.values()) {
            text.append("| `%s` | `%s` | %s | %s |%n"
                    .formatted(
                            kind.getName(),
                            kind.getContextualName(),
                            description(source, kind),
                            Stream.of(kind.getLowCardinalityKeyNames(), kind.getHighCardinalityKeyNames())
                                    .flatMap(Stream::of)
                                    .map(key -> "`" + key.asString() + "`")
                                    .collect(Collectors.joining(", "))));
        }
        text.append("\n| key | values | meters have it |\n|---|---|---|\n");
        Stream.of(LowCardinalityKeys.values()).forEach(key -> text.append(row(source, key, "yes")));
        Stream.of(HighCardinalityKeys.values()).forEach(key -> text.append(row(source, key, "no")));
        return text.toString();
    }

    private static <K extends Enum<K> & KeyName> String row(String source, K key, String meters) {
        return "| `%s` | %s | %s |%n".formatted(key.asString(), description(source, key), meters);
    }

    /** A constant's Javadoc in one line of Markdown. */
    private static String description(String source, Enum<?> constant) {
        Matcher doc = Pattern.compile("/\\*\\*((?:(?!\\*/).)*)\\*/\\s*" + constant.name() + "\\(", Pattern.DOTALL)
                .matcher(source);
        assertThat(doc.find()).as("Javadoc of %s", constant).isTrue();
        return doc.group(1)
                .replaceAll("\\s*\n\\s*\\*\\s*", " ")
                .strip()
                .replaceAll("\\{@code ([^}]*)}", "`$1`")
                .replaceAll("\\.$", "");
    }
}
