package io.bastion.observability.observer;

import io.bastion.actor.TreeNode;
import java.util.ArrayDeque;
import java.util.ArrayList;
import java.util.Comparator;
import java.util.Deque;
import java.util.Iterator;
import java.util.List;
import java.util.Locale;
import java.util.Set;
import java.util.concurrent.TimeUnit;
import java.util.function.Predicate;
import tools.jackson.core.JsonGenerator;

/**
 * The part of the tree that a browser shows: of the tree with some nodes open, or of the list of all actors that pass a filter,
 * the lines in a window. On the page's thread only.
 */
final class TreeLines {
    /** The most lines in an answer. */
    static final int LIMIT = 200;

    private static final long FRESH_NANOS = TimeUnit.SECONDS.toNanos(1);

    /** A list may take this part of the time: with very many actors it is made anew more seldom. */
    private static final int LIST_SHARE = 20;

    private final TreeModel model;

    /** The last list that was made, and of what; paging through it needs no other. */
    private String listed = "";

    private List<ActorEntry> list = List.of();
    private long listedUntil;

    TreeLines(TreeModel model) {
        this.model = model;
    }

    void write(Query query, JsonGenerator json) {
        int offset = query.number("offset", 0, Integer.MAX_VALUE);
        int limit = query.number("limit", LIMIT, LIMIT);
        boolean flat = !query.text("filter").isBlank()
                || !query.text("state").isEmpty()
                || !query.text("sort").isEmpty();
        json.writeBooleanProperty("flat", flat);
        json.writeNumberProperty("offset", offset);
        json.writeArrayPropertyStart("lines");
        int total = flat ? writeList(query, offset, limit, json) : writeTree(query.ids("open"), offset, limit, json);
        json.writeEndArray();
        json.writeNumberProperty("total", total);
    }

    // ------------------------------------------------------------------------------------------- tree

    private int writeTree(Set<Long> open, int offset, int limit, JsonGenerator json) {
        ActorEntry root = model.root();
        if (root == null) {
            return 0;
        }
        long now = System.nanoTime();
        int line = 0;
        Deque<Iterator<ActorEntry>> levels = new ArrayDeque<>();
        levels.push(List.of(root).iterator());
        while (!levels.isEmpty()) {
            Iterator<ActorEntry> level = levels.element();
            if (!level.hasNext()) {
                levels.pop();
                continue;
            }
            ActorEntry entry = level.next();
            boolean opened = open.contains(entry.id) && !entry.children.isEmpty();
            if (line >= offset && line - offset < limit) {
                json.writeStartObject();
                entry.write(json, now);
                json.writeNumberProperty("level", levels.size());
                json.writeBooleanProperty("open", opened);
                json.writeEndObject();
            }
            line++;
            if (opened) {
                levels.push(entry.children.values().iterator());
            }
        }
        return line;
    }

    // ------------------------------------------------------------------------------------------- list

    private int writeList(Query query, int offset, int limit, JsonGenerator json) {
        List<ActorEntry> found = list(query);
        long now = System.nanoTime();
        for (ActorEntry entry :
                found.subList(Math.min(offset, found.size()), (int) Math.min((long) offset + limit, found.size()))) {
            json.writeStartObject();
            entry.write(json, now);
            json.writeStringProperty("path", entry.actor.path());
            json.writeNumberProperty("level", 1);
            json.writeBooleanProperty("open", false);
            json.writeEndObject();
        }
        return found.size();
    }

    private List<ActorEntry> list(Query query) {
        String key = String.join(
                "\n", query.text("filter"), query.text("state"), query.text("sort"), query.text("order"));
        long now = System.nanoTime();
        if (!key.equals(listed) || now - listedUntil >= 0) {
            model.totals(); // the order needs the counters of all
            list = newList(query);
            listed = key;
            listedUntil = now + Math.max(FRESH_NANOS, (System.nanoTime() - now) * LIST_SHARE);
        }
        return list;
    }

    private List<ActorEntry> newList(Query query) {
        Predicate<ActorEntry> wanted = filter(query.text("filter").strip()).and(state(query.text("state")));
        List<ActorEntry> found = new ArrayList<>();
        for (ActorEntry entry : model.all()) {
            if (wanted.test(entry)) {
                found.add(entry);
            }
        }
        found.sort(order(query.text("sort"), query.text("order").equals("descending")));
        return found;
    }

    /** Part of the name; of the path, if it has a slash. */
    private static Predicate<ActorEntry> filter(String text) {
        String part = text.toLowerCase(Locale.ROOT);
        boolean inPath = part.indexOf('/') >= 0;
        return entry ->
                (inPath ? entry.actor.path() : entry.name).toLowerCase(Locale.ROOT).contains(part);
    }

    private static Predicate<ActorEntry> state(String state) {
        long now = System.nanoTime();
        return switch (state) {
            case "restarting" -> entry -> entry.state == TreeNode.State.RESTARTING;
            case "down" -> entry -> !entry.isLiving();
            case "failed" -> entry -> entry.failures > 0 || entry.incarnation > 0;
            case "stuck" -> entry -> entry.isLiving() && entry.stuckSeconds(now) > 0;
            case "groups" -> entry -> entry.kind == TreeNode.Kind.GROUP;
            case "supervisors" -> entry -> entry.kind == TreeNode.Kind.SUPERVISOR;
            default -> entry -> true;
        };
    }

    private static Comparator<ActorEntry> order(String by, boolean descending) {
        Comparator<ActorEntry> order =
                switch (by) {
                    case "name" -> Comparator.comparing(entry -> entry.name);
                    case "state" -> Comparator.comparing(entry -> entry.state);
                    case "incarnation" -> Comparator.comparingInt(entry -> entry.incarnation);
                    case "queued" -> Comparator.comparingLong(entry -> entry.queued);
                    case "rate" -> Comparator.comparingDouble(entry -> entry.rate);
                    default -> Comparator.comparingLong(entry -> entry.id);
                };
        Comparator<ActorEntry> wanted = descending ? order.reversed() : order;
        return wanted.thenComparingLong(entry -> entry.id);
    }
}
