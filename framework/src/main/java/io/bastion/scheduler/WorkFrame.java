package io.bastion.scheduler;

import org.jspecify.annotations.Nullable;

/**
 * What a thread is running just now.
 *
 * <p>Written by its thread only, with plain stores. Other threads may read it for diagnosis and see an old value. A worker
 * replaces its frame now and then: while the frame is a young object a collector's write barrier costs next to nothing,
 * which lets the running message be stored for every message.
 */
public final class WorkFrame {
    /** The slot of threads that have none of their own. */
    public static final int SHARED = 0;

    /** The frames of threads that are no workers; those find theirs in themselves. */
    private static final ThreadLocal<@Nullable WorkFrame> LENT = new ThreadLocal<>();

    @Nullable Activity activity;

    @Nullable Object work;

    private int uncounted;

    private int tallied;

    private long begun;

    private boolean timed;

    private final int budget;

    private final int slot;

    /** A frame of a worker that goes on with a strand for as long as strands like. */
    public WorkFrame() {
        this(Strand.BUDGET);
    }

    /**
     * @param budget nodes of a strand that are processed in a row: with 1 a test scheduler can put something else between
     *     any two messages
     */
    public WorkFrame(int budget) {
        this(budget, SHARED);
    }

    /**
     * @param budget see {@link #WorkFrame(int)}
     * @param slot see {@link #slot()}
     */
    public WorkFrame(int budget, int slot) {
        if (budget < 1) {
            throw new IllegalArgumentException("budget: " + budget + " (expected: >= 1)");
        }
        this.budget = budget;
        this.slot = slot;
    }

    /** The number of the worker among those of its scheduler, from 1; {@link #SHARED} if several threads have this one. */
    public int slot() {
        return slot;
    }

    /** Nodes that a strand processes before it goes to the back of the run queue. */
    public int budget() {
        return budget;
    }

    /** The activity that the thread is running, or null. */
    public @Nullable Activity activity() {
        return activity;
    }

    /** What the activity said that it is working on, or null. */
    public @Nullable Object work() {
        return work;
    }

    /** Notes what the running activity works on; null when it is between two pieces of work. */
    public void work(@Nullable Object work) {
        this.work = work;
    }

    /** Notes that the running activity has finished a piece of work, and will count it later. */
    public void finished() {
        uncounted++;
    }

    /**
     * Takes the pieces of work that the running activity has finished and not yet counted. They are kept here because a
     * field of the activity may share its cache line with one that others write.
     */
    public int takeUncounted() {
        int n = uncounted;
        uncounted = 0;
        tallied += n;
        return n;
    }

    /** Takes the pieces of work that were {@linkplain #takeUncounted counted} since this was last called, or the activity began. */
    public int takeTallied() {
        int n = tallied;
        tallied = 0;
        return n;
    }

    /** Notes when the running activity has begun, until it pauses. */
    public void time(long now) {
        begun = now;
        timed = true;
    }

    /** Whether it is noted when the running activity has begun. */
    public boolean isTimed() {
        return timed;
    }

    /** When the running activity has begun, if that {@linkplain #isTimed is noted}. */
    public long begun() {
        return begun;
    }

    /** Forgets when it has begun. */
    public void timed() {
        timed = false;
    }

    /**
     * Notes the activity that the thread is about to run, null after it; for implementations of {@link Home}, which also
     * clear {@link #work(Object) work} after each.
     */
    public void enter(@Nullable Activity activity) {
        this.activity = activity;
    }

    /** The frame of the calling thread, or null when the thread is no worker and runs no activity. */
    public static @Nullable WorkFrame current() {
        return Thread.currentThread() instanceof FrameHolder holder ? holder.frame() : LENT.get();
    }

    /** Gives the calling thread, which is no worker, a frame for the run of an activity; null after it. */
    static void lend(@Nullable WorkFrame frame) {
        if (frame == null) {
            LENT.remove();
        } else {
            LENT.set(frame);
        }
    }

    /** A thread that runs activities. */
    public interface FrameHolder {
        WorkFrame frame();
    }
}
