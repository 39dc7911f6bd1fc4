/**
 * How messages become bytes.
 *
 * <h2>Starting points</h2>
 *
 * <ul>
 *   <li>{@link io.bastion.cluster.codec.MessageCodec} is one way to write messages
 * </ul>
 */
@NullMarked
package io.bastion.cluster.codec;

import org.jspecify.annotations.NullMarked;
