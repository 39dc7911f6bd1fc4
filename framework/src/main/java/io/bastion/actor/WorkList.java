package io.bastion.actor;

import java.util.ArrayList;
import java.util.List;
import java.util.concurrent.atomic.AtomicIntegerFieldUpdater;
import org.jspecify.annotations.Nullable;

/**
 * The work of an actor that has not ended, in the order in which it began. Written by the actor's worker; read by any thread.
 */
final class WorkList {
    private static final AtomicIntegerFieldUpdater<WorkList> SIZE =
            AtomicIntegerFieldUpdater.newUpdater(WorkList.class, "size");

    /*
     * A reader may miss work that begins while it reads, and that only: the links are volatile, and a link that is cut leads
     * to its own owner, so that a reader which stands there begins again. The size is ordered by the link that follows it.
     */

    private volatile @Nullable InWork first;
    private @Nullable InWork last;
    private volatile int size;

    /** The worker only. */
    void add(InWork work) {
        SIZE.lazySet(this, size + 1);
        InWork before = last;
        last = work;
        if (before == null) {
            first = work;
        } else {
            work.previous = before;
            before.next = work;
        }
    }

    /** Takes work out; returns false if it was not in it. The worker only. */
    boolean remove(InWork work) {
        InWork before = work.previous;
        InWork after = work.next;
        if (work != first && before == null) {
            return false;
        }
        if (after == null) {
            last = before;
        } else {
            after.previous = before;
        }
        if (before == null) {
            first = after;
        } else {
            before.next = after;
        }
        work.previous = null;
        work.next = work;
        SIZE.lazySet(this, size - 1);
        return true;
    }

    int size() {
        return size;
    }

    /** The first so many. */
    List<InWork> first(int most) {
        List<InWork> all = new ArrayList<>(Math.min(most, size));
        for (InWork work = first; work != null && all.size() < most; ) {
            all.add(work);
            InWork next = work.next;
            if (next == work) { // it has been taken out meanwhile
                all.clear();
                next = first;
            }
            work = next;
        }
        return all;
    }
}
