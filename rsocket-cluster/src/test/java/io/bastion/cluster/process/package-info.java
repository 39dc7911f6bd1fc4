/** Nodes that are processes of their own, killed and frozen in earnest. */
@NullMarked
package io.bastion.cluster.process;

import org.jspecify.annotations.NullMarked;
