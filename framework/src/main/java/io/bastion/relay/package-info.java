/**
 * How a publisher becomes a supervised actor with an output that goes on over its incarnations. Shared by {@code io.bastion.fort}
 * and the Reactor bridge, and not meant for anybody else: exported to the bridge only.
 */
@NullMarked
package io.bastion.relay;

import org.jspecify.annotations.NullMarked;
