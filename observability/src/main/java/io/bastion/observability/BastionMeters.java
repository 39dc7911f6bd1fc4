package io.bastion.observability;

import static io.bastion.observability.MeterKey.CAUSE;
import static io.bastion.observability.MeterKey.FROM;
import static io.bastion.observability.MeterKey.NODE;
import static io.bastion.observability.MeterKey.REASON;
import static io.bastion.observability.MeterKey.STRATEGY;
import static io.bastion.observability.MeterKey.SYSTEM;
import static io.bastion.observability.MeterKey.TYPE;

import io.micrometer.core.instrument.Meter;
import org.jspecify.annotations.Nullable;

/** The meters of an actor system; the documentation's table is made of this. */
public enum BastionMeters implements BastionMeter {
    /** See {@link #description()}, as for all. */
    ACTORS("bastion.actors", Meter.Type.GAUGE, "actors", "actors that live", SYSTEM, TYPE),
    RESTARTS_PENDING(
            "bastion.restarts.pending",
            Meter.Type.GAUGE,
            "actors",
            "actors between two incarnations, which wait for a back-off or for their turn",
            SYSTEM,
            TYPE),
    MAILBOX_QUEUED(
            "bastion.mailbox.queued",
            Meter.Type.GAUGE,
            "messages",
            "messages in all mailboxes of the type",
            SYSTEM,
            TYPE),
    MAILBOX_LONGEST(
            "bastion.mailbox.longest",
            Meter.Type.GAUGE,
            "messages",
            "messages in the fullest mailbox of the type",
            SYSTEM,
            TYPE),
    MAILBOX_STALLED(
            "bastion.mailbox.stalled",
            Meter.Type.GAUGE,
            "actors",
            "actors that have messages, and have taken none between the last two censuses",
            SYSTEM,
            TYPE),
    MAILBOX_WAIT(
            "bastion.mailbox.wait",
            Meter.Type.TIMER,
            null,
            "how long messages wait from the tell until their handling begins; sampled",
            SYSTEM,
            TYPE),
    MESSAGES_PROCESSING(
            "bastion.messages.processing",
            Meter.Type.TIMER,
            null,
            "how long the handling of messages takes, of an asynchronous handler until its publisher ends; sampled",
            SYSTEM,
            TYPE),
    MESSAGES_HANDLED(
            "bastion.messages.handled", Meter.Type.COUNTER, null, "messages handled without a failure", SYSTEM, TYPE),
    MESSAGES_FAILED(
            "bastion.messages.failed",
            Meter.Type.COUNTER,
            null,
            "messages whose handling failed, or was cut off",
            SYSTEM,
            TYPE),
    MESSAGES_REFUSED(
            "bastion.messages.refused",
            Meter.Type.COUNTER,
            null,
            "messages that never got into a mailbox: full, intercepted, or of a terminated actor",
            SYSTEM),
    DEAD_LETTERS(
            "bastion.dead.letters",
            Meter.Type.COUNTER,
            "messages",
            "messages that no actor will handle, also those that a full mailbox dropped",
            SYSTEM,
            REASON),
    RESTARTS(
            "bastion.restarts",
            Meter.Type.COUNTER,
            "restarts",
            "restarts of actors; with `one_for_all` and `rest_for_one` each that is restarted counts, those without a failure"
                    + " of their own with the cause `none`",
            SYSTEM,
            TYPE,
            STRATEGY,
            CAUSE),
    GIVEN_UP(
            "bastion.supervisors.given.up",
            Meter.Type.COUNTER,
            "failures",
            "failures that were more than a supervisor of the type bears, so that it failed itself",
            SYSTEM,
            TYPE,
            CAUSE),
    RESTART_BUDGET(
            "bastion.restart.budget",
            Meter.Type.GAUGE,
            "restarts",
            "restarts that are left within its window to the supervisor of the type that has the fewest; of groups with"
                    + " their name as type",
            SYSTEM,
            TYPE),
    ASKS_PENDING("bastion.asks.pending", Meter.Type.GAUGE, null, "asks that wait for their reply", SYSTEM),
    ASKS_TIMED_OUT("bastion.asks.timed.out", Meter.Type.COUNTER, null, "asks that had no reply in time", SYSTEM),
    ASKS_CYCLES(
            "bastion.asks.cycles",
            Meter.Type.COUNTER,
            null,
            "asks that were refused because they would have waited for themselves",
            SYSTEM),
    SCHEDULER_WORKERS("bastion.scheduler.workers", Meter.Type.GAUGE, "threads", "workers of the node", SYSTEM, NODE),
    SCHEDULER_IDLE(
            "bastion.scheduler.idle", Meter.Type.GAUGE, "threads", "workers of the node that sleep", SYSTEM, NODE),
    SCHEDULER_QUEUED(
            "bastion.scheduler.queued",
            Meter.Type.GAUGE,
            "activities",
            "activities in the run queues of the node",
            SYSTEM,
            NODE),
    SCHEDULER_ACTIVATIONS(
            "bastion.scheduler.activations",
            Meter.Type.COUNTER,
            "activities",
            "runs of activities, such as actors with messages",
            SYSTEM,
            NODE),
    SCHEDULER_STEALS(
            "bastion.scheduler.steals",
            Meter.Type.COUNTER,
            "steals",
            "times that an idle worker of the node fetched work from another one",
            SYSTEM,
            NODE,
            FROM),
    SCHEDULER_RESCUES(
            "bastion.scheduler.rescues",
            Meter.Type.COUNTER,
            "activities",
            "activities that were fetched from behind one that held its worker up",
            SYSTEM,
            NODE),
    SCHEDULER_PARKS(
            "bastion.scheduler.parks", Meter.Type.COUNTER, "parks", "times that a worker went to sleep", SYSTEM, NODE),
    SCHEDULER_UNPARKS(
            "bastion.scheduler.unparks",
            Meter.Type.COUNTER,
            "unparks",
            "times that a worker was woken for work",
            SYSTEM,
            NODE);

    private final String meter;
    private final Meter.Type type;
    private final @Nullable String unit;
    private final String description;
    private final MeterKey[] keys;

    BastionMeters(String meter, Meter.Type type, @Nullable String unit, String description, MeterKey... keys) {
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
