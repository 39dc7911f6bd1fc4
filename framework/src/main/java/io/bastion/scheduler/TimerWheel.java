package io.bastion.scheduler;

import java.util.List;
import org.jspecify.annotations.Nullable;

/**
 * Timer entries in buckets by due time; for one thread.
 *
 * <p>A hierarchical wheel after G. Varghese and A. Lauck, "Hashed and Hierarchical Timing Wheels", SOSP 1987: adding and
 * removing take constant time, and the next due time is found with a few bit operations.
 */
final class TimerWheel {
    /*
     * Time is counted in ticks of 2^20 ns, and a tick is seen as a number of seven digits of six bits. An entry is due at
     * the first tick that is not before its deadline. It lies on the level of the highest digit in which its tick differs
     * from elapsed, in the bucket which that digit of its tick names. Hence on each level only buckets above elapsed's own
     * digit are occupied, and everything on a level is due before anything on a higher one.
     *
     * elapsed never passes the start of an occupied bucket without emptying it: what is in the bucket is due or goes to a
     * lower level. So the level of an entry can be computed again from its deadline whenever it is to be removed.
     */

    static final int TICK_SHIFT = 20;

    /** Nanoseconds of a tick: about a millisecond. */
    static final long TICK = 1L << TICK_SHIFT;

    /** The answer to {@link #nextDue} when nothing is here. */
    static final long NEVER = Long.MAX_VALUE;

    private static final int BITS = 6;
    private static final int BUCKETS = 1 << BITS;
    private static final int LEVELS = 7;

    /** The last tick that seven digits can express, 146 years after the first. */
    private static final long LAST_TICK = (1L << (LEVELS * BITS)) - 1;

    private final @Nullable TimerEntry[] heads = new @Nullable TimerEntry[LEVELS * BUCKETS];
    private final @Nullable TimerEntry[] tails = new @Nullable TimerEntry[LEVELS * BUCKETS];

    /** A bit for each bucket of a level that has entries. */
    private final long[] occupied = new long[LEVELS];

    /** The tick up to which everything was delivered. */
    private long elapsed;

    /**
     * Adds an entry that is in no bucket.
     *
     * @return false if it is due already, and was not added
     */
    boolean add(TimerEntry entry) {
        long tick = tickOf(entry);
        if (tick <= elapsed) {
            return false;
        }
        int level = levelOf(tick);
        int digit = digit(tick, level);
        int bucket = level * BUCKETS + digit;
        TimerEntry tail = tails[bucket];
        entry.next = null;
        entry.previous = tail;
        tails[bucket] = entry;
        if (tail == null) {
            heads[bucket] = entry;
            occupied[level] |= 1L << digit;
        } else {
            tail.next = entry;
        }
        return true;
    }

    /** Removes an entry, if it is in a bucket. */
    void remove(TimerEntry entry) {
        long tick = tickOf(entry);
        int level = levelOf(tick);
        int digit = digit(tick, level);
        int bucket = level * BUCKETS + digit;
        TimerEntry previous = entry.previous;
        TimerEntry next = entry.next;
        if (previous != null) {
            previous.next = next;
        } else if (heads[bucket] == entry) {
            heads[bucket] = next;
        } else {
            return; // delivered before
        }
        if (next != null) {
            next.previous = previous;
        } else {
            tails[bucket] = previous;
        }
        if (heads[bucket] == null) {
            occupied[level] &= ~(1L << digit);
        }
        entry.next = null;
        entry.previous = null;
    }

    /**
     * Moves on in time and takes out what is due.
     *
     * @param now nanoseconds
     * @param due takes the due entries, in no particular order but that of addition for equal deadlines and delays
     */
    void advance(long now, List<TimerEntry> due) {
        long nowTick = now >> TICK_SHIFT;
        for (; ; ) {
            int level = lowestOccupiedLevel();
            if (level == LEVELS) {
                break;
            }
            int digit = Long.numberOfTrailingZeros(occupied[level]);
            long start = bucketStart(level, digit);
            if (start > nowTick) {
                break;
            }
            elapsed = start;
            empty(level, digit, due);
        }
        elapsed = Math.max(elapsed, nowTick);
    }

    private void empty(int level, int digit, List<TimerEntry> due) {
        int bucket = level * BUCKETS + digit;
        TimerEntry entry = heads[bucket];
        heads[bucket] = null;
        tails[bucket] = null;
        occupied[level] &= ~(1L << digit);
        while (entry != null) {
            TimerEntry next = entry.next;
            entry.next = null;
            entry.previous = null;
            if (!entry.isCancelled() && !add(entry)) {
                due.add(entry);
            }
            entry = next;
        }
    }

    /** When {@link #advance} will next have something to do, in nanoseconds; {@link #NEVER} if there are no entries. */
    long nextDue() {
        int level = lowestOccupiedLevel();
        return level == LEVELS ? NEVER : bucketStart(level, Long.numberOfTrailingZeros(occupied[level])) << TICK_SHIFT;
    }

    private int lowestOccupiedLevel() {
        int level = 0;
        while (level < LEVELS && occupied[level] == 0) {
            level++;
        }
        return level;
    }

    /** The first tick that belongs to a bucket: elapsed's digits above the level, the bucket's digit, zeros below. */
    private long bucketStart(int level, int digit) {
        int shift = (level + 1) * BITS;
        return (elapsed >>> shift << shift) | (long) digit << (level * BITS);
    }

    private int levelOf(long tick) {
        return (63 - Long.numberOfLeadingZeros((elapsed ^ tick) | (BUCKETS - 1))) / BITS;
    }

    private static int digit(long tick, int level) {
        return (int) (tick >>> (level * BITS)) & (BUCKETS - 1);
    }

    private static long tickOf(TimerEntry entry) {
        return Math.min(LAST_TICK, (entry.deadline + TICK - 1) >>> TICK_SHIFT);
    }
}
