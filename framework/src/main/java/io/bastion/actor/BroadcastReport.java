package io.bastion.actor;

/**
 * What became of a message to all actors of a part of the tree.
 *
 * @param accepted mailboxes that it is in
 * @param refused mailboxes that did not take it; under {@code Overflow.DROP_NEWEST} and {@code FAIL} it is a dead letter there
 */
public record BroadcastReport(long accepted, long refused) {}
