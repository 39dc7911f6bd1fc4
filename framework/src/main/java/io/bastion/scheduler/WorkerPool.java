package io.bastion.scheduler;

import java.util.Arrays;
import java.util.List;
import java.util.concurrent.atomic.AtomicInteger;
import java.util.concurrent.locks.LockSupport;
import java.util.stream.Stream;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/** The workers of a scheduler, by node, and their threads. */
final class WorkerPool {
    private static final Logger log = LoggerFactory.getLogger(NumaScheduler.class);

    final NodeGroup[] groups;
    private final Lifecycle lifecycle;
    private final String name;
    private final boolean daemon;
    private final Thread.UncaughtExceptionHandler uncaughtExceptionHandler;
    private final int workerCount;
    private final AtomicInteger turn = new AtomicInteger();

    WorkerPool(NumaScheduler scheduler, NumaScheduler.Builder settings, NumaTopology topology) {
        this.lifecycle = scheduler.lifecycle;
        this.name = settings.name;
        this.daemon = settings.daemon;
        this.uncaughtExceptionHandler = settings.uncaughtExceptionHandler;
        this.workerCount = settings.workerCount(topology);
        List<NumaTopology.Node> nodes = topology.nodes();
        this.groups = new NodeGroup[nodes.size()];
        for (int i = 0; i < groups.length; i++) {
            NumaTopology.Node node = nodes.get(i);
            Runnable pinning = settings.isPinned(topology) ? new CpuPinning(node.cpus()) : () -> {};
            groups[i] = new NodeGroup(scheduler, i, settings.workers(node), pinning);
        }
    }

    int workerCount() {
        return workerCount;
    }

    Stream<NumaWorker> workers() {
        return Arrays.stream(groups).flatMap(group -> Arrays.stream(group.workers));
    }

    Stream<WorkerThread> threads() {
        return workers().flatMap(worker -> Stream.ofNullable(worker.thread));
    }

    /** The next worker in turn over all nodes. */
    NumaWorker nextHome() {
        return groups[(turn.getAndIncrement() & Integer.MAX_VALUE) % groups.length].nextHome();
    }

    /** Starts all threads, or, if that is not possible, ends those that were started and throws. */
    void start() {
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
                lifecycle.force();
                threads().forEach(LockSupport::unpark);
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

    /** Ends the workers if a graceful end was asked for and nothing is left to do; called by a worker when it idles. */
    void stopIfDrained() {
        if (lifecycle.isDraining()
                && allIdle()
                && isEmpty()
                && lifecycle.delayedTasks.sum() == 0
                && lifecycle.endDrain()) {
            threads().forEach(LockSupport::unpark);
        }
    }

    /** A delayed task has run or was disposed: it may have been the last one that a graceful end waits for. */
    void delayedTaskEnded() {
        lifecycle.delayedTasks.decrement();
        if (lifecycle.isDraining()) {
            groups[0].workers[0].unpark();
        }
    }

    /** Disposes the task of a serial worker that some thread is running, as far as can be seen from another thread. */
    void disposeRunningTask(SerialWorker owner) {
        threads().forEach(thread -> {
            if (thread.frame().work() instanceof Task task && task.worker == owner) {
                task.dispose();
            }
        });
    }
}
