/** Tests of the starter. */
@NullMarked
package io.bastion.spring;

import org.jspecify.annotations.NullMarked;
