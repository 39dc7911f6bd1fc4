package io.bastion.spring.observability;

import io.bastion.observability.tracing.ActorTracing;
import io.bastion.observability.tracing.RestartTracingObservationHandler;
import io.bastion.spring.BastionAutoConfiguration;
import io.micrometer.observation.ObservationRegistry;
import io.micrometer.tracing.Tracer;
import java.util.Set;
import org.springframework.boot.autoconfigure.AutoConfiguration;
import org.springframework.boot.autoconfigure.condition.ConditionalOnBean;
import org.springframework.boot.autoconfigure.condition.ConditionalOnBooleanProperty;
import org.springframework.boot.autoconfigure.condition.ConditionalOnClass;
import org.springframework.boot.autoconfigure.condition.ConditionalOnMissingBean;
import org.springframework.boot.context.properties.EnableConfigurationProperties;
import org.springframework.context.annotation.Bean;
import org.springframework.context.annotation.Configuration;
import org.springframework.core.Ordered;
import org.springframework.core.annotation.Order;

/** Auto-configuration of observations of actors, where there is a registry of observations; of their traces, where there is a tracer. */
@AutoConfiguration(
        before = BastionAutoConfiguration.class,
        afterName = {
            "org.springframework.boot.micrometer.observation.autoconfigure.ObservationAutoConfiguration",
            "org.springframework.boot.micrometer.tracing.autoconfigure.MicrometerTracingAutoConfiguration"
        })
@ConditionalOnClass({ObservationRegistry.class, ActorTracing.class})
@ConditionalOnBean(ObservationRegistry.class)
@ConditionalOnBooleanProperty("bastion.tracing.enabled")
@EnableConfigurationProperties(TracingProperties.class)
public final class BastionTracingAutoConfiguration {
    /** Of the interceptor: around all that do not ask for less, as for what carries thread locals, within which it must be. */
    public static final int ORDER = Ordered.HIGHEST_PRECEDENCE + 1000;

    BastionTracingAutoConfiguration() {}

    @Bean
    @Order(ORDER)
    @ConditionalOnMissingBean
    ActorTracing actorTracing(ObservationRegistry observations, TracingProperties properties) {
        ActorTracing.Builder tracing = ActorTracing.builder(observations).sampled(properties.probability());
        Set<String> types = properties.types();
        return types.isEmpty()
                ? tracing.build()
                : tracing.types(types::contains).build();
    }

    /** A restart is linked with the message that caused it. */
    @Configuration(proxyBeanMethods = false)
    @ConditionalOnClass(Tracer.class)
    @ConditionalOnBean(Tracer.class)
    static class OfTracer {
        @Bean
        @Order(0) // before Spring Boot's, which take any observation
        @ConditionalOnMissingBean
        RestartTracingObservationHandler restartTracing(Tracer tracer) {
            return new RestartTracingObservationHandler(tracer);
        }
    }
}
