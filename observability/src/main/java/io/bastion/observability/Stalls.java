package io.bastion.observability;

import io.bastion.actor.Census;
import java.util.List;
import java.util.Map;

/**
 * The mailboxes that did not go on between two censuses, although messages waited.
 *
 * @param census the later one
 * @param stalled those of its mailboxes
 */
record Stalls(Census census, List<Census.Backlog> stalled) {
    static final Stalls NONE = new Stalls(new Census(Map.of(), List.of(), true), List.of());

    /** The same of the next census. */
    Stalls then(Census next) {
        return new Stalls(next, next.stalledSince(census));
    }

    long of(String type) {
        return stalled.stream().filter(backlog -> backlog.type().equals(type)).count();
    }
}
