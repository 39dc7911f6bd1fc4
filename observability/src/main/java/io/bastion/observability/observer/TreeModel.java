package io.bastion.observability.observer;

import io.bastion.actor.ActorRef;
import io.bastion.actor.TerminationReason;
import io.bastion.actor.TreeEvent;
import io.bastion.actor.TreeNode;
import java.util.ArrayDeque;
import java.util.Collection;
import java.util.Deque;
import java.util.HashMap;
import java.util.IdentityHashMap;
import java.util.Map;
import java.util.concurrent.TimeUnit;
import org.jspecify.annotations.Nullable;

/** The tree as its events tell it. On the page's thread only. */
final class TreeModel {
    /*
     * The tree is not asked for: a snapshot gives work to every actor, and waits for the busy ones. Events cost the actors
     * nothing while nothing happens, and what a line shows beside them, the counters, may be read from any thread. Counters
     * of all actors are read once a second at most, and only while somebody looks.
     */

    private static final long SWEEP_NANOS = TimeUnit.SECONDS.toNanos(1);

    /** A sweep may take this part of the time: with very many actors they are seldom. */
    private static final int SWEEP_SHARE = 50;

    private final Map<ActorRef<?>, ActorEntry> byActor = new IdentityHashMap<>();
    private final Map<Long, ActorEntry> byId = new HashMap<>();
    private final EventLog log;
    private @Nullable ActorEntry root;
    private long ids;
    private boolean ended;

    /** Messages handled by actors that have terminated since. */
    private long pastHandled;

    private long restarts;
    private Totals totals = new Totals(0, 0, 0, 0, 0, 0, 0, 0, 0);
    private long nextSweep;
    private boolean swept;

    /**
     * Sums over all actors.
     *
     * @param sweep number of the sweep that made them
     * @param at when, in nanoseconds
     * @param rate messages handled a second since the sweep before
     */
    record Totals(
            long sweep,
            long at,
            int living,
            int restarting,
            int down,
            int stuck,
            long queued,
            long handled,
            double rate) {}

    TreeModel(EventLog log) {
        this.log = log;
    }

    @Nullable ActorEntry root() {
        return root;
    }

    @Nullable ActorEntry entry(long id) {
        return byId.get(id);
    }

    Collection<ActorEntry> all() {
        return byId.values();
    }

    boolean isEnded() {
        return ended;
    }

    long restarts() {
        return restarts;
    }

    void end() {
        ended = true;
    }

    // ------------------------------------------------------------------------------------------- events

    void apply(TreeEvent event) {
        if (event instanceof TreeEvent.Started started) {
            started(started);
            return;
        }
        ActorEntry entry = byActor.get(event.actor());
        note(event, entry == null ? -1 : entry.id);
        if (entry == null) {
            return;
        }
        if (event instanceof TreeEvent.Failed) {
            entry.failures++;
            entry.state = TreeNode.State.RESTARTING;
        } else if (event instanceof TreeEvent.Restarting) {
            entry.state = TreeNode.State.RESTARTING;
        } else if (event instanceof TreeEvent.Resumed) {
            entry.state = TreeNode.State.RUNNING;
        } else if (event instanceof TreeEvent.Restarted restarted) {
            restarts++;
            entry.state = TreeNode.State.RUNNING;
            entry.incarnation = restarted.incarnation();
            entry.children.values().stream()
                    .filter(child -> !child.isLiving())
                    .toList()
                    .forEach(this::remove); // the list of a supervisor begins anew with it
        } else if (event instanceof TreeEvent.Overdue) {
            entry.state = TreeNode.State.STOPPING;
        } else if (event instanceof TreeEvent.Stopped) {
            stopped(entry);
        } else if (event instanceof TreeEvent.Removed) {
            remove(entry);
        }
    }

    private void started(TreeEvent.Started event) {
        String path = event.actor().path();
        int slash = path.lastIndexOf('/');
        String name = path.substring(slash + 1);
        ActorEntry parent = root == null ? null : find(path.substring(0, slash));
        if (root != null && parent == null) {
            return; // below one that has just gone
        }
        ActorEntry before = parent == null ? null : parent.children.get(name);
        if (before != null) {
            remove(before);
        }
        ActorEntry entry = new ActorEntry(++ids, event.actor(), name, event.kind(), parent, System.currentTimeMillis());
        entry.incarnation = event.incarnation();
        byActor.put(entry.actor, entry);
        byId.put(entry.id, entry);
        if (parent == null) {
            root = entry;
        } else {
            parent.add(entry);
        }
    }

    /**
     * Brings children that were there before into the order of their start: they have been told of in any order.
     *
     * @return whether that is the order of all of them: none was busy when it was asked, or is not known yet
     */
    boolean order(TreeNode tree) {
        boolean all = true;
        Deque<TreeNode> nodes = new ArrayDeque<>();
        nodes.add(tree);
        for (TreeNode node; (node = nodes.poll()) != null; ) {
            ActorEntry entry = node.actor() == null ? null : byActor.get(node.actor());
            all &= node.actor() == null || entry != null && node.state() != TreeNode.State.BUSY;
            if (entry != null && entry.children.size() > 1) {
                Map<String, ActorEntry> unordered = entry.children;
                entry.children = Map.of();
                for (TreeNode child : node.children()) {
                    ActorEntry next = unordered.remove(child.name());
                    if (next != null) {
                        entry.add(next);
                    }
                }
                unordered.values().forEach(entry::add);
            }
            nodes.addAll(node.children());
        }
        return all;
    }

    /** The actor of a path, from the root down. */
    @Nullable ActorEntry find(String path) {
        ActorEntry entry = root;
        if (entry == null || !path.startsWith(entry.actor.path())) {
            return null;
        }
        int from = entry.actor.path().length();
        while (entry != null && from < path.length()) {
            int slash = path.indexOf('/', from + 1);
            int to = slash < 0 ? path.length() : slash;
            entry = entry.children.get(path.substring(from + 1, to));
            from = to;
        }
        return entry;
    }

    /** A supervisor goes on listing children that have ended, others forget them. */
    private void stopped(ActorEntry entry) {
        ActorEntry parent = entry.parent;
        if (parent == null) {
            entry.state = TreeNode.State.DOWN;
        } else if (parent.kind == TreeNode.Kind.ACTOR || entry.name.startsWith("$")) {
            remove(entry);
        } else {
            pastHandled += entry.actor.stats().handled();
            entry.state = TreeNode.State.DOWN;
            entry.children.values().stream().toList().forEach(this::remove);
        }
    }

    private void remove(ActorEntry entry) {
        if (entry.parent != null) {
            entry.parent.children.remove(entry.name, entry);
        }
        Deque<ActorEntry> gone = new ArrayDeque<>();
        gone.add(entry);
        for (ActorEntry next; (next = gone.poll()) != null; ) {
            gone.addAll(next.children.values());
            next.children = Map.of();
            byActor.remove(next.actor);
            byId.remove(next.id);
            if (next.isLiving()) {
                pastHandled += next.actor.stats().handled();
            }
        }
    }

    private void note(TreeEvent event, long id) {
        ActorRef<?> actor = event.actor();
        if (event instanceof TreeEvent.Failed failed) {
            log.note("failed", id, actor, Json.line(failed.cause()), failed.cause());
        } else if (event instanceof TreeEvent.Restarting restarting
                && !restarting.delay().isZero()) {
            log.note("restarting", id, actor, "in " + restarting.delay().toMillis() + " ms", null);
        } else if (event instanceof TreeEvent.Restarted restarted) {
            log.note("restarted", id, actor, "incarnation " + restarted.incarnation(), null);
        } else if (event instanceof TreeEvent.Resumed resumed) {
            log.note("resumed", id, actor, Json.line(resumed.cause()), resumed.cause());
        } else if (event instanceof TreeEvent.TriesSpent spent) {
            log.note("tries-spent", id, actor, Json.line(spent.cause()), spent.cause());
        } else if (event instanceof TreeEvent.GaveUp gaveUp) {
            log.note("gave-up", id, actor, gaveUp.origin().path() + ", " + Json.line(gaveUp.cause()), gaveUp.cause());
        } else if (event instanceof TreeEvent.Overdue overdue) {
            log.note("overdue", id, actor, "after " + overdue.waited().toMillis() + " ms", null);
        } else if (event instanceof TreeEvent.HookFailed hook) {
            log.note("hook-failed", id, actor, hook.hook() + ": " + Json.line(hook.cause()), hook.cause());
        } else if (event instanceof TreeEvent.Resized resized) {
            log.note("resized", id, actor, resized.from() + " → " + resized.to() + " members", null);
        } else if (event instanceof TreeEvent.Stopped stopped) {
            if (stopped.reason() instanceof TerminationReason.Failed failed) {
                log.note("stopped", id, actor, Json.line(failed.cause()), failed.cause());
            } else if (stopped.reason() instanceof TerminationReason.Killed) {
                log.note("killed", id, actor, "", null);
            }
        }
    }

    // ------------------------------------------------------------------------------------------- sums

    /** The sums, a second old or less; older with so many actors that they cost much. */
    Totals totals() {
        long now = System.nanoTime();
        if (!swept || now - nextSweep >= 0) {
            totals = sweep(now);
            swept = true;
            nextSweep = now + Math.max(SWEEP_NANOS, (System.nanoTime() - now) * SWEEP_SHARE);
        }
        return totals;
    }

    private Totals sweep(long now) {
        int living = 0;
        int restarting = 0;
        int stuck = 0;
        long queued = 0;
        long handled = pastHandled;
        for (ActorEntry entry : byId.values()) {
            if (entry.isLiving()) {
                entry.sample(now);
                living++;
                restarting += entry.state == TreeNode.State.RESTARTING ? 1 : 0;
                stuck += entry.stuckSeconds(now) > 0 ? 1 : 0;
                queued += entry.queued;
                handled += entry.handled;
            }
        }
        double rate = swept ? Math.max(0, handled - totals.handled) * 1e9 / (now - totals.at) : 0;
        return new Totals(
                totals.sweep + 1, now, living, restarting, byId.size() - living, stuck, queued, handled, rate);
    }
}
