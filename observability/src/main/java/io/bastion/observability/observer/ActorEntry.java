package io.bastion.observability.observer;

import io.bastion.actor.ActorRef;
import io.bastion.actor.MessageStats;
import io.bastion.actor.TreeNode;
import java.util.LinkedHashMap;
import java.util.Map;
import java.util.concurrent.TimeUnit;
import org.jspecify.annotations.Nullable;
import tools.jackson.core.JsonGenerator;

/** What the page knows of an actor. On the page's thread only. */
final class ActorEntry {
    /** Looks that come sooner than this after each other see the same numbers, so that rates are of a second about. */
    private static final long SAMPLE_NANOS = TimeUnit.MILLISECONDS.toNanos(900);

    final long id;
    final ActorRef<?> actor;
    final String name;
    final TreeNode.Kind kind;
    final @Nullable ActorEntry parent;
    final long since;

    /** In start order. An empty one costs nothing: most actors have no children. */
    Map<String, ActorEntry> children = Map.of();

    TreeNode.State state = TreeNode.State.RUNNING;
    int incarnation;
    int failures;

    private boolean sampled;
    private long sampledAt;
    private long settled;
    private long stuckSince;
    long handled;
    long queued;

    /** Messages handled a second, between the last two looks. */
    double rate;

    ActorEntry(long id, ActorRef<?> actor, String name, TreeNode.Kind kind, @Nullable ActorEntry parent, long since) {
        this.id = id;
        this.actor = actor;
        this.name = name;
        this.kind = kind;
        this.parent = parent;
        this.since = since;
    }

    void add(ActorEntry child) {
        if (children.isEmpty()) {
            children = new LinkedHashMap<>(4);
        }
        children.put(child.name, child);
    }

    boolean isLiving() {
        return state != TreeNode.State.DOWN;
    }

    /** Reads the actor's counters, unless that was done a moment ago. */
    void sample(long now) {
        if (sampled && now - sampledAt < SAMPLE_NANOS) {
            return;
        }
        MessageStats stats = actor.stats();
        long done = stats.handled() + stats.failed() + stats.dropped() + stats.deadLettered();
        rate = sampled ? Math.max(0, stats.handled() - handled) * 1e9 / (now - sampledAt) : 0;
        if (sampled && stats.queued() > 0 && queued > 0 && done == settled) {
            stuckSince = stuckSince == 0 ? sampledAt : stuckSince;
        } else {
            stuckSince = 0;
        }
        handled = stats.handled();
        queued = isLiving() ? stats.queued() : 0;
        settled = done;
        sampledAt = now;
        sampled = true;
    }

    /** How long messages have been waiting without any getting done, in seconds. */
    long stuckSeconds(long now) {
        return stuckSince == 0 ? 0 : TimeUnit.NANOSECONDS.toSeconds(now - stuckSince);
    }

    /** Writes the properties of a line of the tree. */
    void write(JsonGenerator json, long now) {
        sample(now);
        json.writeStringProperty("id", Query.id(id));
        json.writeStringProperty("name", name);
        json.writeStringProperty("kind", kind.name());
        json.writeStringProperty("state", state.name());
        json.writeNumberProperty("incarnation", incarnation);
        json.writeNumberProperty("failures", failures);
        json.writeNumberProperty("queued", queued);
        json.writeNumberProperty("rate", Json.decimal(rate));
        json.writeNumberProperty("stuck", stuckSeconds(now));
        json.writeNumberProperty("children", children.size());
    }
}
