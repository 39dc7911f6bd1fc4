package io.bastion.actor;

import io.bastion.scheduler.WorkFrame;
import java.util.Arrays;
import java.util.concurrent.atomic.LongAdder;
import org.jspecify.annotations.Nullable;

/**
 * The actors of a system that are counted together, and what is counted of them while somebody wants to know.
 *
 * <p>Each worker has a {@link Tally} of its own, so that counting is an addition to what no other thread writes.
 */
final class ActorType {
    private static final Tally[] NONE = {};

    final String name;
    private final Metering metering;

    /** By slot of the worker; replaced as a whole under the lock, empty while nobody counts. */
    private volatile @Nullable Tally[] tallies = NONE;

    private final LongAdder failed = new LongAdder();

    /** Whether instruments know of it; written under the lock of the metering. */
    private volatile boolean counted;

    /** A message whose handling is waited for: the latest of any actor, since one that is lost does not matter. */
    private volatile @Nullable Arrival arrival;

    /**
     * A message that has come.
     *
     * @param cell to whom
     * @param at when; or when it was the newest in the mailbox, and had come a little earlier
     * @param position its number among all that have come to the actor
     */
    private record Arrival(ActorCell<?> cell, long at, int position) {}

    ActorType(String name, Metering metering) {
        this.name = name;
        this.metering = metering;
    }

    /** Counts messages that an actor has handled; on its worker, as it pauses. */
    void handled(int n, @Nullable WorkFrame frame, ActorCell<?> cell) {
        @Nullable Tally[] all = tallies;
        int slot = frame == null ? WorkFrame.SHARED : frame.slot();
        Tally tally = slot < all.length ? all[slot] : null;
        if (tally == null) {
            tally = metering.isSampling() ? added(slot) : null;
            if (tally == null) {
                return;
            }
            metering.seen(this);
        }
        if (slot != WorkFrame.SHARED) {
            count(tally, n, cell);
        } else {
            synchronized (tally) {
                count(tally, n, cell);
            }
        }
    }

    /** The actor pauses, after the message that is timed if it has handled one. */
    void timed(int n, WorkFrame frame, ActorCell<?> cell) {
        if (n == 1) {
            processed(cell.timer().nanoTime() - frame.begun());
        }
        frame.timed();
        cell.sampled = false; // and not before: what it began with may have been no message
    }

    private void count(Tally tally, int n, ActorCell<?> cell) {
        if (tally.count(n) && !cell.sampled) {
            long now = cell.timer().nanoTime();
            tally.sampled(now);
            if (cell.depth() > 0) {
                arrival = new Arrival(cell, now, cell.newest());
            } // else the next message says itself when it comes
            cell.sampled = true;
        }
    }

    /** Null while nobody counts: one that is added after {@link #forget} would go unseen by those who count later. */
    private synchronized @Nullable Tally added(int slot) {
        if (!metering.isSampling()) {
            return null;
        }
        @Nullable Tally[] all = tallies;
        if (slot >= all.length) {
            all = Arrays.copyOf(all, slot + 1);
        }
        Tally tally = all[slot];
        if (tally == null) {
            tally = new Tally();
            all = all.clone();
            all[slot] = tally;
            tallies = all;
        }
        return tally;
    }

    /** A message came to an idle actor whose next one is a sample; on its sender's thread. */
    void arrived(ActorCell<?> cell) {
        arrival = new Arrival(cell, cell.timer().nanoTime(), cell.newest());
    }

    /**
     * A worker takes up an actor one of whose next messages is a sample; returns how many messages it may handle in a row. It
     * stops before the one that is waited for, to see how long that took, and after the one that is timed.
     */
    int sampleBegins(WorkFrame frame, ActorCell<?> cell) {
        long now = cell.timer().nanoTime();
        Arrival a = arrival;
        if (a != null && a.cell == cell) {
            int before = a.position - cell.taken() - 1;
            if (before > 0) {
                return Math.min(before, frame.budget());
            }
            arrival = null;
            if (before == 0) {
                waited(now - a.at);
            }
        }
        frame.time(now);
        return 1;
    }

    void waited(long nanos) {
        metering.each(i -> i.waited(name, nanos));
    }

    void processed(long nanos) {
        metering.each(i -> i.processed(name, nanos));
    }

    void failed() {
        if (metering.isSampling() && addedFailure() && !counted) {
            metering.seen(this);
        }
    }

    private synchronized boolean addedFailure() {
        boolean sampling = metering.isSampling();
        if (sampling) {
            failed.increment();
        }
        return sampling;
    }

    /** Whether this is the beginning. */
    boolean beginCounting() {
        boolean first = !counted;
        counted = true;
        return first;
    }

    boolean isCounted() {
        return counted;
    }

    SystemCounters.OfType counters() {
        long handled = 0;
        for (Tally tally : tallies) {
            handled += tally == null ? 0 : tally.handled();
        }
        return new SystemCounters.OfType(handled, failed.sum());
    }

    /** Nobody counts any more. */
    synchronized void forget() {
        tallies = NONE;
        counted = false;
        failed.reset();
        arrival = null;
    }
}
