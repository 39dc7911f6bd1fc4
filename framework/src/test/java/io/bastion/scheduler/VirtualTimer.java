package io.bastion.scheduler;

import java.time.Duration;
import java.util.Comparator;
import java.util.PriorityQueue;

/** A timer whose time stands still until it is moved on. Thread-safe. */
public final class VirtualTimer implements Timer {
    private record Pending(TimerEntry entry, long deadline, long order) {}

    private final PriorityQueue<Pending> pending =
            new PriorityQueue<>(Comparator.comparingLong(Pending::deadline).thenComparingLong(Pending::order));

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
                    pending.add(new Pending(entry, deadline, order++));
                }
            }
        }
    }

    @Override
    public synchronized void cancelled(TimerEntry entry) {
        pending.removeIf(p -> p.entry == entry);
    }

    /** Moves the time on, and fires what becomes due, at its due time and in the order of the due times. */
    public void advance(Duration duration) {
        long end = nanoTime() + duration.toNanos();
        for (; ; ) {
            Pending next;
            synchronized (this) {
                next = pending.peek();
                if (next == null || next.deadline > end) {
                    now = end;
                    return;
                }
                pending.remove();
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
