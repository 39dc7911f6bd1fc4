/** Who is in the cluster; knows links, but no actors. */
@NullMarked
package io.bastion.cluster.membership;

import org.jspecify.annotations.NullMarked;
