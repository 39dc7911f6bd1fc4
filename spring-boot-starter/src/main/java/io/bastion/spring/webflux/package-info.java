/**
 * Actors behind WebFlux.
 *
 * <h2>Starting points</h2>
 *
 * <ul>
 *   <li>{@link io.bastion.spring.webflux.ActorHandlers}: functional routes to actors
 *   <li>{@link io.bastion.spring.webflux.ActorFlows}: server-sent events and WebSockets from actors
 * </ul>
 */
@NullMarked
package io.bastion.spring.webflux;

import org.jspecify.annotations.NullMarked;
