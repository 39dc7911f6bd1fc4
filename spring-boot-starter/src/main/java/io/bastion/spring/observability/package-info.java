/** Meters and traces of actors, and the page to look at them. */
@NullMarked
package io.bastion.spring.observability;

import org.jspecify.annotations.NullMarked;
