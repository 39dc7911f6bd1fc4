/**
 * Events of actor systems for the JDK's Flight Recorder.
 *
 * <p>Starting point: {@link io.bastion.observability.jfr.FlightEvents}.
 */
@NullMarked
package io.bastion.observability.jfr;

import org.jspecify.annotations.NullMarked;
