package io.bastion.examples.twins;

import org.jspecify.annotations.Nullable;

/**
 * What is known of a device.
 *
 * @param id its name
 * @param target the temperature that it is to reach; survives restarts, as it is stored
 * @param temperature the last that it has reported; null until it reports, also again after a restart of its actor
 * @param readings how often it has reported to this incarnation of its actor
 * @param incarnation the number of its actor's incarnation, from 0
 */
public record Twin(DeviceId id, double target, @Nullable Double temperature, long readings, int incarnation) {}
