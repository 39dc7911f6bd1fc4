/**
 * A WebFlux application with an actor for each device.
 *
 * <h2>Starting points</h2>
 *
 * <ul>
 *   <li>{@link io.bastion.examples.twins.TwinsApplication}: the program
 *   <li>{@code Device}: the actor of one device, and {@code Devices}: their parent
 *   <li>{@code Twins}: what the rest of the application sees of them, and {@code DeviceController} and {@code LiveSocket}: that
 *       over HTTP
 * </ul>
 */
@NullMarked
package io.bastion.examples.twins;

import org.jspecify.annotations.NullMarked;
