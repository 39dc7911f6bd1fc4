package io.bastion.observability;

import static org.assertj.core.api.Assertions.assertThat;

import io.bastion.actor.ActorSystem;
import io.bastion.cluster.Cluster;
import io.bastion.cluster.ClusterConfig;
import io.bastion.cluster.Discovery;
import io.bastion.observability.jfr.FlightEvents;
import io.micrometer.core.instrument.MeterRegistry;
import io.micrometer.prometheusmetrics.PrometheusConfig;
import io.micrometer.prometheusmetrics.PrometheusMeterRegistry;
import java.time.Duration;
import org.junit.jupiter.api.Test;

/** The snippet of docs/observability.md. */
class QuickStartTest {
    @Test
    void snippet_bindsMeters_thatEndWithTheSystem() {
        MeterRegistry registry = new PrometheusMeterRegistry(PrometheusConfig.DEFAULT); // or any other of Micrometer's
        try (ActorSystem system = ActorSystem.create("quick-start")) {
            Cluster cluster = Cluster.start(
                            system,
                            ClusterConfig.named("quick-start")
                                    .discovery(Discovery.none())
                                    .build())
                    .blockOptional(Duration.ofSeconds(20))
                    .orElseThrow();
            new BastionMetrics(system).bindTo(registry);
            new ClusterMetrics(cluster).bindTo(registry); // if the system is a node of a cluster
            FlightEvents.of(system); // events for the JDK's Flight Recorder
            assertThat(registry.get("bastion.scheduler.workers").gauge().value())
                    .isPositive();
            assertThat(registry.get("bastion.cluster.quorum").gauge().value()).isEqualTo(1);
        }
    }
}
