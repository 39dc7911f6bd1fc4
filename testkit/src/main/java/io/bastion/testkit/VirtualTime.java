package io.bastion.testkit;

import io.bastion.scheduler.Timer;
import io.bastion.scheduler.TimerEntry;
import java.time.Duration;
import java.util.Comparator;
import java.util.IdentityHashMap;
import java.util.List;
import java.util.Objects;
import java.util.Optional;
import java.util.TreeSet;
import java.util.concurrent.RejectedExecutionException;
import java.util.concurrent.TimeUnit;
import java.util.concurrent.locks.ReentrantLock;
import org.jspecify.annotations.Nullable;

/**
 * A timer whose time stands still until it is moved on.
 *
 * <p>Whatever waits in a system waits for its scheduler's timer: actors' timers and receive time-outs, time-outs of asks,
 * back-off and restart windows, and Reactor's operators on that scheduler. So this one clock drives them all. It begins at
 * zero.
 *
 * <p>Entries fire in the order of their due times, those of the same time in the order in which they were started; while
 * one fires, the time is its due time. An entry that is started while the time moves takes part if it is due by the end of
 * the move. The time of a {@link TestKit} or {@link DeterministicScheduler} lets the system come to rest before it moves,
 * and again at each due time; elsewhere entries fire one after another, and what they cause runs when it runs.
 *
 * <p>Thread-safe, but moved by one thread at a time.
 */
public final class VirtualTime implements Timer {
    private record Pending(TimerEntry entry, long deadline, long order) {}

    private static final Comparator<Pending> ORDER =
            Comparator.comparingLong(Pending::deadline).thenComparingLong(Pending::order);

    /** Guarded by this, as are the following. */
    private final TreeSet<Pending> pending = new TreeSet<>(ORDER);

    /** Only looked into, never gone through: its order is that of hash codes. */
    private final IdentityHashMap<TimerEntry, Pending> byEntry = new IdentityHashMap<>();

    private long now;
    private long started;

    /** Held while the time moves. */
    private final ReentrantLock moving = new ReentrantLock();

    private volatile Runnable settle = () -> {};

    /** A time at zero, to be given to a scheduler as its timer. */
    public VirtualTime() {}

    /** Runs something before the time moves and at each due time on the way. */
    void settleWith(Runnable settle) {
        this.settle = settle;
    }

    @Override
    public synchronized long nanoTime() {
        return now;
    }

    /** The time since the beginning. */
    public Duration now() {
        return Duration.ofNanos(nanoTime());
    }

    @Override
    public void start(TimerEntry entry, long delayNanos) {
        synchronized (this) { // also a cancellation in this moment waits, and finds the entry
            long deadline = saturatedAdd(now, Math.max(0, delayNanos));
            entry.prepare(this, deadline);
            if (delayNanos > 0) {
                if (entry.queue()) {
                    Pending p = new Pending(entry, deadline, started++);
                    pending.add(p);
                    byEntry.put(entry, p);
                }
                return;
            }
        }
        entry.fire();
    }

    @Override
    public synchronized void cancelled(TimerEntry entry) {
        Pending p = byEntry.remove(entry);
        if (p != null) {
            pending.remove(p);
        }
    }

    /**
     * Moves the time on, and fires what becomes due on the way.
     *
     * @throws IllegalArgumentException if the duration is negative
     * @throws IllegalStateException if the time is being moved already
     */
    public void advanceBy(Duration duration) {
        Objects.requireNonNull(duration, "duration: null (expected: a Duration)");
        if (duration.isNegative()) {
            throw new IllegalArgumentException("duration: " + duration + " (expected: >= 0)");
        }
        moveTo(saturatedAdd(nanoTime(), nanos(duration)));
    }

    /**
     * Moves the time on to a time since the beginning, and fires what becomes due on the way.
     *
     * @throws IllegalArgumentException if that time is over
     * @throws IllegalStateException if the time is being moved already
     */
    public void advanceTo(Duration time) {
        Objects.requireNonNull(time, "time: null (expected: a Duration)");
        if (time.compareTo(now()) < 0) {
            throw new IllegalArgumentException("time: " + time + " (expected: >= " + now() + ")");
        }
        moveTo(nanos(time));
    }

    /** Number of the entries that have neither fired nor been cancelled. */
    public synchronized int pending() {
        return pending.size();
    }

    /** When the next entry is due, as a time since the beginning. */
    public synchronized Optional<Duration> nextDue() {
        return pending.isEmpty()
                ? Optional.empty()
                : Optional.of(Duration.ofNanos(pending.first().deadline()));
    }

    /** The entries that are pending, in words. */
    synchronized List<String> describePending() {
        return pending.stream()
                .map(p -> p.entry().getClass().getName() + ", due at " + Duration.ofNanos(p.deadline()))
                .toList();
    }

    private void moveTo(long end) {
        if (moving.isHeldByCurrentThread() || !moving.tryLock()) {
            throw new IllegalStateException("time: moved while it is moving (expected: one move after another)");
        }
        try {
            settle.run();
            while (moveToNextDue(end)) {
                fireDue();
                settle.run();
            }
        } finally {
            moving.unlock();
        }
    }

    /** Moves to the next due time, or to the end when nothing is due by then; returns whether something is. */
    private synchronized boolean moveToNextDue(long end) {
        boolean due = !pending.isEmpty() && pending.first().deadline() <= end;
        now = Math.max(now, due ? pending.first().deadline() : end);
        return due;
    }

    private void fireDue() {
        for (TimerEntry entry; (entry = takeDue()) != null; ) {
            try {
                entry.fire();
            } catch (RejectedExecutionException e) {
                // its home has ended, and with it whoever waits
            }
        }
    }

    private synchronized @Nullable TimerEntry takeDue() {
        if (pending.isEmpty() || pending.first().deadline() > now) {
            return null;
        }
        TimerEntry entry = Objects.requireNonNull(pending.pollFirst()).entry();
        byEntry.remove(entry);
        return entry;
    }

    private static long nanos(Duration duration) {
        return TimeUnit.NANOSECONDS.convert(duration); // saturates
    }

    private static long saturatedAdd(long a, long b) {
        long sum = a + b;
        return sum < 0 ? Long.MAX_VALUE : sum;
    }

    @Override
    public String toString() {
        return "virtual time " + now() + " with " + pending() + " pending";
    }
}
