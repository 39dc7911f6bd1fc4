package io.bastion.observability;

import static io.bastion.observability.MeterKey.DIRECTION;
import static io.bastion.observability.MeterKey.STATE;

import io.micrometer.core.instrument.Meter;
import org.jspecify.annotations.Nullable;

/** The meters of a node of a cluster, sums over all others; the documentation's table is made of this. */
public enum ClusterMeters implements BastionMeter {
    /** See {@link #description()}, as for all. */
    MEMBERS(
            "bastion.cluster.members",
            Meter.Type.GAUGE,
            "members",
            "members as this node sees them, itself among them",
            STATE),
    QUORUM(
            "bastion.cluster.quorum",
            Meter.Type.GAUGE,
            null,
            "1 while this node sees a majority of the cluster, else 0"),
    LINKS("bastion.cluster.links", Meter.Type.GAUGE, "links", "nodes that there is a link with"),
    OUTBOX("bastion.cluster.outbox", Meter.Type.GAUGE, "messages", "messages that wait to be written to other nodes"),
    CREDIT(
            "bastion.cluster.credit.used",
            Meter.Type.GAUGE,
            "messages",
            "messages that were written and for which there was no room yet at the other node"),
    MESSAGES("bastion.cluster.messages", Meter.Type.COUNTER, "messages", "messages to and from other nodes", DIRECTION),
    BYTES("bastion.cluster.bytes", Meter.Type.COUNTER, "bytes", "bytes to and from other nodes", DIRECTION),
    BATCHES(
            "bastion.cluster.batches",
            Meter.Type.COUNTER,
            "batches",
            "batches that messages were written to other nodes in"),
    REFUSED(
            "bastion.cluster.refused",
            Meter.Type.COUNTER,
            "messages",
            "messages that their senders have still, because the outbox was full"),
    LOST(
            "bastion.cluster.lost",
            Meter.Type.COUNTER,
            "messages",
            "messages that were under way when a link broke, of which some, none or all have arrived"),
    ROUND_TRIP(
            "bastion.cluster.round.trip",
            Meter.Type.GAUGE,
            "seconds",
            "the longest of the last round trips of heartbeats to the nodes that there is a link with");

    private final String meter;
    private final Meter.Type type;
    private final @Nullable String unit;
    private final String description;
    private final MeterKey[] keys;

    ClusterMeters(String meter, Meter.Type type, @Nullable String unit, String description, MeterKey... keys) {
        this.meter = meter;
        this.type = type;
        this.unit = unit;
        this.description = description;
        this.keys = keys;
    }

    @Override
    public String getName() {
        return meter;
    }

    @Override
    public Meter.Type getType() {
        return type;
    }

    @Override
    public String getBaseUnit() {
        return unit == null ? "" : unit;
    }

    @Override
    public String description() {
        return description;
    }

    @Override
    public MeterKey[] getKeyNames() {
        return keys.clone();
    }
}
