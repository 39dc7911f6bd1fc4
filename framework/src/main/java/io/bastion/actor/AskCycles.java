package io.bastion.actor;

import java.util.ArrayDeque;
import java.util.ArrayList;
import java.util.Collections;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import org.jspecify.annotations.Nullable;

/**
 * Finds asks that would wait for themselves.
 *
 * <p>An actor that takes one message at a time and waits for a reply within its work can take no other. So an ask from A to
 * B is an edge of a graph of waits while A's work and the request last; a path back to A is a deadlock. Each ask adds its
 * edge first and searches then, both with volatile access, so that of two asks that close a circle at once, at least one
 * sees it. An edge lasts until the asked actor has handled the request: an actor that has handed the reply on to somebody
 * else, and still is at that request, must not ask the asker.
 */
final class AskCycles {
    private AskCycles() {}

    /**
     * Adds the edge of an ask.
     *
     * @return the circle that it closes, from the asker to the asker; empty when there is none
     */
    static List<ActorRef<?>> enter(ActorCell<?> asker, PendingAsk<?, ?> ask) {
        asker.extension().addWait(ask);
        ActorCell<?> target = ask.target();
        if (target != asker && target.waits().isEmpty()) {
            return List.of();
        }
        Map<ActorCell<?>, ActorCell<?>> cameFrom = new HashMap<>();
        ArrayDeque<ActorCell<?>> open = new ArrayDeque<>();
        cameFrom.put(target, asker);
        open.add(target);
        for (ActorCell<?> cell; (cell = open.poll()) != null; ) {
            if (cell == asker) {
                return path(asker, cameFrom);
            }
            for (PendingAsk<?, ?> wait : cell.waits()) {
                if (!wait.isEnded() && !wait.isDeferred() && !cameFrom.containsKey(wait.target())) {
                    cameFrom.put(wait.target(), cell);
                    open.add(wait.target());
                }
            }
        }
        return List.of();
    }

    private static List<ActorRef<?>> path(ActorCell<?> asker, Map<ActorCell<?>, ActorCell<?>> cameFrom) {
        List<ActorRef<?>> path = new ArrayList<>();
        path.add(asker);
        @Nullable ActorCell<?> cell = cameFrom.get(asker);
        while (cell != null && cell != asker) {
            path.add(cell);
            cell = cameFrom.get(cell);
        }
        path.add(asker);
        Collections.reverse(path);
        return path;
    }
}
