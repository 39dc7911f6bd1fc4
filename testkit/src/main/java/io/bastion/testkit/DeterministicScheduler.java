package io.bastion.testkit;

import io.bastion.scheduler.Activity;
import io.bastion.scheduler.ActivityScheduler;
import io.bastion.scheduler.BlockingHome;
import io.bastion.scheduler.Home;
import io.bastion.scheduler.WorkFrame;
import java.time.Duration;
import java.util.ArrayList;
import java.util.List;
import java.util.Objects;
import java.util.Random;
import java.util.concurrent.TimeUnit;
import java.util.concurrent.atomic.AtomicInteger;
import java.util.function.BooleanSupplier;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;
import reactor.core.Disposable;
import reactor.core.Exceptions;

/**
 * A scheduler that runs a whole system one step after another, in an order that is drawn from a seed, in a
 * {@link VirtualTime}.
 *
 * <p>Nothing runs but while {@link #step()}, {@link #runUntilIdle()}, {@link #runUntil} or {@link #advanceBy} is being
 * called. Each step is one message of one actor, or one task of one Reactor worker, chosen among all that could run. The
 * same program with the same seed takes the same steps; another seed takes others: so one seed replays a failure, and many
 * seeds look for one.
 *
 * <p>What other threads hand in is accepted at any time, and takes part from the beginning of the next run on, or when the
 * present one has nothing else to do. The order of such work is as deterministic as those threads are.
 *
 * <p>As a Reactor scheduler: every {@code Worker} is serial and first-in-first-out; the thread is {@code NonBlocking};
 * errors of tasks go to {@code Schedulers.onHandleError}; running tasks are not interrupted when they are disposed.
 * {@link #dispose()} drops what waits. {@code block()} on the thread of the test waits for what nobody runs: see
 * {@link TestKit#result}.
 *
 * <p>Thread-safe, but run by one thread at a time.
 */
public final class DeterministicScheduler implements ActivityScheduler {
    /*
     * Activities run on a thread of the scheduler's own, and the thread that calls for a run waits until it is over. They
     * cannot run on the caller: WorkFrame.current() looks for a FrameHolder in the current thread, through which an actor
     * finds the message it is at and the sender of what it sends; and Reactor refuses to block on a NonBlocking thread,
     * which actors are to be held to in tests, while the test's own thread must be free to block. Only one of the two
     * threads ever moves, and each hand-over is a happens-before edge, so that tests may read what handlers wrote. A whole
     * run costs two hand-overs, not every step.
     *
     * Why the order depends on nothing but the seed and the program:
     *
     *   - what activities schedule is appended to runnable on the one thread, in the order of the program
     *   - what the test schedules, with time that it moves on too, is appended to arrivals by the one thread of the test,
     *     and is taken over at the beginning of a run
     *   - the choice is an index into runnable: neither hash codes nor addresses take part. A chosen activity is replaced
     *     by the last of the list, which is again a function of the choices before
     *   - java.util.Random is specified to the bit, so that a seed means the same on every JVM
     *
     * Serial execution of an actor is the business of its strand, which is in the list at most once. The thread's frame
     * has a budget of one, so that a strand goes back to the list after every message, and any message of any other actor
     * may come in between; with the strand's own budget whole queues would be the steps, and most races out of reach.
     *
     * The seed is mixed first: Random's first numbers for seeds close to each other are close to each other too.
     */

    private static final Logger log = LoggerFactory.getLogger(DeterministicScheduler.class);
    private static final AtomicInteger SCHEDULERS = new AtomicInteger();

    private final long seed;
    private final Random random;
    private final VirtualTime time = new VirtualTime();
    private final Home home = new OnlyHome();
    private final SteppedThread thread;
    private final LentThread lent;

    /** What could run; for the thread only. */
    private final List<Activity> runnable = new ArrayList<>();

    /** What came from other threads, in the order of coming; guarded by itself. */
    private final List<Activity> arrivals = new ArrayList<>();

    private volatile boolean disposed;

    /** Written by the thread; whoever has waited for a run sees it. */
    private long steps;

    private DeterministicScheduler(long seed, Thread.UncaughtExceptionHandler handler) {
        this.seed = seed;
        this.random = new Random(mixed(seed));
        this.thread = new SteppedThread("deterministic-" + SCHEDULERS.incrementAndGet(), Await.BOUND, handler);
        this.lent = new LentThread(thread.getName() + "-blocking", home);
        time.settleWith(this::runUntilIdle);
        thread.start();
    }

    /** A scheduler with the order of a seed, at time zero. */
    public static DeterministicScheduler seeded(long seed) {
        return seeded(seed, (t, error) -> log.error("{} failed with an uncaught error", t.getName(), error));
    }

    static DeterministicScheduler seeded(long seed, Thread.UncaughtExceptionHandler handler) {
        return new DeterministicScheduler(seed, handler);
    }

    /** The finalizer of MurmurHash3. */
    private static long mixed(long seed) {
        long h = seed;
        h = (h ^ h >>> 33) * 0xff51afd7ed558ccdL;
        h = (h ^ h >>> 33) * 0xc4ceb9fe1a85ec53L;
        return h ^ h >>> 33;
    }

    /** The seed. */
    public long seed() {
        return seed;
    }

    /** Steps taken so far. */
    public long steps() {
        return steps;
    }

    @Override
    public VirtualTime timer() {
        return time;
    }

    /**
     * Takes one step.
     *
     * @return false if there was nothing to run
     */
    public boolean step() {
        return thread.call(() -> {
            takeArrivals();
            return runOne();
        });
    }

    /**
     * Takes steps until there is nothing to run; the time stands still.
     *
     * @throws AssertionError if that is not within {@link Await#BOUND}
     */
    public void runUntilIdle() {
        runUntil(() -> false);
    }

    /**
     * Takes steps until a condition is true, which is looked at before each step, or there is nothing to run.
     *
     * @return whether the condition has become true
     * @throws AssertionError if neither is within {@link Await#BOUND}
     */
    public boolean runUntil(BooleanSupplier condition) {
        Objects.requireNonNull(condition, "condition: null (expected: a condition)");
        return thread.call(() -> {
            takeArrivals();
            while (!condition.getAsBoolean()) {
                if (!runOne() || thread.isHalted()) {
                    return false;
                }
            }
            return true;
        });
    }

    /** Runs until idle, moves the time on, and at each due time on the way runs until idle again. */
    public void advanceBy(Duration duration) {
        time.advanceBy(duration);
    }

    /**
     * Waits until another thread has handed in something to run; for systems that use threads that are not the scheduler's,
     * as those of {@code Schedulers.boundedElastic()}.
     *
     * @return false if nothing has come within {@link Await#BOUND}
     */
    public boolean awaitWork() {
        long end = System.nanoTime() + Await.BOUND.toNanos();
        synchronized (arrivals) {
            while (arrivals.isEmpty()) {
                long left = end - System.nanoTime();
                if (left <= 0) {
                    return false;
                }
                try {
                    TimeUnit.NANOSECONDS.timedWait(arrivals, left);
                } catch (InterruptedException e) {
                    Thread.currentThread().interrupt();
                    throw new AssertionError("interrupted while it waited for work", e);
                }
            }
            return true;
        }
    }

    private void takeArrivals() {
        synchronized (arrivals) {
            runnable.addAll(arrivals);
            arrivals.clear();
        }
    }

    private boolean runOne() {
        if (runnable.isEmpty()) {
            takeArrivals();
        }
        int size = runnable.size();
        if (size == 0) {
            return false;
        }
        int chosen = random.nextInt(size);
        Activity activity = runnable.get(chosen);
        Activity last = runnable.remove(size - 1);
        if (chosen < size - 1) {
            runnable.set(chosen, last);
        }
        steps++;
        try {
            Home.run(activity, thread.frame());
        } catch (Throwable e) {
            Home.report(e);
        } finally {
            Thread.interrupted(); // meant for the activity that has just ended
        }
        return true;
    }

    private void accept(Activity activity) {
        if (disposed) {
            throw Exceptions.failWithRejected();
        }
        if (Thread.currentThread() == thread || lent.isCurrent()) {
            runnable.add(activity);
        } else {
            synchronized (arrivals) {
                arrivals.add(activity);
                arrivals.notifyAll();
            }
        }
    }

    @Override
    public Home localHome() {
        return home;
    }

    @Override
    public Home nextHome() {
        return home;
    }

    @Override
    public Home nextHome(int node) {
        if (node != 0) {
            throw new IllegalArgumentException("node: " + node + " (expected: 0)");
        }
        return home;
    }

    /**
     * A home whose activity takes its turns with all others, in the order of the seed, and may block: this scheduler's thread waits
     * meanwhile for another one. What only this scheduler runs it must not wait for.
     */
    @Override
    public BlockingHome blockingHome() {
        return BlockingHome.of(this, lent, 1);
    }

    /** Drawn from the seed. */
    @Override
    public double random() {
        return random.nextDouble();
    }

    @Override
    public List<WorkFrame> frames() {
        return List.of(thread.frame());
    }

    @Override
    public Disposable schedule(Runnable task) {
        return createWorker().schedule(task);
    }

    @Override
    public Disposable schedule(Runnable task, long delay, TimeUnit unit) {
        return createWorker().schedule(task, delay, unit);
    }

    @Override
    public Disposable schedulePeriodically(Runnable task, long initialDelay, long period, TimeUnit unit) {
        return createWorker().schedulePeriodically(task, initialDelay, period, unit);
    }

    @Override
    public Worker createWorker() {
        return new SeededWorker(this, home);
    }

    /** The virtual time. */
    @Override
    public long now(TimeUnit unit) {
        return unit.convert(time.nanoTime(), TimeUnit.NANOSECONDS);
    }

    /**
     * Does nothing while the scheduler lives.
     *
     * @throws IllegalStateException if it was disposed
     */
    @Override
    public void init() {
        if (disposed) {
            throw new IllegalStateException("a disposed scheduler cannot be initialized");
        }
    }

    @Override
    public void dispose() {
        disposed = true;
        thread.end();
        lent.dispose();
    }

    @Override
    public boolean isDisposed() {
        return disposed;
    }

    @Override
    public String toString() {
        return "deterministic(" + seed + ")";
    }

    private final class OnlyHome extends Home {
        @Override
        protected void execute(Activity activity) {
            accept(activity);
        }

        @Override
        protected void yield(Activity activity) {
            accept(activity);
        }

        @Override
        public int node() {
            return 0;
        }

        @Override
        public ActivityScheduler scheduler() {
            return DeterministicScheduler.this;
        }
    }
}
