package io.bastion.observability.observer;

import io.bastion.actor.ActorSystem;
import io.bastion.actor.MessageStats;
import io.bastion.actor.TreeNode;
import java.util.ArrayDeque;
import java.util.ArrayList;
import java.util.Deque;
import java.util.List;
import java.util.Optional;
import reactor.core.publisher.Mono;
import reactor.core.scheduler.Scheduler;
import tools.jackson.core.JsonGenerator;

/** All about one actor. */
final class ActorPage {
    private static final int EVENTS = 30;
    private static final int FRAMES = 24;
    private static final int CAUSES = 5;

    /** What the actor says of itself is asked for only where few actors have to answer. */
    private static final int SMALL = 100;

    private final ActorSystem system;
    private final TreeModel model;
    private final EventLog log;
    private final Scheduler thread;

    ActorPage(ActorSystem system, TreeModel model, EventLog log, Scheduler thread) {
        this.system = system;
        this.model = model;
        this.log = log;
        this.thread = thread;
    }

    /** On the page's thread; empty when there is no such actor. */
    Mono<byte[]> of(long id) {
        ActorEntry entry = model.entry(id);
        if (entry == null) {
            return Mono.empty();
        }
        Mono<Optional<TreeNode>> own = entry.isLiving() && isSmall(entry)
                ? system.supervisor(entry.actor)
                        .tree()
                        .map(Optional::of)
                        .onErrorReturn(Optional.empty())
                        .defaultIfEmpty(Optional.empty())
                : Mono.just(Optional.empty());
        return own.publishOn(thread).map(node -> Json.object(json -> write(entry, node, json)));
    }

    private static boolean isSmall(ActorEntry entry) {
        List<ActorEntry> below = new ArrayList<>(List.of(entry));
        for (int i = 0; i < below.size() && below.size() <= SMALL; i++) {
            below.addAll(below.get(i).children.values());
        }
        return below.size() <= SMALL;
    }

    private void write(ActorEntry entry, Optional<TreeNode> own, JsonGenerator json) {
        long now = System.nanoTime();
        entry.write(json, now);
        json.writeStringProperty("path", entry.actor.path());
        json.writeNumberProperty("since", entry.since);
        own.ifPresent(node -> {
            json.writeStringProperty("phase", node.state().name());
            if (node.kind() != TreeNode.Kind.ACTOR || !node.children().isEmpty()) {
                json.writeNumberProperty("budget", node.remainingBudget());
            }
        });
        writeAncestors(entry, json);
        writeStats(entry.actor.stats(), json);
        List<EventLog.Noted> events = log.newest(0, EVENTS, event -> event.id() == entry.id);
        json.writeArrayPropertyStart("events");
        events.forEach(event -> event.write(json));
        json.writeEndArray();
        events.stream()
                .flatMap(event -> Optional.ofNullable(event.cause()).stream())
                .findFirst()
                .ifPresent(cause -> json.writeStringProperty("trace", trace(cause)));
    }

    private static void writeAncestors(ActorEntry entry, JsonGenerator json) {
        Deque<ActorEntry> ancestors = new ArrayDeque<>();
        for (ActorEntry up = entry.parent; up != null; up = up.parent) {
            ancestors.addFirst(up);
        }
        json.writeArrayPropertyStart("ancestors");
        for (ActorEntry ancestor : ancestors) {
            json.writeStartObject();
            json.writeStringProperty("id", Query.id(ancestor.id));
            json.writeStringProperty("name", ancestor.name);
            json.writeEndObject();
        }
        json.writeEndArray();
    }

    private static void writeStats(MessageStats stats, JsonGenerator json) {
        json.writeObjectPropertyStart("stats");
        json.writeNumberProperty("accepted", stats.accepted());
        json.writeNumberProperty("handled", stats.handled());
        json.writeNumberProperty("failed", stats.failed());
        json.writeNumberProperty("dropped", stats.dropped());
        json.writeNumberProperty("deadLettered", stats.deadLettered());
        json.writeNumberProperty("queued", stats.queued());
        json.writeNumberProperty("refused", stats.refused());
        json.writeEndObject();
    }

    /** The stack trace, shortened. */
    private static String trace(Throwable failure) {
        StringBuilder trace = new StringBuilder();
        Throwable cause = failure;
        for (int i = 0; i < CAUSES && cause != null; i++) {
            String message = Json.message(cause);
            trace.append(i == 0 ? "" : "Caused by: ")
                    .append(cause.getClass().getName())
                    .append(message.isEmpty() ? "" : ": " + message)
                    .append('\n');
            StackTraceElement[] frames = cause.getStackTrace();
            for (int f = 0; f < Math.min(FRAMES, frames.length); f++) {
                trace.append("    at ").append(frames[f]).append('\n');
            }
            if (frames.length > FRAMES) {
                trace.append("    … ").append(frames.length - FRAMES).append(" more\n");
            }
            cause = cause.getCause();
        }
        return trace.toString();
    }
}
