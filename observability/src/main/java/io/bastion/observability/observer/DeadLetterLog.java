package io.bastion.observability.observer;

import io.bastion.actor.ActorRef;
import io.bastion.actor.DeadLetter;
import java.util.ArrayDeque;
import java.util.Deque;
import java.util.Iterator;
import java.util.concurrent.TimeUnit;
import org.jspecify.annotations.Nullable;
import tools.jackson.core.JsonGenerator;

/**
 * Counts dead letters and keeps some of the last ones, without what is in them. Thread-safe; quick, since it is called by who
 * finds a letter.
 */
final class DeadLetterLog {
    private static final int CAPACITY = 200;
    private static final int KEPT_A_SECOND = 50;

    private final long[] counts = new long[DeadLetter.Reason.values().length];
    private final Deque<Kept> kept = new ArrayDeque<>();
    private long second;
    private int keptInSecond;

    private record Kept(long at, String message, String recipient, String sender, DeadLetter.Reason reason) {}

    synchronized void record(DeadLetter letter) {
        counts[letter.reason().ordinal()]++;
        long now = TimeUnit.NANOSECONDS.toSeconds(System.nanoTime());
        if (now != second) {
            second = now;
            keptInSecond = 0;
        }
        if (keptInSecond++ < KEPT_A_SECOND) {
            if (kept.size() == CAPACITY) {
                kept.removeFirst();
            }
            kept.addLast(new Kept(
                    System.currentTimeMillis(),
                    letter.message().getClass().getName(),
                    letter.recipient().path(),
                    path(letter.sender()),
                    letter.reason()));
        }
    }

    private static String path(@Nullable ActorRef<?> actor) {
        return actor == null ? "" : actor.path();
    }

    synchronized long total() {
        long total = 0;
        for (long count : counts) {
            total += count;
        }
        return total;
    }

    /** Writes the counts by reason, and the letters, the newest first. */
    synchronized void write(JsonGenerator json) {
        json.writeObjectPropertyStart("reasons");
        for (DeadLetter.Reason reason : DeadLetter.Reason.values()) {
            if (counts[reason.ordinal()] > 0) {
                json.writeNumberProperty(reason.name(), counts[reason.ordinal()]);
            }
        }
        json.writeEndObject();
        json.writeArrayPropertyStart("letters");
        Iterator<Kept> backwards = kept.descendingIterator();
        while (backwards.hasNext()) {
            Kept letter = backwards.next();
            json.writeStartObject();
            json.writeNumberProperty("at", letter.at);
            json.writeStringProperty("message", letter.message);
            json.writeStringProperty("recipient", letter.recipient);
            json.writeStringProperty("sender", letter.sender);
            json.writeStringProperty("reason", letter.reason.name());
            json.writeEndObject();
        }
        json.writeEndArray();
    }
}
