/**
 * Systems of actors on several nodes, linked by RSocket.
 *
 * <h2>Starting points</h2>
 *
 * <ul>
 *   <li>{@link io.bastion.cluster.Cluster#join} makes a system a node of a cluster
 *   <li>{@link io.bastion.cluster.ClusterConfig} says how
 *   <li>{@link io.bastion.cluster.ClusterEvent} is what happens to its members
 *   <li>{@link io.bastion.cluster.Discovery} finds the others
 *   <li>{@link io.bastion.cluster.codec.MessageTypes} are the messages that may be exchanged
 * </ul>
 */
@NullMarked
package io.bastion.cluster;

import org.jspecify.annotations.NullMarked;
