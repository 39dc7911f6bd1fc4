package io.bastion.observability;

import static org.assertj.core.api.Assertions.assertThat;

import io.bastion.actor.ActorRef;
import io.bastion.actor.ActorSpec;
import io.bastion.actor.ActorSystem;
import io.bastion.actor.Behavior;
import io.bastion.actor.SupervisorSpec;
import io.bastion.cluster.Cluster;
import io.bastion.cluster.ClusterConfig;
import io.bastion.cluster.Discovery;
import io.bastion.testkit.Await;
import io.micrometer.core.instrument.Tag;
import io.micrometer.prometheusmetrics.PrometheusConfig;
import io.micrometer.prometheusmetrics.PrometheusMeterRegistry;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.time.Duration;
import java.util.ArrayList;
import java.util.List;
import java.util.Set;
import java.util.TreeSet;
import java.util.regex.Matcher;
import java.util.regex.Pattern;
import java.util.stream.Collectors;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.Timeout;
import tools.jackson.core.JsonParser;
import tools.jackson.core.JsonToken;
import tools.jackson.core.ObjectReadContext;
import tools.jackson.core.json.JsonFactory;

/** The dashboard, the alert rules and the table of the documentation name what there is. */
@Timeout(60)
class DashboardsTest {
    private static final Pattern NAME = Pattern.compile("\\bbastion_\\w+");

    private static Path module(String path) {
        return Files.isDirectory(Path.of("observability")) ? Path.of("observability", path) : Path.of(path);
    }

    /** Waits until names are in a scrape, also those of the parts of timers. */
    private static void awaitScraped(Set<String> expected) {
        PrometheusMeterRegistry registry = new PrometheusMeterRegistry(PrometheusConfig.DEFAULT);
        try (ActorSystem system = ActorSystem.builder("scraped").workers(1).build()) {
            new BastionMetrics(system, List.of(), Duration.ofMillis(50)).bindTo(registry);
            Cluster cluster = Cluster.start(
                            system,
                            ClusterConfig.named("scraped")
                                    .discovery(Discovery.none())
                                    .build())
                    .blockOptional(Duration.ofSeconds(20))
                    .orElseThrow();
            new ClusterMetrics(cluster, List.of(Tag.of("instance", "here"))).bindTo(registry);
            ActorRef<Object> actor = system.spawn(ActorSpec.anonymous(() -> Behavior.receive((context, m) -> {
                if (m.equals("boom")) {
                    throw new IllegalStateException("told so");
                }
            })));
            actor.tell("boom");
            actor.tell("fine");
            var top = system.supervise(SupervisorSpec.named("top").budget(0, Duration.ofMinutes(1)));
            var lost = top.<Object>add(ActorSpec.<Object>of(
                            "lost",
                            () -> Behavior.receive((context, m) -> {
                                throw new IllegalStateException("told so");
                            })))
                    .blockOptional()
                    .orElseThrow();
            lost.tell("boom");
            Await.until(
                    () -> "scraped: " + names(registry) + " (expected: " + expected + ")",
                    () -> names(registry).containsAll(expected));
            cluster.leave().block(Duration.ofSeconds(20));
        }
    }

    private static Set<String> names(PrometheusMeterRegistry registry) {
        return registry.scrape()
                .lines()
                .filter(line -> !line.startsWith("#"))
                .map(line -> line.split("[{ ]")[0])
                .collect(Collectors.toCollection(TreeSet::new));
    }

    private static Set<String> used(Iterable<String> expressions) {
        Set<String> used = new TreeSet<>();
        for (String expression : expressions) {
            Matcher matcher = NAME.matcher(expression);
            while (matcher.find()) {
                used.add(matcher.group());
            }
        }
        return used;
    }

    private static List<String> expressionsOfDashboard() throws IOException {
        List<String> found = new ArrayList<>();
        try (JsonParser parser = new JsonFactory()
                .createParser(ObjectReadContext.empty(), Files.readString(module("dashboards/bastion.json")))) {
            for (JsonToken token; (token = parser.nextToken()) != null; ) {
                if (token == JsonToken.PROPERTY_NAME
                        && (parser.currentName().equals("expr")
                                || parser.currentName().equals("query"))) {
                    parser.nextToken();
                    found.add(parser.getString());
                }
            }
        }
        return found;
    }

    @Test
    void dashboardAndRules_nameOnlyWhatIsScraped() throws IOException {
        List<String> dashboard = expressionsOfDashboard();
        List<String> rules = Files.readAllLines(module("dashboards/alerts.yml")).stream()
                .map(String::strip)
                .filter(line -> line.startsWith("expr: "))
                .toList();
        assertThat(used(dashboard)).hasSizeGreaterThan(30);
        assertThat(rules).hasSizeGreaterThan(5);
        Set<String> all = used(dashboard);
        all.addAll(used(rules));
        awaitScraped(all);
    }

    @Test
    void tableOfTheDocumentation_isThatOfTheMeters() throws IOException {
        Path doc = module("../docs/observability.md");
        String text = Files.readString(doc);
        String fresh = MeterTable.in(text);
        if (Boolean.getBoolean("bastion.docs.write")) {
            Files.writeString(doc, fresh);
        }
        assertThat(text).as("run with -Dbastion.docs.write=true").isEqualTo(fresh);
    }
}
