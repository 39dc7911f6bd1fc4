/**
 * Actors for RSocket clients of any kind, by route.
 *
 * <h2>Starting points</h2>
 *
 * <ul>
 *   <li>{@link io.bastion.cluster.endpoint.RSocketEndpoint} says which route leads to which actor, and listens
 *   <li>{@link io.bastion.cluster.endpoint.Credentials} is what a client shows to say who it is
 * </ul>
 */
@NullMarked
package io.bastion.cluster.endpoint;

import org.jspecify.annotations.NullMarked;
