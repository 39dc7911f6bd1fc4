package io.bastion.spring.actuator;

import io.bastion.spring.BastionAutoConfiguration;
import io.bastion.spring.TreeHealth;
import org.springframework.boot.actuate.endpoint.annotation.Endpoint;
import org.springframework.boot.autoconfigure.AutoConfiguration;
import org.springframework.boot.autoconfigure.condition.ConditionalOnClass;
import org.springframework.boot.health.actuate.endpoint.HealthEndpointGroupsPostProcessor;
import org.springframework.boot.health.autoconfigure.actuate.endpoint.AvailabilityProbesAutoConfiguration;
import org.springframework.boot.health.autoconfigure.contributor.ConditionalOnEnabledHealthIndicator;
import org.springframework.boot.health.contributor.HealthIndicator;
import org.springframework.context.annotation.Bean;
import org.springframework.context.annotation.Configuration;

/** Auto-configuration of the health of actors, and of its part in the group of readiness. */
@AutoConfiguration(after = {BastionAutoConfiguration.class, AvailabilityProbesAutoConfiguration.class})
@ConditionalOnClass({HealthIndicator.class, ConditionalOnEnabledHealthIndicator.class})
public final class BastionHealthAutoConfiguration {
    static final String CONTRIBUTOR = "actors";

    BastionHealthAutoConfiguration() {}

    /** A class of its own: all conditions of one are looked at together, and this one is of a class that may be missing. */
    @Configuration(proxyBeanMethods = false)
    @ConditionalOnEnabledHealthIndicator(CONTRIBUTOR)
    static class Indicator {
        @Bean
        ActorsHealthIndicator actorsHealthIndicator(TreeHealth tree) {
            return new ActorsHealthIndicator(tree);
        }

        /** Groups are those of the endpoint. */
        @Configuration(proxyBeanMethods = false)
        @ConditionalOnClass(Endpoint.class)
        static class Groups {
            @Bean
            HealthEndpointGroupsPostProcessor actorsReadiness() {
                return groups -> new ReadinessGroups(groups, CONTRIBUTOR);
            }
        }
    }
}
