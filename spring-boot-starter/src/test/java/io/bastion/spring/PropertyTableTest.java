package io.bastion.spring;

import static org.assertj.core.api.Assertions.assertThat;

import com.jayway.jsonpath.JsonPath;
import java.io.IOException;
import java.io.InputStream;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.List;
import java.util.Map;
import java.util.TreeMap;
import java.util.regex.Matcher;
import java.util.regex.Pattern;
import org.junit.jupiter.api.Test;

/** The snippets and the table of properties of docs/spring.md; with {@code -Dbastion.docs.write=true} the table is written there. */
class PropertyTableTest {
    private static final Path MODULE =
            Files.exists(Path.of("spring-boot-starter")) ? Path.of("spring-boot-starter") : Path.of("");
    private static final Path DOCUMENT = MODULE.resolve("../docs/spring.md");
    private static final Pattern GENERATED =
            Pattern.compile("(?s)(<!-- properties: generated -->\n)(.*?)(<!-- /properties -->)");

    @Test
    void table_isThatOfTheMetadata() throws IOException {
        String document = Files.readString(DOCUMENT);
        Matcher generated = GENERATED.matcher(document);
        assertThat(generated.find()).isTrue();
        String table = table();
        if (Boolean.getBoolean("bastion.docs.write")) {
            Files.writeString(DOCUMENT, generated.replaceFirst("$1" + Matcher.quoteReplacement(table) + "$3"));
        } else {
            assertThat(generated.group(2)).isEqualTo(table);
        }
    }

    private static String table() throws IOException {
        TreeMap<String, String> rows = new TreeMap<>();
        add(rows, "META-INF/spring-configuration-metadata.json", "");
        add(rows, source("SupervisorProperties"), "bastion.supervisors.<name>.");
        add(rows, source("ActorProperties"), "bastion.actors.<name>.");
        return "| property | default | what it says |\n|---|---|---|\n" + String.join("", rows.values());
    }

    private static String source(String type) {
        return "META-INF/spring/configuration-metadata/io.bastion.spring." + type + ".json";
    }

    private static void add(Map<String, String> rows, String resource, String prefix) throws IOException {
        try (InputStream in = PropertyTableTest.class.getClassLoader().getResourceAsStream(resource)) {
            assertThat(in).as(resource).isNotNull();
            List<Map<String, Object>> properties =
                    JsonPath.read(new String(in.readAllBytes(), StandardCharsets.UTF_8), "$.properties[*]");
            for (Map<String, Object> property : properties) {
                String name = prefix + property.get("name");
                if (name.startsWith("bastion.")) {
                    rows.put(
                            name,
                            "| `%s` | %s | %s |%n"
                                    .formatted(
                                            name,
                                            property.containsKey("defaultValue")
                                                    ? "`" + property.get("defaultValue") + "`"
                                                    : "",
                                            property.getOrDefault("description", "")));
                }
            }
        }
    }

    @Test
    void snippets_arePartsOfTests() throws IOException {
        StringBuilder sources = new StringBuilder();
        for (String file : List.of(
                "src/test/java/io/bastion/spring/webflux/ShopApplication.java",
                "../spring-boot-starter-test/src/test/java/io/bastion/spring/test/ActorTestTest.java")) {
            sources.append(Files.readString(MODULE.resolve(file)));
        }
        Matcher snippet = Pattern.compile("(?s)```java\n(.*?)```").matcher(Files.readString(DOCUMENT));
        assertThat(snippet.results().map(found -> found.group(1)).toList())
                .isNotEmpty()
                .allSatisfy(text -> assertThat(sources.toString()).contains(text));
    }
}
