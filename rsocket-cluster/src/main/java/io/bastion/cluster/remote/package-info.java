/**
 * Actors of other nodes: references to them, and what travels over links between actors.
 *
 * <p>What goes out: a {@link io.bastion.cluster.remote.Peer} for each incarnation of a node, its {@link
 * io.bastion.cluster.remote.Lane lanes}, and in them an {@link io.bastion.cluster.remote.Outlet} for each actor that is sent to. What
 * comes in: a {@link io.bastion.cluster.remote.Receiver} for each lane of a link, and an {@link io.bastion.cluster.remote.Inlet} for
 * each actor that gets something.
 */
@NullMarked
package io.bastion.cluster.remote;

import org.jspecify.annotations.NullMarked;
