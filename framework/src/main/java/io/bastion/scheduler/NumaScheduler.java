package io.bastion.scheduler;

import java.util.Arrays;
import java.util.List;
import java.util.Objects;
import java.util.concurrent.TimeUnit;
import java.util.concurrent.atomic.AtomicInteger;
import java.util.concurrent.locks.LockSupport;
import java.util.stream.Stream;
import org.jspecify.annotations.Nullable;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;
import reactor.core.Disposable;
import reactor.core.Disposables;
import reactor.core.Exceptions;
import reactor.core.Scannable;
import reactor.core.publisher.Mono;

/**
 * A Reactor {@code Scheduler} that runs tasks and {@link Activity activities} on one group of workers per NUMA node.
 *
 * <p>Work goes to a worker of the node where it belongs, or stays with the worker that caused it when that is of the same
 * node; idle workers steal within their node, and from other nodes when their own has had nothing to do for a while. The
 * worker threads are {@code NonBlocking}. Every {@code Worker} is serial and first-in-first-out, and not bound to a
 * thread.
 *
 * <p>It runs from {@link Builder#build()} on and cannot be started again after it was disposed. {@link #dispose()} ends it
 * at once: running tasks are interrupted, waiting ones dropped. {@link #disposeGracefully()} takes no more tasks, ends
 * periodic ones, and ends the workers when all tasks, also delayed ones, have run and no activity is left. Tasks and
 * activities that come too late are rejected with a {@code RejectedExecutionException}.
 *
 * <p>Thread-safe.
 */
public final class NumaScheduler implements ActivityScheduler, Scannable {
    private static final Logger log = LoggerFactory.getLogger(NumaScheduler.class);

    final Lifecycle lifecycle;

    /** The number of workers that have been made. */
    final AtomicInteger slots = new AtomicInteger();

    /** Who hears of steals; null while nobody does. */
    volatile @Nullable StealListener steals;

    final WorkerPool pool;
    private final String name;
    private final NumaTopology topology;
    private final Timer timer;

    private NumaScheduler(Builder builder, NumaTopology topology) {
        this.name = builder.name;
        this.topology = topology;
        Runnable closeTimer;
        if (builder.timer != null) {
            this.timer = builder.timer;
            closeTimer = () -> {};
        } else {
            WheelTimer ownTimer = WheelTimer.create(name + "-timer");
            this.timer = ownTimer;
            closeTimer = ownTimer::close;
        }
        this.lifecycle = new Lifecycle(builder.workerCount(topology), closeTimer);
        this.pool = new WorkerPool(this, builder, topology);
    }

    /** A builder for the machine's topology with a worker for each cpu. */
    public static Builder builder() {
        return new Builder();
    }

    @Override
    public Home localHome() {
        return Thread.currentThread() instanceof WorkerThread t && t.worker.group.scheduler == this
                ? t.worker
                : nextHome();
    }

    @Override
    public Home nextHome() {
        return pool.nextHome();
    }

    @Override
    public Home nextHome(int node) {
        if (node < 0 || node >= pool.groups.length) {
            throw new IllegalArgumentException("node: " + node + " (expected: 0.." + (pool.groups.length - 1) + ")");
        }
        return pool.groups[node].nextHome();
    }

    @Override
    public List<WorkFrame> frames() {
        return pool.threads().map(WorkerThread::frame).toList();
    }

    @Override
    public Timer timer() {
        return timer;
    }

    /** The topology that the workers are laid out on. */
    public NumaTopology topology() {
        return topology;
    }

    @Override
    public Disposable schedule(Runnable task) {
        rejectIfDisposed();
        Task t = new Task(task, null);
        new DirectTask(t, localHome()).start();
        return t;
    }

    @Override
    public Disposable schedule(Runnable task, long delay, TimeUnit unit) {
        if (delay <= 0) {
            return schedule(task);
        }
        rejectIfDisposed();
        DelayedTask t = new DelayedTask(task, this, localHome());
        t.start(unit.toNanos(delay));
        return t;
    }

    @Override
    public Disposable schedulePeriodically(Runnable task, long initialDelay, long period, TimeUnit unit) {
        return createWorker().schedulePeriodically(task, initialDelay, period, unit);
    }

    @Override
    public Worker createWorker() {
        return new SerialWorker(this, localHome());
    }

    /** The wall clock for milliseconds and coarser units; with an injected timer always that timer's clock. */
    @Override
    public long now(TimeUnit unit) {
        return timer instanceof WheelTimer
                ? ActivityScheduler.super.now(unit)
                : unit.convert(timer.nanoTime(), TimeUnit.NANOSECONDS);
    }

    /**
     * Does nothing while the scheduler runs.
     *
     * @throws IllegalStateException if it was disposed
     */
    @Override
    public void init() {
        if (isDisposed()) {
            throw new IllegalStateException("a disposed scheduler cannot be initialized");
        }
    }

    /** The same as {@link #init()}. */
    @Override
    @SuppressWarnings("deprecation")
    public void start() {
        init();
    }

    @Override
    public void dispose() {
        if (lifecycle.force()) {
            pool.threads().forEach(Thread::interrupt); // also unparks
        }
    }

    @Override
    public Mono<Void> disposeGracefully() {
        return Mono.defer(() -> {
            if (lifecycle.drain()) {
                pool.threads().forEach(LockSupport::unpark);
            }
            return lifecycle.terminated();
        });
    }

    @Override
    public boolean isDisposed() {
        return lifecycle.isDisposed();
    }

    void rejectIfDisposed() {
        if (lifecycle.isDisposed()) {
            throw Exceptions.failWithRejected();
        }
    }

    /** What the workers have counted since the start, by node; a snapshot that is not atomic. */
    public SchedulerStats stats() {
        return new SchedulerStats(
                Arrays.stream(pool.groups).map(SchedulerStats.NodeStats::of).toList());
    }

    /**
     * Has a listener told of each time that a worker fetches work from another one; it takes the place of the one before.
     *
     * @return takes it back
     */
    public Disposable onSteal(StealListener listener) {
        Objects.requireNonNull(listener, "listener: null (expected: a StealListener)");
        steals = listener;
        return Disposables.composite(() -> {
            if (steals == listener) {
                steals = null;
            }
        });
    }

    @Override
    public String toString() {
        return "numa(" + pool.workerCount() + ",\"" + name + "\")";
    }

    @Override
    @SuppressWarnings("rawtypes")
    public @Nullable Object scanUnsafe(Attr key) {
        if (key == Attr.TERMINATED || key == Attr.CANCELLED) {
            return isDisposed();
        }
        if (key == Attr.CAPACITY || key == Attr.BUFFERED) {
            return pool.workerCount(); // as Schedulers.parallel() has it
        }
        if (key == Attr.NAME) {
            return toString();
        }
        return null;
    }

    /** The workers, with the number of the activities that wait at each as {@code BUFFERED}. */
    @Override
    public Stream<? extends Scannable> inners() {
        return pool.workers();
    }

    /** Builder of {@link NumaScheduler}. */
    public static final class Builder {
        private @Nullable NumaTopology topology;
        private int workersPerNode;
        private @Nullable Boolean pinned;
        private @Nullable Timer timer;
        String name = "numa";
        boolean daemon = true;
        Thread.UncaughtExceptionHandler uncaughtExceptionHandler =
                (thread, error) -> log.error("{} failed with an uncaught error", thread.getName(), error);

        private Builder() {}

        /** Prefix of the threads' names, {@code <name>-<node>-<index>}; {@code numa} by default. */
        public Builder name(String name) {
            if (name.isBlank()) {
                throw new IllegalArgumentException("name: \"" + name + "\" (expected: not blank)");
            }
            this.name = name;
            return this;
        }

        /** The nodes to lay the workers out on; {@link NumaTopology#system()} by default. */
        public Builder topology(NumaTopology topology) {
            this.topology = Objects.requireNonNull(topology, "topology");
            return this;
        }

        /** Number of workers of each node; the node's parallelism by default. */
        public Builder workersPerNode(int workers) {
            if (workers < 1) {
                throw new IllegalArgumentException("workers: " + workers + " (expected: >= 1)");
            }
            this.workersPerNode = workers;
            return this;
        }

        /**
         * Whether each worker thread is bound to the cpus of its node; by default if there is more than one node. A thread
         * may move between the cpus of the node, so that it does not have to wait for one of them. Takes
         * {@code net.openhft:affinity} on the class path; without it this has no effect but a line in the log. Threads
         * that a bound thread creates inherit the binding.
         */
        public Builder pinned(boolean pinned) {
            this.pinned = pinned;
            return this;
        }

        /** Whether the worker threads let the JVM end; true by default. */
        public Builder daemon(boolean daemon) {
            this.daemon = daemon;
            return this;
        }

        /**
         * The timer for all delays; by default a {@link WheelTimer} of the scheduler's own, which ends with it. A timer
         * that is given here is its giver's to close.
         */
        public Builder timer(Timer timer) {
            this.timer = Objects.requireNonNull(timer, "timer");
            return this;
        }

        /**
         * Whom the worker threads tell of what tasks and activities throw, before {@code Schedulers.onHandleError}; by
         * default it is logged. If it throws itself on behalf of an activity the thread dies and another takes its place.
         */
        public Builder uncaughtExceptionHandler(Thread.UncaughtExceptionHandler handler) {
            this.uncaughtExceptionHandler = Objects.requireNonNull(handler, "handler");
            return this;
        }

        int workers(NumaTopology.Node node) {
            return workersPerNode > 0 ? workersPerNode : node.parallelism();
        }

        int workerCount(NumaTopology nodes) {
            return nodes.nodes().stream().mapToInt(this::workers).sum();
        }

        boolean isPinned(NumaTopology nodes) {
            return pinned == null ? nodes.nodes().size() > 1 : pinned;
        }

        /** Creates the scheduler and starts its threads. */
        public NumaScheduler build() {
            NumaTopology nodes = topology == null ? NumaTopology.system() : topology;
            NumaScheduler scheduler = new NumaScheduler(this, nodes);
            scheduler.pool.start();
            return scheduler;
        }
    }
}
