package io.bastion.spring.observability;

import io.bastion.actor.ActorSystem;
import io.bastion.cluster.Cluster;
import io.bastion.observability.observer.ClusterPart;
import io.bastion.observability.observer.ObservedCluster;
import io.bastion.observability.observer.ObserverAuthenticator;
import io.bastion.observability.observer.ObserverHandler;
import io.bastion.observability.observer.ObserverSettings;
import io.bastion.spring.BastionAutoConfiguration;
import java.util.Map;
import org.springframework.beans.factory.ObjectProvider;
import org.springframework.boot.autoconfigure.AutoConfiguration;
import org.springframework.boot.autoconfigure.condition.ConditionalOnBean;
import org.springframework.boot.autoconfigure.condition.ConditionalOnBooleanProperty;
import org.springframework.boot.autoconfigure.condition.ConditionalOnClass;
import org.springframework.boot.autoconfigure.condition.ConditionalOnMissingBean;
import org.springframework.boot.autoconfigure.condition.ConditionalOnWebApplication;
import org.springframework.boot.context.properties.EnableConfigurationProperties;
import org.springframework.context.annotation.Bean;
import org.springframework.context.annotation.Configuration;
import org.springframework.web.reactive.DispatcherHandler;
import org.springframework.web.reactive.HandlerMapping;
import org.springframework.web.reactive.handler.SimpleUrlHandlerMapping;
import tools.jackson.core.JsonGenerator;

/** Auto-configuration of the page on the server of WebFlux. */
@AutoConfiguration(
        after = BastionAutoConfiguration.class,
        afterName = "io.bastion.spring.cluster.BastionClusterAutoConfiguration")
@ConditionalOnClass({DispatcherHandler.class, ObserverHandler.class, JsonGenerator.class})
@ConditionalOnWebApplication(type = ConditionalOnWebApplication.Type.REACTIVE)
@ConditionalOnBooleanProperty("bastion.observer.enabled")
@EnableConfigurationProperties(ObserverProperties.class)
public final class BastionObserverAutoConfiguration {
    /** Before the handlers of the application, whose paths may have wildcards. */
    private static final int ORDER = -10;

    BastionObserverAutoConfiguration() {}

    @Bean(destroyMethod = "dispose")
    ObserverHandler bastionObserver(
            ActorSystem system,
            ObserverProperties properties,
            ObjectProvider<ObserverAuthenticator> authenticators,
            ObjectProvider<ClusterPart> cluster) {
        ObserverSettings.Builder settings =
                ObserverSettings.builder().basePath(properties.path()).actions(properties.actions());
        if (properties.user() != null && properties.password() != null) {
            settings.authenticator(ObserverAuthenticator.basic(properties.user(), properties.password()));
        }
        authenticators.ifAvailable(settings::authenticator);
        cluster.ifAvailable(settings::cluster);
        return ObserverHandler.of(system, settings.build());
    }

    @Bean
    HandlerMapping bastionObserverMapping(ObserverHandler observer, ObserverProperties properties) {
        ObserverWebHandler handler = new ObserverWebHandler(observer);
        return new SimpleUrlHandlerMapping(
                Map.of(properties.path(), handler, properties.path() + "/**", handler), ORDER);
    }

    /** Of nodes that are in a cluster. */
    @Configuration(proxyBeanMethods = false)
    @ConditionalOnClass(Cluster.class)
    @ConditionalOnBean(Cluster.class)
    static class OfCluster {
        @Bean
        @ConditionalOnMissingBean
        ClusterPart bastionObservedCluster(Cluster cluster) {
            return ObservedCluster.of(cluster);
        }
    }
}
