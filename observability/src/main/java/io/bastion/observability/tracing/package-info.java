/**
 * Messages, and restarts that they cause, as Micrometer observations, and so as traces.
 *
 * <h2>Starting points</h2>
 *
 * <ul>
 *   <li>{@link io.bastion.observability.tracing.ActorTracing}: the interceptor that observes
 *   <li>{@link io.bastion.observability.tracing.ActorObservationDocumentation}: what is observed, under which names
 *   <li>{@link io.bastion.observability.tracing.RestartTracingObservationHandler}: links a restart to the trace of its cause; needs
 *       {@code io.micrometer:micrometer-tracing}, as nothing else here
 * </ul>
 */
@NullMarked
package io.bastion.observability.tracing;

import org.jspecify.annotations.NullMarked;
