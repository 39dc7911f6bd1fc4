/** What an operator sees of actors: health, and the endpoint {@code actors}. */
@NullMarked
package io.bastion.spring.actuator;

import org.jspecify.annotations.NullMarked;
