package io.bastion.scheduler;

import java.util.Arrays;
import java.util.List;
import java.util.Objects;
import java.util.concurrent.TimeUnit;
import java.util.concurrent.atomic.AtomicInteger;
import java.util.concurrent.locks.LockSupport;
import java.util.function.Consumer;
import java.util.stream.Stream;
import org.jspecify.annotations.Nullable;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;
import reactor.core.Disposable;
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

    final NodeGroup[] groups;
    final Lifecycle lifecycle;
    private final String name;
    private final NumaTopology topology;
    private final Timer timer;
    private final boolean daemon;
    private final Thread.UncaughtExceptionHandler uncaughtExceptionHandler;
    private final int workerCount;
    private final AtomicInteger turn = new AtomicInteger();

    private NumaScheduler(Builder builder, NumaTopology topology) {
        this.name = builder.name;
        this.topology = topology;
        this.daemon = builder.daemon;
        this.uncaughtExceptionHandler = builder.uncaughtExceptionHandler;
        Runnable closeTimer;
        if (builder.timer != null) {
            this.timer = builder.timer;
            closeTimer = () -> {};
        } else {
            WheelTimer ownTimer = WheelTimer.create(name + "-timer");
            this.timer = ownTimer;
            closeTimer = ownTimer::close;
        }
        int[] sizes = topology.nodes().stream()
                .mapToInt(node -> builder.workersPerNode > 0 ? builder.workersPerNode : node.parallelism())
                .toArray();
        this.workerCount = Arrays.stream(sizes).sum();
        this.lifecycle = new Lifecycle(workerCount, closeTimer);
        boolean pinned = builder.pinned == null ? sizes.length > 1 : builder.pinned;
        this.groups = new NodeGroup[sizes.length];
        for (int i = 0; i < sizes.length; i++) {
            Runnable pinning = pinned ? new CpuPinning(topology.nodes().get(i).cpus()) : () -> {};
            groups[i] = new NodeGroup(this, i, sizes[i], pinning);
        }
    }

    /** A builder for the machine's topology with a worker for each cpu. */
    public static Builder builder() {
        return new Builder();
    }

    private void startWorkers() {
        if (groups.length == 1) {
            log.info("{}: one NUMA node, {} workers", name, workerCount);
        } else {
            log.info("{}: {} NUMA nodes, {} workers", name, groups.length, workerCount);
        }
        int started = 0;
        try {
            for (NodeGroup group : groups) {
                for (NumaWorker worker : group.workers) {
                    startThread(worker);
                    started++;
                }
            }
        } finally {
            if (started < workerCount) {
                dispose();
                for (int i = started; i < workerCount; i++) {
                    lifecycle.workerEnded();
                }
            }
        }
    }

    private void startThread(NumaWorker worker) {
        String threadName = name + "-" + worker.group.node + "-" + worker.index;
        WorkerThread thread = new WorkerThread(worker, threadName, daemon, uncaughtExceptionHandler);
        worker.thread = thread;
        thread.start();
    }

    /** Has another thread take over the worker of a dying one; returns whether there is another one. */
    boolean replace(WorkerThread dying) {
        try {
            startThread(dying.worker);
            return true;
        } catch (Throwable e) {
            dying.worker.thread = dying;
            return false;
        }
    }

    @Override
    public Home localHome() {
        return Thread.currentThread() instanceof WorkerThread t && t.worker.group.scheduler == this
                ? t.worker
                : nextHome();
    }

    @Override
    public Home nextHome() {
        return groups[(turn.getAndIncrement() & Integer.MAX_VALUE) % groups.length].nextHome();
    }

    @Override
    public Home nextHome(int node) {
        if (node < 0 || node >= groups.length) {
            throw new IllegalArgumentException("node: " + node + " (expected: 0.." + (groups.length - 1) + ")");
        }
        return groups[node].nextHome();
    }

    @Override
    public List<WorkFrame> frames() {
        return Arrays.stream(groups)
                .flatMap(group -> Arrays.stream(group.workers))
                .map(worker -> worker.thread)
                .filter(Objects::nonNull)
                .map(WorkerThread::frame)
                .toList();
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
            forEachThread(Thread::interrupt); // also unparks
        }
    }

    @Override
    public Mono<Void> disposeGracefully() {
        return Mono.defer(() -> {
            if (lifecycle.drain()) {
                forEachThread(LockSupport::unpark);
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

    private void forEachThread(Consumer<Thread> action) {
        for (NodeGroup group : groups) {
            for (NumaWorker worker : group.workers) {
                Thread thread = worker.thread;
                if (thread != null) {
                    action.accept(thread);
                }
            }
        }
    }

    void delayedTaskEnded() {
        lifecycle.delayedTasks.decrement();
        if (lifecycle.isDraining()) {
            groups[0].workers[0].unpark(); // it may have been the last one that the end waits for
        }
    }

    /** Ends the workers if a graceful end was asked for and nothing is left to do; called by a worker when it idles. */
    void stopIfDrained() {
        if (lifecycle.isDraining()
                && allIdle()
                && isEmpty()
                && lifecycle.delayedTasks.sum() == 0
                && lifecycle.endDrain()) {
            forEachThread(LockSupport::unpark);
        }
    }

    boolean allIdle() {
        for (NodeGroup group : groups) {
            if (!group.idle.isFull()) {
                return false;
            }
        }
        return true;
    }

    private boolean isEmpty() {
        for (NodeGroup group : groups) {
            if (!group.isEmpty()) {
                return false;
            }
        }
        return true;
    }

    /** Disposes the task of a serial worker that some thread is running, as far as can be seen from here. */
    void disposeRunningTask(SerialWorker owner) {
        for (NodeGroup group : groups) {
            for (NumaWorker worker : group.workers) {
                WorkerThread thread = worker.thread;
                if (thread != null && thread.frame().work() instanceof Task task && task.worker == owner) {
                    task.dispose();
                }
            }
        }
    }

    int workerCount() {
        return workerCount;
    }

    /** What the workers have counted since the start, by node; a snapshot that is not atomic. */
    public SchedulerStats stats() {
        return new SchedulerStats(
                Arrays.stream(groups).map(SchedulerStats.NodeStats::of).toList());
    }

    @Override
    public String toString() {
        return "numa(" + workerCount + ",\"" + name + "\")";
    }

    @Override
    @SuppressWarnings("rawtypes")
    public @Nullable Object scanUnsafe(Attr key) {
        if (key == Attr.TERMINATED || key == Attr.CANCELLED) {
            return isDisposed();
        }
        if (key == Attr.CAPACITY || key == Attr.BUFFERED) {
            return workerCount; // as Schedulers.parallel() has it
        }
        if (key == Attr.NAME) {
            return toString();
        }
        return null;
    }

    /** The workers, with the number of the activities that wait at each as {@code BUFFERED}. */
    @Override
    public Stream<? extends Scannable> inners() {
        return Arrays.stream(groups)
                .flatMap(group -> Arrays.stream(group.workers))
                .map(WorkerScan::new);
    }

    private record WorkerScan(NumaWorker worker) implements Scannable {
        @Override
        @SuppressWarnings("rawtypes")
        public @Nullable Object scanUnsafe(Attr key) {
            Lifecycle lifecycle = worker.group.lifecycle;
            if (key == Attr.TERMINATED || key == Attr.CANCELLED) {
                return lifecycle.isDisposed();
            }
            if (key == Attr.CAPACITY) {
                return 1;
            }
            if (key == Attr.BUFFERED) {
                return worker.queue.size();
            }
            return null;
        }
    }

    /** Builder of {@link NumaScheduler}. */
    public static final class Builder {
        private String name = "numa";
        private @Nullable NumaTopology topology;
        private int workersPerNode;
        private @Nullable Boolean pinned;
        private boolean daemon = true;
        private @Nullable Timer timer;
        private Thread.UncaughtExceptionHandler uncaughtExceptionHandler =
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

        /** Creates the scheduler and starts its threads. */
        public NumaScheduler build() {
            NumaTopology nodes = topology == null ? NumaTopology.system() : topology;
            NumaScheduler scheduler = new NumaScheduler(this, nodes);
            scheduler.startWorkers();
            return scheduler;
        }
    }
}
