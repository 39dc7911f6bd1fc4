package io.bastion.spring.observability;

import java.util.Set;
import org.springframework.boot.context.properties.ConfigurationProperties;
import org.springframework.boot.context.properties.bind.DefaultValue;

/**
 * Observations, and with them traces, of messages and restarts.
 *
 * @param enabled Whether there are any.
 * @param types The types of actors that are observed, all when nothing is said.
 * @param probability How many of the messages that belong to no trace begin one, from 0 to 1. Those that belong to one are always
 *     in it.
 */
@ConfigurationProperties("bastion.tracing")
public record TracingProperties(
        @DefaultValue("false") boolean enabled,
        @DefaultValue Set<String> types,
        @DefaultValue("0") double probability) {}
