package io.bastion.observability.observer;

import io.bastion.actor.ActorRef;
import java.util.ArrayDeque;
import java.util.ArrayList;
import java.util.Deque;
import java.util.Iterator;
import java.util.List;
import java.util.function.Predicate;
import org.jspecify.annotations.Nullable;
import tools.jackson.core.JsonGenerator;

/** The last things that went wrong, and what was done about them. On the page's thread only. */
final class EventLog {
    static final int CAPACITY = 512;

    private final Deque<Noted> events = new ArrayDeque<>();
    private long last;

    /**
     * An event.
     *
     * @param seq its number, from 1, without gaps
     * @param id the actor's, negative if it is not known
     * @param text what else is to be said in words
     */
    record Noted(
            long seq, long at, String type, long id, String path, String text, @Nullable Throwable cause) {
        void write(JsonGenerator json) {
            json.writeStartObject();
            json.writeNumberProperty("seq", seq);
            json.writeNumberProperty("at", at);
            json.writeStringProperty("type", type);
            json.writeStringProperty("id", id < 0 ? "" : Query.id(id));
            json.writeStringProperty("path", path);
            json.writeStringProperty("text", text);
            json.writeEndObject();
        }
    }

    void note(String type, long id, ActorRef<?> actor, String text, @Nullable Throwable cause) {
        if (events.size() == CAPACITY) {
            events.removeFirst();
        }
        events.addLast(new Noted(++last, System.currentTimeMillis(), type, id, actor.path(), Json.clip(text), cause));
    }

    /** The number of the last event. */
    long last() {
        return last;
    }

    /** The newest events that are wanted and come after the one with the number, the newest first. */
    List<Noted> newest(long after, int limit, Predicate<Noted> wanted) {
        List<Noted> newest = new ArrayList<>();
        Iterator<Noted> backwards = events.descendingIterator();
        while (backwards.hasNext() && newest.size() < limit) {
            Noted event = backwards.next();
            if (event.seq <= after) {
                break;
            }
            if (wanted.test(event)) {
                newest.add(event);
            }
        }
        return newest;
    }
}
