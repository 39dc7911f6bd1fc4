package io.bastion.observability;

import io.micrometer.core.instrument.docs.MeterDocumentation;

/** A documented meter of ours. */
public sealed interface BastionMeter extends MeterDocumentation permits BastionMeters, ClusterMeters {
    /** What it measures, in Markdown. */
    String description();

    /** The unit; empty where there is none, or where the meter's name says it. */
    @Override
    String getBaseUnit();

    @Override
    MeterKey[] getKeyNames();
}
