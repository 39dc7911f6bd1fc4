package io.bastion.actor;

import java.util.Map;

/**
 * What a system counts for its {@link Instrument instruments}; a snapshot that is not atomic.
 *
 * @param types by type of actors what became of their messages, since the first instrument that samples was attached
 * @param deadLetters by reason, since the system was started
 * @param refused messages that never got into a mailbox, since the system was started; see {@link MessageStats#refused}
 * @param asksPending asks that wait now, of those that have begun since the first instrument that samples was attached
 * @param asksTimedOut asks that got no reply in time, since then
 * @param askCycles asks that were refused because they would have waited for themselves, since then
 */
public record SystemCounters(
        Map<String, OfType> types,
        Map<DeadLetter.Reason, Long> deadLetters,
        long refused,
        long asksPending,
        long asksTimedOut,
        long askCycles) {
    /**
     * What became of the messages of the actors of a type.
     *
     * @param handled those that were handled without a failure
     * @param failed those whose handling failed
     */
    public record OfType(long handled, long failed) {
        static final OfType NONE = new OfType(0, 0);
    }

    /** Copies the maps. */
    public SystemCounters {
        types = Map.copyOf(types);
        deadLetters = Map.copyOf(deadLetters);
    }

    /** The counters of a type; zeros for one that is not known. */
    public OfType type(String type) {
        return types.getOrDefault(type, OfType.NONE);
    }
}
