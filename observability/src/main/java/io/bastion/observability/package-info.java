/**
 * What an operator sees of actor systems: meters, observations, flight recorder events.
 */
@NullMarked
package io.bastion.observability;

import org.jspecify.annotations.NullMarked;
