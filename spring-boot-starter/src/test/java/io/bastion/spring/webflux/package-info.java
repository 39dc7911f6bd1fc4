/** Tests of actors behind WebFlux. */
@NullMarked
package io.bastion.spring.webflux;

import org.jspecify.annotations.NullMarked;
