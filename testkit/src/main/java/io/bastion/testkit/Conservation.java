package io.bastion.testkit;

import io.bastion.actor.ActorRef;
import io.bastion.actor.MessageStats;

/** The law that no message vanishes without being counted, as assertions; it holds whenever a system is at rest. */
public final class Conservation {
    private Conservation() {}

    /**
     * Holds counters to the law.
     *
     * @throws AssertionError if messages are missing, or there are too many
     */
    public static void check(MessageStats stats) {
        if (!stats.conserved()) {
            throw new AssertionError(describe(stats));
        }
    }

    /**
     * Holds the counters of an actor to the law.
     *
     * @throws AssertionError if messages are missing, or there are too many
     */
    public static void check(ActorRef<?> actor) {
        MessageStats stats = actor.stats();
        if (!stats.conserved()) {
            throw new AssertionError(actor.path() + ": " + describe(stats));
        }
    }

    static String describe(MessageStats stats) {
        long found = stats.handled() + stats.failed() + stats.dropped() + stats.deadLettered() + stats.queued();
        return "accepted: " + stats.accepted() + " (expected: " + found + " = " + stats.handled() + " handled + "
                + stats.failed() + " failed + " + stats.dropped() + " dropped + " + stats.deadLettered()
                + " dead letters + " + stats.queued() + " queued)";
    }
}
