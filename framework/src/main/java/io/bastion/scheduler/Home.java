package io.bastion.scheduler;

/**
 * A place that runs activities: a worker of a scheduler.
 *
 * <p>An SPI: {@link NumaScheduler}'s workers are homes, and so is the single thread of a deterministic test scheduler.
 * All methods are thread-safe and never block.
 */
public abstract class Home {
    /** Queues an activity that is in no queue. It may run here or on another worker of the same scheduler. */
    protected abstract void execute(Activity activity);

    /** Queues the activity that the calling thread is running behind the work that waits already. */
    protected abstract void yield(Activity activity);

    /** For implementations: runs an activity on the calling thread; what the activity throws is thrown on. */
    public static void run(Activity activity, WorkFrame frame) {
        frame.enter(activity);
        try {
            activity.run(frame);
        } finally {
            frame.enter(null);
            frame.work(null);
        }
    }

    /**
     * For implementations: hands what a task or an activity has thrown to the thread's uncaught exception handler and to
     * {@code Schedulers.onHandleError}; throws what these throw.
     */
    public static void report(Throwable error) {
        Errors.report(error);
    }

    /** Index of the NUMA node of this home, within the scheduler's topology. */
    public abstract int node();

    /** The scheduler that this home is a part of. */
    public abstract ActivityScheduler scheduler();
}
