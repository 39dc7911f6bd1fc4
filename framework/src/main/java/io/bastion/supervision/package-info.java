/**
 * How failures are decided: restart settings and budgets as values, without a thread and without an actor.
 *
 * <h2>Starting points</h2>
 *
 * <ul>
 *   <li>{@link io.bastion.supervision.Restart}: what becomes of an actor whose incarnation ended
 * </ul>
 */
@NullMarked
package io.bastion.supervision;

import org.jspecify.annotations.NullMarked;
