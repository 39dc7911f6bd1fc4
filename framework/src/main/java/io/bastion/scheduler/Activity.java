package io.bastion.scheduler;

import org.jspecify.annotations.Nullable;

/**
 * A unit of serial work that sits in at most one run queue at a time.
 *
 * <p>The queue link is a field of the activity, so that scheduling allocates nothing. A subclass guarantees that
 * between {@link #schedule()} and the end of the {@link #run} that it causes there is no second {@code schedule()};
 * {@link Strand} does so with its state word.
 */
public abstract class Activity {
    /** Link of the run queue that holds this activity; written only by the thread that owns it there. */
    @Nullable Activity nextInQueue;

    private final Home home;

    /**
     * @param home the worker to which this activity is sent when it is scheduled from outside
     */
    protected Activity(Home home) {
        this.home = home;
    }

    /**
     * Does a bounded piece of work on the calling worker.
     *
     * @param frame the calling worker's frame
     */
    protected abstract void run(WorkFrame frame);

    /** Hands this activity to a worker. Everything that happened before is visible to the {@link #run} it causes. */
    protected final void schedule() {
        home.execute(this);
    }

    /** Puts this activity, from within its own {@link #run}, behind the work that waits already. */
    protected final void reschedule() {
        home.yield(this);
    }

    /** The worker to which this activity belongs. */
    protected final Home home() {
        return home;
    }
}
