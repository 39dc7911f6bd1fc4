/** Connections between incarnations of nodes; knows neither members nor actors. */
@NullMarked
package io.bastion.cluster.link;

import org.jspecify.annotations.NullMarked;
