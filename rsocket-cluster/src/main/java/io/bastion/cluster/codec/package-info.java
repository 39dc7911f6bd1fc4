/**
 * How messages become bytes.
 *
 * <h2>Starting points</h2>
 *
 * <ul>
 *   <li>{@link io.bastion.cluster.codec.MessageTypes} are the types of which there may be messages between nodes
 *   <li>{@link io.bastion.cluster.codec.MessageCodec} is one way to write messages, {@link
 *       io.bastion.cluster.codec.CborCodec} the one that is taken if nothing else is said, {@link
 *       io.bastion.cluster.codec.ForyCodec} a fast one
 * </ul>
 */
@NullMarked
package io.bastion.cluster.codec;

import org.jspecify.annotations.NullMarked;
