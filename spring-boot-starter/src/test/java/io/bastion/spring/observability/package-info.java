/** Tests of the starter. */
@NullMarked
package io.bastion.spring.observability;

import org.jspecify.annotations.NullMarked;
