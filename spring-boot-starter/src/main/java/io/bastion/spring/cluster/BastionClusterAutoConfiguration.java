package io.bastion.spring.cluster;

import io.bastion.actor.ActorSystem;
import io.bastion.cluster.Cluster;
import io.bastion.cluster.ClusterConfig;
import io.bastion.cluster.Discovery;
import io.bastion.cluster.codec.MessageTypes;
import io.bastion.cluster.security.LinkSecurity;
import io.bastion.spring.BastionAutoConfiguration;
import io.bastion.spring.InvalidSettingException;
import java.util.Objects;
import org.springframework.beans.factory.ObjectProvider;
import org.springframework.boot.autoconfigure.AutoConfiguration;
import org.springframework.boot.autoconfigure.condition.ConditionalOnBooleanProperty;
import org.springframework.boot.autoconfigure.condition.ConditionalOnClass;
import org.springframework.boot.autoconfigure.condition.ConditionalOnMissingBean;
import org.springframework.boot.context.properties.EnableConfigurationProperties;
import org.springframework.context.annotation.Bean;

/** Auto-configuration of a node of a cluster. */
@AutoConfiguration(after = BastionAutoConfiguration.class)
@ConditionalOnClass(Cluster.class)
@ConditionalOnBooleanProperty("bastion.cluster.enabled")
@EnableConfigurationProperties(ClusterProperties.class)
public final class BastionClusterAutoConfiguration {
    BastionClusterAutoConfiguration() {}

    @Bean
    @ConditionalOnMissingBean
    ClusterConfig bastionClusterConfig(
            ActorSystem system,
            ClusterProperties properties,
            ObjectProvider<MessageTypes> types,
            ObjectProvider<LinkSecurity> security,
            ObjectProvider<Discovery> discovery,
            ObjectProvider<ClusterConfigCustomizer> customizers) {
        return InvalidSettingException.checking("bastion.cluster", () -> {
            ClusterConfig.Builder builder = ClusterConfig.named(
                            Objects.requireNonNullElse(properties.name(), system.name()))
                    .host(properties.host())
                    .port(properties.port())
                    .seeds(properties.seeds().toArray(String[]::new))
                    .discovery(discovery.getIfAvailable(() -> properties.mdns() ? Discovery.mdns() : Discovery.none()))
                    .roles(properties.roles().toArray(String[]::new))
                    .minimumQuorum(properties.minimumQuorum());
            if (properties.nodeName() != null) {
                builder.nodeName(properties.nodeName());
            }
            types.ifAvailable(builder::messageTypes);
            security.ifAvailable(builder::security);
            customizers.orderedStream().forEach(customizer -> customizer.customize(builder));
            return builder.build();
        });
    }

    @Bean
    @ConditionalOnMissingBean
    Cluster bastionCluster(ActorSystem system, ClusterConfig config, ClusterProperties properties) {
        return Objects.requireNonNull(Cluster.start(system, config).block(properties.startTimeout()));
    }

    @Bean
    ClusterLifecycle bastionClusterLifecycle(Cluster cluster) {
        return new ClusterLifecycle(cluster);
    }
}
