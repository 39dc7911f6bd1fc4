package io.bastion.spring.actuator;

import io.bastion.actor.ActorSystem;
import io.bastion.spring.BastionAutoConfiguration;
import org.springframework.boot.actuate.autoconfigure.endpoint.condition.ConditionalOnAvailableEndpoint;
import org.springframework.boot.autoconfigure.AutoConfiguration;
import org.springframework.boot.autoconfigure.condition.ConditionalOnClass;
import org.springframework.context.annotation.Bean;

/** Auto-configuration of the endpoint {@code actors}. */
@AutoConfiguration(after = BastionAutoConfiguration.class)
@ConditionalOnClass(ConditionalOnAvailableEndpoint.class)
public final class BastionEndpointAutoConfiguration {
    BastionEndpointAutoConfiguration() {}

    @Bean
    @ConditionalOnAvailableEndpoint
    ActorsEndpoint actorsEndpoint(ActorSystem system) {
        return new ActorsEndpoint(system);
    }
}
