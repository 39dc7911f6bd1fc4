package io.bastion.spring.observability;

import io.bastion.actor.ActorSystem;
import io.bastion.cluster.Cluster;
import io.bastion.observability.BastionMetrics;
import io.bastion.observability.ClusterMetrics;
import io.bastion.spring.BastionAutoConfiguration;
import io.micrometer.core.instrument.MeterRegistry;
import java.util.List;
import org.springframework.boot.autoconfigure.AutoConfiguration;
import org.springframework.boot.autoconfigure.condition.ConditionalOnBean;
import org.springframework.boot.autoconfigure.condition.ConditionalOnBooleanProperty;
import org.springframework.boot.autoconfigure.condition.ConditionalOnClass;
import org.springframework.boot.autoconfigure.condition.ConditionalOnMissingBean;
import org.springframework.boot.context.properties.EnableConfigurationProperties;
import org.springframework.context.annotation.Bean;
import org.springframework.context.annotation.Configuration;

/** Auto-configuration of the meters of actors, and of those of a cluster, where there is a registry of meters. */
@AutoConfiguration(
        after = BastionAutoConfiguration.class,
        afterName = {
            "io.bastion.spring.cluster.BastionClusterAutoConfiguration",
            "org.springframework.boot.micrometer.metrics.autoconfigure.CompositeMeterRegistryAutoConfiguration"
        })
@ConditionalOnClass({MeterRegistry.class, BastionMetrics.class})
@ConditionalOnBean(MeterRegistry.class)
@ConditionalOnBooleanProperty(name = "bastion.metrics.enabled", matchIfMissing = true)
@EnableConfigurationProperties(MetricsProperties.class)
public final class BastionMetricsAutoConfiguration {
    BastionMetricsAutoConfiguration() {}

    @Bean
    @ConditionalOnMissingBean
    BastionMetrics bastionMetrics(ActorSystem system, MetricsProperties properties) {
        return new BastionMetrics(system, List.of(), properties.census());
    }

    /** Of nodes that are in a cluster. */
    @Configuration(proxyBeanMethods = false)
    @ConditionalOnClass(Cluster.class)
    @ConditionalOnBean(Cluster.class)
    static class OfCluster {
        @Bean
        @ConditionalOnMissingBean
        ClusterMetrics bastionClusterMetrics(Cluster cluster) {
            return new ClusterMetrics(cluster);
        }
    }
}
