package io.bastion.spring.webflux;

import io.bastion.spring.BastionAutoConfiguration;
import org.springframework.boot.autoconfigure.AutoConfiguration;
import org.springframework.boot.autoconfigure.condition.ConditionalOnBean;
import org.springframework.boot.autoconfigure.condition.ConditionalOnBooleanProperty;
import org.springframework.boot.autoconfigure.condition.ConditionalOnClass;
import org.springframework.boot.autoconfigure.condition.ConditionalOnWebApplication;
import org.springframework.boot.context.properties.EnableConfigurationProperties;
import org.springframework.context.annotation.Bean;
import org.springframework.http.codec.ServerCodecConfigurer;
import org.springframework.web.reactive.DispatcherHandler;

/** Auto-configuration of how failures of actors are answered by WebFlux. */
@AutoConfiguration(
        after = BastionAutoConfiguration.class,
        afterName = "org.springframework.boot.webflux.autoconfigure.WebFluxAutoConfiguration")
@ConditionalOnClass(DispatcherHandler.class)
@ConditionalOnBean(ServerCodecConfigurer.class)
@ConditionalOnWebApplication(type = ConditionalOnWebApplication.Type.REACTIVE)
@ConditionalOnBooleanProperty(name = "bastion.webflux.errors.enabled", matchIfMissing = true)
@EnableConfigurationProperties(ActorErrorProperties.class)
public final class BastionWebFluxAutoConfiguration {
    BastionWebFluxAutoConfiguration() {}

    @Bean
    ActorErrorHandler actorErrorHandler(ActorErrorProperties properties, ServerCodecConfigurer codecs) {
        return new ActorErrorHandler(properties, codecs);
    }
}
