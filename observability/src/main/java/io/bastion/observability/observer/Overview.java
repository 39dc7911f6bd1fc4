package io.bastion.observability.observer;

import io.bastion.actor.ActorSystem;
import io.bastion.actor.TreeNode;
import io.bastion.scheduler.NumaScheduler;
import io.bastion.scheduler.SchedulerStats;
import java.util.List;
import tools.jackson.core.JsonGenerator;

/** What the page shows beside the tree. On the page's thread only. */
final class Overview {
    private static final int GROUPS = 200;
    private static final int NEWS = 100;

    private final ActorSystem system;
    private final TreeModel model;
    private final EventLog log;
    private final DeadLetterLog letters;

    Overview(ActorSystem system, TreeModel model, EventLog log, DeadLetterLog letters) {
        this.system = system;
        this.model = model;
        this.log = log;
        this.letters = letters;
    }

    /** The sums, the workers, and the events after the one with the number, the newest first. */
    void writeNews(long after, JsonGenerator json) {
        TreeModel.Totals totals = model.totals();
        json.writeNumberProperty("at", System.currentTimeMillis());
        json.writeBooleanProperty("ended", model.isEnded());
        json.writeNumberProperty("living", totals.living());
        json.writeNumberProperty("restarting", totals.restarting());
        json.writeNumberProperty("down", totals.down());
        json.writeNumberProperty("stuck", totals.stuck());
        json.writeNumberProperty("queued", totals.queued());
        json.writeNumberProperty("rate", Json.decimal(totals.rate()));
        json.writeNumberProperty("restarts", model.restarts());
        json.writeNumberProperty("deadLetters", letters.total());
        writeNodes(json);
        List<EventLog.Noted> events = log.newest(after, NEWS, event -> true);
        json.writeNumberProperty("seq", log.last());
        json.writeNumberProperty(
                "skipped", after < 0 ? 0 : Math.max(0, log.last() - after - events.size()));
        json.writeArrayPropertyStart("events");
        events.forEach(event -> event.write(json));
        json.writeEndArray();
    }

    private void writeNodes(JsonGenerator json) {
        json.writeArrayPropertyStart("nodes");
        if (system.scheduler() instanceof NumaScheduler scheduler) {
            for (SchedulerStats.NodeStats node : scheduler.stats().nodes()) {
                json.writeStartObject();
                json.writeNumberProperty("node", node.node());
                json.writeNumberProperty("workers", node.workers());
                json.writeNumberProperty("idle", node.idleWorkers());
                json.writeNumberProperty("queued", node.queued());
                json.writeNumberProperty("activations", node.activations());
                json.writeNumberProperty("localSends", node.localSends());
                json.writeNumberProperty("remoteSends", node.remoteSends());
                json.writeNumberProperty("nearSteals", node.nearSteals());
                json.writeNumberProperty("farSteals", node.farSteals());
                json.writeNumberProperty("rescues", node.rescues());
                json.writeNumberProperty("parks", node.parks());
                json.writeNumberProperty("unparks", node.unparks());
                json.writeEndObject();
            }
        }
        json.writeEndArray();
    }

    void writeGroups(Query query, JsonGenerator json) {
        long now = System.nanoTime();
        int offset = query.number("offset", 0, Integer.MAX_VALUE);
        List<ActorEntry> groups = model.all().stream()
                .filter(entry -> entry.kind == TreeNode.Kind.GROUP)
                .toList();
        json.writeNumberProperty("total", groups.size());
        json.writeArrayPropertyStart("groups");
        groups.stream().skip(offset).limit(GROUPS).forEach(group -> writeGroup(group, now, json));
        json.writeEndArray();
    }

    private static void writeGroup(ActorEntry group, long now, JsonGenerator json) {
        long queued = 0;
        long most = 0;
        double rate = 0;
        int living = 0;
        for (ActorEntry member : group.children.values()) {
            member.sample(now);
            living += member.isLiving() ? 1 : 0;
            queued += member.queued;
            most = Math.max(most, member.queued);
            rate += member.rate;
        }
        json.writeStartObject();
        json.writeStringProperty("id", Query.id(group.id));
        json.writeStringProperty("name", group.name);
        json.writeStringProperty("path", group.actor.path());
        json.writeStringProperty("state", group.state.name());
        json.writeNumberProperty("incarnation", group.incarnation);
        json.writeNumberProperty("members", living);
        json.writeNumberProperty("queued", queued);
        json.writeNumberProperty("most", most);
        json.writeNumberProperty("rate", Json.decimal(rate));
        json.writeEndObject();
    }
}
