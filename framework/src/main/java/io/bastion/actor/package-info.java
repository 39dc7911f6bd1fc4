/**
 * Actors: reactive processors with a mailbox, a stable reference, and a parent that decides about their failures.
 *
 * <h2>Starting points</h2>
 *
 * <ul>
 *   <li>{@link io.bastion.actor.ActorSystem}: start here
 *   <li>{@link io.bastion.actor.ActorSpec} and {@link io.bastion.actor.Behavior}: describe an actor
 *   <li>{@link io.bastion.actor.ActorRef}: talk to it
 *   <li>{@link io.bastion.actor.ActorContext}: what an actor can do from inside
 * </ul>
 */
@NullMarked
package io.bastion.actor;

import org.jspecify.annotations.NullMarked;
