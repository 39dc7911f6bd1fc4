package io.bastion.actor;

import java.util.List;
import java.util.stream.Collectors;

/** An ask was refused because the actors would wait for each other in a circle and none could reply. */
public final class AskCycleException extends RuntimeException {
    private static final long serialVersionUID = 1L;

    private final transient List<ActorRef<?>> cycle;

    AskCycleException(List<ActorRef<?>> cycle) {
        super(
                "ask: would wait for itself: "
                        + cycle.stream().map(ActorRef::path).collect(Collectors.joining(" -> "))
                        + " (expected: no circle; use tell, or a concurrency above 1)",
                null,
                false,
                false);
        this.cycle = List.copyOf(cycle);
    }

    /** The actors in the order in which each asks the next; the first is also the last. */
    public List<ActorRef<?>> cycle() {
        return cycle;
    }
}
