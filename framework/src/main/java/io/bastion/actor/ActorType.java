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

    /** When a message came to an idle actor whose next message is a sample: the latest, whose-ever it was. */
    private volatile @Nullable Arrival arrival;

    private record Arrival(ActorCell<?> cell, long at) {}

    ActorType(String name, Metering metering) {
        this.name = name;
        this.metering = metering;
    }

    /** Counts messages that an actor has handled; on its worker. */
    void handled(int n, int slot, ActorCell<?> cell) {
        @Nullable Tally[] all = tallies;
        Tally tally = slot < all.length ? all[slot] : null;
        if (tally == null) {
            if (!metering.isSampling()) {
                return;
            }
            tally = added(slot);
            metering.seen(this);
        }
        if (slot == WorkFrame.SHARED) {
            countShared(tally, n, cell);
        } else if (tally.count(n)) {
            sample(tally, cell);
        }
    }

    private void countShared(Tally tally, int n, ActorCell<?> cell) {
        boolean due;
        synchronized (tally) {
            due = tally.count(n);
        }
        if (due) {
            sample(tally, cell);
        }
    }

    private synchronized Tally added(int slot) {
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

    /** The actor's next message is a sample, and so is the wait of one that would come now. */
    private void sample(Tally tally, ActorCell<?> cell) {
        long now = cell.timer().nanoTime();
        synchronized (tally) {
            tally.sampled(now);
        }
        cell.sampleNext(now);
    }

    /** A message came to an idle actor; on its sender's thread. */
    void arrived(ActorCell<?> cell) {
        arrival = new Arrival(cell, cell.timer().nanoTime());
    }

    /** The handling of a sample begins. */
    void begins(ActorCell<?> cell, long now) {
        Arrival a = arrival;
        if (a != null && a.cell == cell) {
            arrival = null;
            waited(now - a.at);
        }
    }

    /** What had come was no message. */
    void didNotArrive(ActorCell<?> cell) {
        Arrival a = arrival;
        if (a != null && a.cell == cell) {
            arrival = null;
        }
    }

    void waited(long nanos) {
        metering.each(i -> i.waited(name, nanos));
    }

    void processed(long nanos) {
        metering.each(i -> i.processed(name, nanos));
    }

    void failed() {
        if (metering.isSampling()) {
            failed.increment();
            if (!counted) {
                metering.seen(this);
            }
        }
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
