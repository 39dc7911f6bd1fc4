package io.bastion.actor;

import java.util.List;
import java.util.Map;

/**
 * The actors of a system by type, and the mailboxes in which messages wait; see {@link ActorSystem#census}.
 *
 * @param types by type, also those of which no actor lives any more
 * @param backlogs mailboxes in which messages wait, {@value #MAX_BACKLOGS} at most
 * @param complete whether all actors were counted, and not only those that could be in time
 */
public record Census(Map<String, OfType> types, List<Backlog> backlogs, boolean complete) {
    /** How many mailboxes a census names. */
    public static final int MAX_BACKLOGS = 10_000;

    /**
     * The actors of a type.
     *
     * @param living how many there are
     * @param awaitingRestart how many of them are between two incarnations, waiting for a back-off to pass or for their turn
     * @param queued messages in all their mailboxes
     * @param longestQueue messages in the fullest of their mailboxes
     * @param remainingBudget restarts that the one of them with the fewest has left for its children within its window;
     *     {@code Integer.MAX_VALUE} if none has a limit, or has had to restart a child
     */
    public record OfType(long living, long awaitingRestart, long queued, long longestQueue, int remainingBudget) {
        /** No actors at all. */
        public static final OfType NONE = new OfType(0, 0, 0, 0, Integer.MAX_VALUE);
    }

    /**
     * A mailbox in which messages wait.
     *
     * @param actor whose it is
     * @param type its type
     * @param queued how many wait
     * @param taken a count of the messages that have left it, modulo 2<sup>32</sup>: one that is the same in two censuses
     *     has not gone on between them
     */
    public record Backlog(ActorRef<?> actor, String type, int queued, int taken) {}

    /** Copies map and list. */
    public Census {
        types = Map.copyOf(types);
        backlogs = List.copyOf(backlogs);
    }

    /** What there is of a type; nothing for one that is not known. */
    public OfType type(String type) {
        return types.getOrDefault(type, OfType.NONE);
    }
}
