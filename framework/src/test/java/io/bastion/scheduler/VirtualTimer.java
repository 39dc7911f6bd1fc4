package io.bastion.scheduler;

import java.time.Duration;
import java.util.Comparator;
import java.util.IdentityHashMap;
import java.util.Map;
import java.util.TreeSet;

/** A timer whose time stands still until it is moved on. Thread-safe. */
public final class VirtualTimer implements Timer {
    private record Pending(TimerEntry entry, long deadline, long order) {}

    private final TreeSet<Pending> pending =
            new TreeSet<>(Comparator.comparingLong(Pending::deadline).thenComparingLong(Pending::order));

    /** To find them when they are cancelled: a deep tree that ends cancels as many as it has levels. */
    private final Map<TimerEntry, Pending> byEntry = new IdentityHashMap<>();

    private long now;
    private long order;

    @Override
    public synchronized long nanoTime() {
        return now;
    }

    @Override
    public void start(TimerEntry entry, long delayNanos) {
        long deadline = nanoTime() + Math.max(0, delayNanos);
        entry.prepare(this, deadline);
        if (delayNanos <= 0) {
            entry.fire();
        } else {
            synchronized (this) { // a cancellation in this moment waits, and finds the entry
                if (entry.queue()) {
                    Pending p = new Pending(entry, deadline, order++);
                    pending.add(p);
                    byEntry.put(entry, p);
                }
            }
        }
    }

    @Override
    public synchronized void cancelled(TimerEntry entry) {
        Pending p = byEntry.remove(entry);
        if (p != null) {
            pending.remove(p);
        }
    }

    /** Moves the time on, and fires what becomes due, at its due time and in the order of the due times. */
    public void advance(Duration duration) {
        long end = nanoTime() + duration.toNanos();
        for (; ; ) {
            Pending next;
            synchronized (this) {
                next = pending.isEmpty() ? null : pending.first();
                if (next == null || next.deadline > end) {
                    now = end;
                    return;
                }
                pending.remove(next);
                byEntry.remove(next.entry);
                now = Math.max(now, next.deadline);
            }
            next.entry.fire();
        }
    }

    /** Number of the entries that have neither fired nor been cancelled. */
    public synchronized int pending() {
        return pending.size();
    }
}
