package io.bastion.scheduler;

import java.lang.invoke.MethodHandles;
import java.lang.invoke.VarHandle;

/**
 * The workers of a node that sleep or are about to, as a set of bits.
 *
 * <p>A worker adds itself and then looks for work once more; who brings work writes it and then looks here. Every change
 * is a CAS, which is a full fence, so one of the two sees the other. Who removes a worker from the set owes it an unpark.
 */
final class IdleSet {
    private static final VarHandle WORD = MethodHandles.arrayElementVarHandle(long[].class);

    /** Unused words on both sides of the used ones, so that neighbours in memory do not share their cache lines. */
    private static final int PAD = 16;

    private final long[] words;
    private final int size;

    IdleSet(int size) {
        this.size = size;
        words = new long[PAD + (size + 63) / 64 + PAD];
    }

    boolean contains(int index) {
        return (word(index >> 6) & bit(index)) != 0;
    }

    void add(int index) {
        WORD.getAndBitwiseOr(words, PAD + (index >> 6), bit(index));
    }

    /** Removes a worker; returns whether the caller did it. */
    boolean remove(int index) {
        return contains(index)
                && ((long) WORD.getAndBitwiseAnd(words, PAD + (index >> 6), ~bit(index)) & bit(index)) != 0;
    }

    /** One of the members, if possible not the given one; -1 when there is none. */
    int any(int unwanted) {
        int last = -1;
        for (int w = 0; w << 6 < size; w++) {
            long members = word(w);
            while (members != 0) {
                int index = (w << 6) + Long.numberOfTrailingZeros(members);
                if (index != unwanted) {
                    return index;
                }
                last = index;
                members &= members - 1;
            }
        }
        return last;
    }

    boolean isEmpty() {
        for (int w = 0; w << 6 < size; w++) {
            if (word(w) != 0) {
                return false;
            }
        }
        return true;
    }

    boolean isFull() {
        return count() == size;
    }

    int count() {
        int count = 0;
        for (int w = 0; w << 6 < size; w++) {
            count += Long.bitCount(word(w));
        }
        return count;
    }

    private long word(int w) {
        return (long) WORD.getVolatile(words, PAD + w);
    }

    private static long bit(int index) {
        return 1L << index;
    }
}
