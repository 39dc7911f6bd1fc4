package io.bastion.scheduler;

import java.util.List;
import java.util.Objects;
import java.util.concurrent.Executor;
import java.util.concurrent.RejectedExecutionException;
import java.util.concurrent.atomic.AtomicIntegerFieldUpdater;
import java.util.concurrent.atomic.AtomicReferenceFieldUpdater;
import org.jspecify.annotations.Nullable;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;
import reactor.core.scheduler.Scheduler;
import reactor.core.scheduler.Schedulers;

/**
 * The home of one activity that may block: each of its runs is a task of its own, on a thread that is no worker.
 *
 * <p>Threads that refuse the task, because their scheduler was disposed, are replaced by a new one for the run, so that the
 * activity comes to its end; so are the caller's own and workers, which must not be blocked.
 */
public final class BlockingHome extends Home {
    private static final Logger log = LoggerFactory.getLogger(BlockingHome.class);

    private static final AtomicReferenceFieldUpdater<BlockingHome, @Nullable Run> RUNNING =
            AtomicReferenceFieldUpdater.newUpdater(BlockingHome.class, Run.class, "running");

    private static final AtomicIntegerFieldUpdater<BlockingHome> REFUSED =
            AtomicIntegerFieldUpdater.newUpdater(BlockingHome.class, "refused");

    private final ActivityScheduler workers;
    private final Executor threads;
    private final int budget;

    /** The latest run that has not ended; the one before may still be about to return. */
    private volatile @Nullable Run running;

    /** 1: a refusal has been logged. */
    private volatile int refused;

    private BlockingHome(ActivityScheduler workers, Executor threads, int budget) {
        this.workers = workers;
        this.threads = threads;
        this.budget = budget;
    }

    /** A home on virtual threads where the JVM has them, JDK 21 and later; on {@link Schedulers#boundedElastic()} before. */
    public static BlockingHome of(ActivityScheduler workers) {
        return BlockingThreads.areVirtual()
                ? new BlockingHome(workers, BlockingThreads::start, Strand.BUDGET)
                : of(workers, Schedulers.boundedElastic());
    }

    /** A home on the threads of a scheduler. */
    public static BlockingHome of(ActivityScheduler workers, Scheduler threads) {
        return of(workers, threads, Strand.BUDGET);
    }

    /**
     * A home on the threads of a scheduler.
     *
     * @param budget nodes of a strand that are processed in a row, as in {@link WorkFrame#WorkFrame(int)}
     */
    public static BlockingHome of(ActivityScheduler workers, Scheduler threads, int budget) {
        Objects.requireNonNull(threads, "threads: null (expected: a Scheduler)");
        return new BlockingHome(workers, threads::schedule, budget);
    }

    /** A worker of the scheduler that it belongs to, for what does not block. */
    public Home worker() {
        return workers.localHome();
    }

    /** What the activity is at just now, for diagnosis. */
    public List<WorkFrame> frames() {
        Run run = running;
        return run == null ? List.of() : List.of(run.frame);
    }

    /** Interrupts the run of the activity, if there is one and it is not the caller; the interrupt hits nothing else. */
    public void interrupt() {
        Run run = running;
        if (run != null) {
            run.interrupt();
        }
    }

    @Override
    protected void execute(Activity activity) {
        Run run = new Run(activity);
        try {
            threads.execute(run);
        } catch (RejectedExecutionException e) {
            if (REFUSED.compareAndSet(this, 0, 1)) {
                log.warn("a scheduler refuses blocking work, which gets threads of its own: {}", e.toString());
            }
            BlockingThreads.start(run);
        }
        run.submitter = null;
    }

    @Override
    protected void yield(Activity activity) {
        execute(activity);
    }

    @Override
    public int node() {
        return 0;
    }

    @Override
    public ActivityScheduler scheduler() {
        return workers;
    }

    private final class Run implements Runnable {
        private final Activity activity;
        private final WorkFrame frame = new WorkFrame(budget);

        /** The thread that is handing this over. */
        private @Nullable Thread submitter = Thread.currentThread();

        /** The thread that runs this; guarded by this. */
        private @Nullable Thread thread;

        Run(Activity activity) {
            this.activity = activity;
        }

        @Override
        public void run() {
            Thread current = Thread.currentThread();
            if (current == submitter || current instanceof WorkFrame.FrameHolder) {
                BlockingThreads.start(this);
                return;
            }
            setThread(current);
            running = this;
            WorkFrame.lend(frame);
            try {
                Home.run(activity, frame);
            } catch (Throwable e) {
                Home.report(e);
            } finally {
                WorkFrame.lend(null);
                RUNNING.compareAndSet(BlockingHome.this, this, null);
                setThread(null);
                Thread.interrupted(); // meant for what has just ended
            }
        }

        private synchronized void setThread(@Nullable Thread thread) {
            this.thread = thread;
        }

        synchronized void interrupt() {
            if (thread != null && thread != Thread.currentThread()) {
                thread.interrupt();
            }
        }
    }
}
