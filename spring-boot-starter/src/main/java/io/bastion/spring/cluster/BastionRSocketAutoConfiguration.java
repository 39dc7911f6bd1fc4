package io.bastion.spring.cluster;

import io.bastion.cluster.endpoint.RSocketEndpoint;
import io.bastion.spring.BastionAutoConfiguration;
import io.rsocket.plugins.SocketAcceptorInterceptor;
import org.springframework.boot.autoconfigure.AutoConfiguration;
import org.springframework.boot.autoconfigure.condition.ConditionalOnBean;
import org.springframework.boot.autoconfigure.condition.ConditionalOnClass;
import org.springframework.boot.rsocket.server.RSocketServerCustomizer;
import org.springframework.context.annotation.Bean;
import org.springframework.messaging.rsocket.RSocketStrategies;

/** Auto-configuration of a bean of {@link RSocketEndpoint} on the RSocket server of Spring Boot. */
@AutoConfiguration(
        after = BastionAutoConfiguration.class,
        beforeName = "org.springframework.boot.rsocket.autoconfigure.RSocketServerAutoConfiguration",
        afterName = "org.springframework.boot.rsocket.autoconfigure.RSocketStrategiesAutoConfiguration")
@ConditionalOnClass({RSocketEndpoint.class, RSocketServerCustomizer.class, RSocketStrategies.class})
@ConditionalOnBean({RSocketEndpoint.class, RSocketStrategies.class})
public final class BastionRSocketAutoConfiguration {
    BastionRSocketAutoConfiguration() {}

    @Bean
    RSocketServerCustomizer bastionEndpointCustomizer(RSocketEndpoint endpoint, RSocketStrategies strategies) {
        SocketAcceptorInterceptor adding =
                others -> new EndpointAcceptor(endpoint, others, strategies.metadataExtractor());
        return server -> server.interceptors(registry -> registry.forSocketAcceptor(adding));
    }
}
