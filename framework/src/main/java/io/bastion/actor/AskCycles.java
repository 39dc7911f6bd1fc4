package io.bastion.actor;

import java.util.ArrayDeque;
import java.util.ArrayList;
import java.util.Collections;
import java.util.HashMap;
import java.util.HashSet;
import java.util.List;
import java.util.Map;
import java.util.Set;
import org.jspecify.annotations.Nullable;

/** Finds asks that would wait for themselves. */
final class AskCycles {
    /*
     * A graph of waits. A piece of work waits for each of its asks. An ask waits for the work that its request is in; or, as
     * long as that is queued, for so much of its actor's work that another message may begin: all of it if the actor takes
     * one message at a time, one of n if it takes n. So this is a graph of ands and ors, in which an ask is stuck when it
     * can be answered only after the very work that asks. A request that was handled without a reply waits for nothing that
     * could be known, unless it was forwarded.
     *
     * The graph had no such ask before, since each is refused; so one can arise with a new ask only, and then the graph
     * leads from it back to its work. Each adds itself first and searches then, so that of two that close a circle at once at
     * least one sees it. Three searches, of which nearly all asks need the first only, or none:
     *   - does it come back to anything, with no more of each actor's work than is needed for that?
     *   - all that it reaches: of it remains what cannot go on, taking out what can until nothing changes;
     *   - the way back through that.
     * The second one looks at each wait twice. Waits only end and never come back, so those that are found both times were
     * all there at the moment between: no circle is made of waits that were not there at once.
     */

    private final InWork asker;
    private final PendingAsk<?, ?> ask;

    /** What the latest search has found. */
    private final Map<InWork, Found> found = new HashMap<>();

    /** The same in the order in which it was found. */
    private final List<InWork> order = new ArrayList<>();

    /**
     * Work that the search has come to.
     *
     * @param by the ask that waits for it
     * @param from the work that asks
     * @param asks those that it waited for then
     */
    private record Found(PendingAsk<?, ?> by, InWork from, List<PendingAsk<?, ?>> asks) {}

    private AskCycles(InWork asker, PendingAsk<?, ?> ask) {
        this.asker = asker;
        this.ask = ask;
    }

    /**
     * Adds an ask to what a piece of work waits for.
     *
     * @return the circle that it closes, from the asker to the asker; empty when there is none
     */
    static List<ActorRef<?>> enter(InWork asker, PendingAsk<?, ?> ask) {
        if (!asker.addAsk(ask)) {
            return List.of();
        }
        for (InWork work : ask.blocking(false)) {
            if (work == asker || !work.waitingAsks().isEmpty()) {
                return new AskCycles(asker, ask).circle();
            }
        }
        return List.of();
    }

    private List<ActorRef<?>> circle() {
        if (!search(false, null)) {
            return List.of();
        }
        search(true, null);
        if (!found.containsKey(asker)) {
            return List.of();
        }
        Set<InWork> stuck = stuck();
        if (!stuck.contains(asker)) {
            return List.of();
        }
        search(true, stuck);
        return path();
    }

    /**
     * Follows the waits from the new ask on, and no further than its own work.
     *
     * @param all whether to follow all that a message waits for
     * @param within what to follow only
     * @return whether it came to anything twice, or to the work that asks
     */
    private boolean search(boolean all, @Nullable Set<InWork> within) {
        found.clear();
        order.clear();
        ArrayDeque<InWork> open = new ArrayDeque<>();
        boolean back = follow(ask, asker, all, within, open);
        for (InWork work; (work = open.poll()) != null; ) {
            if (work != asker) {
                for (PendingAsk<?, ?> next : asksOf(work)) {
                    back |= follow(next, work, all, within, open);
                }
            }
        }
        return back || found.containsKey(asker);
    }

    private boolean follow(
            PendingAsk<?, ?> by, InWork from, boolean all, @Nullable Set<InWork> within, ArrayDeque<InWork> open) {
        boolean back = false;
        for (InWork work : by.blocking(all)) {
            if (within == null || within.contains(work)) {
                List<PendingAsk<?, ?>> asks = work == asker ? List.of(ask) : work.waitingAsks();
                if (found.putIfAbsent(work, new Found(by, from, asks)) == null) {
                    order.add(work);
                    open.add(work);
                } else {
                    back = true;
                }
            }
        }
        return back;
    }

    private List<PendingAsk<?, ?>> asksOf(InWork work) {
        Found f = found.get(work);
        return f == null ? List.of() : f.asks();
    }

    /** Of what was found, that which cannot go on before the work that asks has ended. */
    private Set<InWork> stuck() {
        Set<InWork> stuck = new HashSet<>(order);
        Collections.reverse(order); // what others wait for comes last, and is to be settled first
        boolean fewer;
        do {
            fewer = false;
            for (InWork work : order) {
                if (stuck.contains(work) && !isStuck(work, stuck)) {
                    stuck.remove(work);
                    fewer = true;
                }
            }
        } while (fewer);
        return stuck;
    }

    private boolean isStuck(InWork work, Set<InWork> stuck) {
        if (!work.isEnded()) {
            for (PendingAsk<?, ?> wait : asksOf(work)) {
                if (wait.isStuck(stuck)) {
                    return true;
                }
            }
        }
        return false;
    }

    private List<ActorRef<?>> path() {
        List<ActorRef<?>> path = new ArrayList<>();
        InWork work = asker;
        do {
            Found step = found.get(work);
            if (step == null) {
                return List.of(); // a wait has ended meanwhile
            }
            path.add(work.cell);
            if (step.by().target() != work.cell) {
                path.add(step.by().target()); // it has forwarded the request
            }
            work = step.from();
        } while (work != asker);
        path.add(asker.cell);
        Collections.reverse(path);
        return path;
    }
}
