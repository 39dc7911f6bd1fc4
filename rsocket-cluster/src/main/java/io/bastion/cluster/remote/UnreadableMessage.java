package io.bastion.cluster.remote;

/**
 * What a {@code DeadLetter} shows for a message that the other node could not read, and that is not here any more.
 *
 * @param reason in words
 */
public record UnreadableMessage(String reason) {}
