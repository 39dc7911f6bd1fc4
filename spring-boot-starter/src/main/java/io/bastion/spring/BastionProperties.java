package io.bastion.spring;

import java.time.Duration;
import java.util.Map;
import org.jspecify.annotations.Nullable;
import org.springframework.boot.context.properties.ConfigurationProperties;
import org.springframework.boot.context.properties.bind.DefaultValue;

/**
 * Settings of the actor system.
 *
 * @param name Name of the actor system, with which the paths of its actors begin. That of the application when nothing is said.
 * @param workers Number of workers on each NUMA node. As many as the node has processors when nothing is said.
 * @param startTimeout How long the actors of a supervisor may take to start, all together.
 * @param shutdownTimeout How long actors may take to stop before they are killed. Never more than what
 *     spring.lifecycle.timeout-per-shutdown-phase leaves, which it is when nothing is said.
 * @param superviseFatalErrors Whether errors of the JVM that operators meet on other schedulers fail the actor, by a hook that is global to
 *     the JVM.
 * @param root How the top of the tree treats the supervisors below it.
 * @param supervisors Settings of supervisors, by name.
 * @param actors Settings of actors, by name. They go before those of the annotation and of the specification.
 */
@ConfigurationProperties("bastion")
public record BastionProperties(
        @Nullable String name,
        @Nullable Integer workers,
        @DefaultValue("30s") Duration startTimeout,
        @Nullable Duration shutdownTimeout,
        @DefaultValue("false") boolean superviseFatalErrors,
        @DefaultValue SupervisorProperties root,
        @DefaultValue Map<String, SupervisorProperties> supervisors,
        @DefaultValue Map<String, ActorProperties> actors) {}
