package io.bastion.observability;

import io.micrometer.common.docs.KeyName;
import io.micrometer.core.instrument.Tag;

/** The tags of {@link BastionMeters} and {@link ClusterMeters}. None is an identity: each has few values. */
public enum MeterKey implements KeyName {
    /** The name of the actor system. */
    SYSTEM("system", "name of the actor system"),
    /** The type of an actor; see {@link io.bastion.actor.ActorSystem#typeOf}. */
    TYPE("type", "type of actors, at most 128 of a system, and `other`"),
    /** Why a message is dead. */
    REASON("reason", "a `DeadLetter.Reason` in lower case"),
    /** The strategy of a supervisor. */
    STRATEGY("strategy", "a `Strategy` in lower case"),
    /** The class of a failure. */
    CAUSE("cause", "class of the failure without its package, `none` without one, `other` beyond 64"),
    /** The index of a NUMA node. */
    NODE("node", "index of the NUMA node"),
    /** Where work came from. */
    FROM("from", "`local`: the same NUMA node; `remote`: another one"),
    /** The state of a member of the cluster. */
    STATE("state", "`up` or `unreachable`"),
    /** Which way. */
    DIRECTION("direction", "`sent` or `received`");

    private final String key;
    private final String meaning;

    MeterKey(String key, String meaning) {
        this.key = key;
        this.meaning = meaning;
    }

    @Override
    public String asString() {
        return key;
    }

    /** What its values are, in Markdown. */
    public String meaning() {
        return meaning;
    }

    Tag of(String value) {
        return Tag.of(key, value);
    }
}
