/** Tests of the starter. */
@NullMarked
package io.bastion.spring.cluster;

import org.jspecify.annotations.NullMarked;
