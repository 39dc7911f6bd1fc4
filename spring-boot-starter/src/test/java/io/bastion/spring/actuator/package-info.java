/** Tests of what an operator sees of actors. */
@NullMarked
package io.bastion.spring.actuator;

import org.jspecify.annotations.NullMarked;
