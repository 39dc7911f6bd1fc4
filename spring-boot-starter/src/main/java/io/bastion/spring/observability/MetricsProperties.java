package io.bastion.spring.observability;

import java.time.Duration;
import org.springframework.boot.context.properties.ConfigurationProperties;
import org.springframework.boot.context.properties.bind.DefaultValue;

/**
 * Meters of actors.
 *
 * @param enabled Whether there are any.
 * @param census How often actors are counted, of which come the gauges by type.
 */
@ConfigurationProperties("bastion.metrics")
public record MetricsProperties(
        @DefaultValue("true") boolean enabled,
        @DefaultValue("10s") Duration census) {}
