package io.bastion.observability;

import io.bastion.actor.ActorRef;
import io.bastion.actor.Census;
import java.util.ArrayList;
import java.util.HashMap;
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
        Map<ActorRef<?>, Census.Backlog> before = new HashMap<>();
        census.backlogs().forEach(backlog -> before.put(backlog.actor(), backlog));
        List<Census.Backlog> stalled = new ArrayList<>();
        for (Census.Backlog now : next.backlogs()) {
            Census.Backlog then = before.get(now.actor());
            if (then != null && then.taken() == now.taken()) {
                stalled.add(now);
            }
        }
        return new Stalls(next, stalled);
    }

    long of(String type) {
        return stalled.stream().filter(backlog -> backlog.type().equals(type)).count();
    }
}
