package io.bastion.actor;

import java.time.Duration;
import java.util.ArrayList;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.concurrent.TimeUnit;
import org.jspecify.annotations.Nullable;
import reactor.core.publisher.Mono;
import reactor.core.publisher.MonoSink;

/**
 * A walk down the tree by system messages, which those that have children get: they count themselves and look at their
 * children from outside, which may be a moment old. So the many that have none are not woken.
 */
final class CensusWalk {
    private static final Duration PATIENCE = Duration.ofSeconds(1);

    private final MonoSink<Census> sink;

    /** Guards what follows. */
    private final Object lock = new Object();

    private final Map<String, Count> counts = new HashMap<>();
    private final List<Census.Backlog> backlogs = new ArrayList<>();
    private int pending = 1;
    private boolean done;

    /** What has been counted of one type. */
    private static final class Count {
        long living;
        long awaitingRestart;
        long queued;
        long longest;
        int budget = Integer.MAX_VALUE;

        void add(Count other) {
            living += other.living;
            awaitingRestart += other.awaitingRestart;
            queued += other.queued;
            longest = Math.max(longest, other.longest);
            budget = Math.min(budget, other.budget);
        }

        Census.OfType result() {
            return new Census.OfType(living, awaitingRestart, queued, longest, budget);
        }
    }

    private CensusWalk(MonoSink<Census> sink) {
        this.sink = sink;
    }

    static Mono<Census> of(ActorCell<?> root) {
        return LateSignals.mono(root, sink -> {
            CensusWalk walk = new CensusWalk(sink);
            SnapshotLimit limit = new SnapshotLimit(root.homeWorker(), () -> walk.finish(false));
            root.timer().start(limit, TimeUnit.NANOSECONDS.convert(PATIENCE));
            sink.onDispose(limit::cancel);
            root.tellSystem(new Visit(walk));
        });
    }

    private static final class Visit extends SystemMessage.Plain {
        private final CensusWalk walk;

        Visit(CensusWalk walk) {
            this.walk = walk;
        }

        @Override
        void deliver(ActorCell<?> cell) {
            walk.visit(cell);
        }

        @Override
        void undeliverable(ActorCell<?> cell) {
            walk.left(Map.of(), List.of(), 0);
        }
    }

    private void visit(ActorCell<?> cell) {
        Map<String, Count> found = new HashMap<>();
        List<Census.Backlog> waiting = new ArrayList<>();
        List<ActorCell<?>> parents = new ArrayList<>();
        CellExtension<?> x = cell.extension;
        if (x != null && x.supervision != null) {
            Count own = of(cell.typeName(), found);
            own.budget = Math.min(own.budget, x.supervision.engine().remainingBudget());
        }
        for (ActorCell<?> child = cell.firstChild; child != null; child = child.nextSibling) {
            look(child, found, waiting);
            if (child.firstChild != null) {
                parents.add(child);
            }
        }
        left(found, waiting, parents.size());
        for (ActorCell<?> parent : parents) {
            parent.tellSystem(new Visit(this));
        }
    }

    private static void look(ActorCell<?> child, Map<String, Count> found, List<Census.Backlog> waiting) {
        if (child.template.supervision().kind() != TreeNode.Kind.ACTOR) {
            return;
        }
        String type = child.typeName();
        Count count = of(type, found);
        count.living++;
        LivingCell.Phase phase = child.phase;
        if (phase == LivingCell.Phase.HELD) {
            count.awaitingRestart++;
        }
        int taken = child.taken();
        int queued = child.depth();
        if (queued > 0) {
            count.queued += queued;
            count.longest = Math.max(count.longest, queued);
            if (waiting.size() < Census.MAX_BACKLOGS) {
                waiting.add(new Census.Backlog(child, type, queued, taken));
            }
        }
    }

    private static Count of(String type, Map<String, Count> found) {
        return found.computeIfAbsent(type, t -> new Count());
    }

    /** An actor has counted its children. */
    private void left(Map<String, Count> found, List<Census.Backlog> waiting, int more) {
        boolean last;
        synchronized (lock) {
            found.forEach((type, count) -> of(type, counts).add(count));
            int room = Census.MAX_BACKLOGS - backlogs.size();
            backlogs.addAll(waiting.subList(0, Math.min(room, waiting.size())));
            pending += more - 1;
            last = pending == 0;
        }
        if (last) {
            finish(true);
        }
    }

    private void finish(boolean complete) {
        @Nullable Census census = null;
        synchronized (lock) {
            if (!done) {
                done = true;
                Map<String, Census.OfType> types = new HashMap<>();
                counts.forEach((type, count) -> types.put(type, count.result()));
                census = new Census(types, backlogs, complete);
            }
        }
        if (census != null) {
            sink.success(census);
        }
    }
}
