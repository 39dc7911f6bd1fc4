@NullMarked
package io.bastion.cluster.remote;

import org.jspecify.annotations.NullMarked;
