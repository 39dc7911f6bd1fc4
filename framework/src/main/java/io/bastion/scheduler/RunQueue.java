package io.bastion.scheduler;

import java.util.Arrays;
import org.jspecify.annotations.Nullable;

/**
 * A bounded FIFO ring with one owner who pushes; the owner and thieves pop.
 *
 * <p>The owner is a worker's thread. Pushing is wait-free, popping and stealing lock-free.
 */
final class RunQueue {
    static final int CAPACITY = 1024;
    private static final int MASK = CAPACITY - 1;

    /**
     * Slots of the positions {@code head..tail}, modulo the capacity. Written by the owner only, and a slot only after
     * {@code head} has passed it; so what was read from a slot before a successful CAS of {@code head} was its content.
     */
    private final @Nullable Activity[] ring = new @Nullable Activity[CAPACITY];

    /** Position of the oldest; moved by CAS, by anybody. Positions wrap around. */
    private final Padding.IntRef head = new Padding.IntRef();

    /** Position behind the youngest; written by the owner, with release semantics after the slots before it. */
    private final Padding.IntRef tail = new Padding.IntRef();

    /**
     * Appends an activity; for the owner. The write is volatile, so that the owner's next read, of the idle workers, is
     * not older than it.
     *
     * @return false when full
     */
    boolean push(Activity activity) {
        int t = tail.getPlain();
        if (t - head.value >= CAPACITY) {
            return false;
        }
        ring[t & MASK] = activity;
        tail.value = t + 1;
        return true;
    }

    /**
     * Appends as much of a chain as there is room for; for the owner.
     *
     * @param chain linked by {@code nextInQueue}, oldest first
     * @return the part that did not fit
     */
    @Nullable Activity pushChain(Activity chain) {
        int t = tail.getPlain();
        int end = head.value + CAPACITY;
        Activity rest = chain;
        while (rest != null && t != end) {
            Activity next = rest.nextInQueue;
            rest.nextInQueue = null;
            ring[t++ & MASK] = rest;
            rest = next;
        }
        tail.value = t;
        return rest;
    }

    /** Removes the oldest; for the owner. */
    @Nullable Activity pop() {
        for (; ; ) {
            int h = head.value;
            if (h == tail.getPlain()) {
                return null;
            }
            Activity oldest = ring[h & MASK];
            if (head.compareAndSet(h, h + 1)) {
                ring[h & MASK] = null;
                return oldest;
            }
        }
    }

    /**
     * Moves the older half to a thief's queue, except for the oldest.
     *
     * @param thief the queue of the calling thread; it is empty
     * @return the oldest, or null when there is nothing to steal
     */
    @Nullable Activity stealInto(RunQueue thief) {
        for (; ; ) {
            int h = head.value;
            int n = tail.value - h;
            if (n <= 0) {
                return null;
            }
            n -= n >> 1;
            if (n > CAPACITY / 2) {
                continue; // head moved on between the two reads
            }
            Activity oldest = ring[h & MASK];
            int t = thief.tail.getPlain();
            for (int i = 1; i < n; i++) {
                thief.ring[t + i - 1 & MASK] = ring[h + i & MASK];
            }
            if (head.compareAndSet(h, h + n)) {
                if (n > 1) {
                    thief.tail.value = t + n - 1;
                }
                return oldest;
            }
        }
    }

    /** Forgets what thieves have taken; for the owner of an empty queue, before it falls asleep. */
    void forgetStolen() {
        Arrays.fill(ring, null);
    }

    /** The number of activities: exact for the owner when nobody steals, else a guess. */
    int size() {
        return Math.max(0, tail.value - head.value);
    }

    boolean isEmpty() {
        return size() == 0;
    }
}
