/**
 * Mailboxes: what they hold, how much of it, and how a reactive stream reads from them or feeds them. Knows no actors.
 *
 * <h2>Starting points</h2>
 *
 * <ul>
 *   <li>{@link io.bastion.mailbox.Mailbox}: the settings of a mailbox
 *   <li>{@link io.bastion.mailbox.Overflow}: what happens at its bound
 * </ul>
 */
@NullMarked
package io.bastion.mailbox;

import org.jspecify.annotations.NullMarked;
