package io.bastion.cluster;

/**
 * A message of the application from one node to another.
 *
 * @param from the node that has sent it, as it was known when the message came
 * @param message the message
 */
public record MemberMessage(Member from, Object message) {}
