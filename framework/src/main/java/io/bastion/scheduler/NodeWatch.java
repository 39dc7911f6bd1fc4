package io.bastion.scheduler;

import java.util.concurrent.TimeUnit;
import java.util.concurrent.locks.LockSupport;
import org.jspecify.annotations.Nullable;

/**
 * The duty of one sleeping worker of a node: to get up now and then while others run, and to fetch work that nobody was
 * woken for, which is the work behind an activity that blocks its worker and the surplus of other nodes.
 *
 * <p>When all workers of the scheduler have been asleep for a while the watch sleeps, too, until one of them gets up.
 */
final class NodeWatch {
    private static final long PERIOD = TimeUnit.MILLISECONDS.toNanos(2);

    /** Rounds with the whole node asleep before other nodes' work is fetched. */
    private static final int ROUNDS_BEFORE_FAR = 5;

    /** Rounds with all nodes asleep before the watch sleeps: long enough that a busy program never wakes it. */
    private static final int ROUNDS_BEFORE_SLEEP = 50;

    private final NodeGroup group;

    /** Who has the duty, as its index + 1, or 0. Taken and given back by CAS by the worker itself, while it is idle. */
    private final Padding.IntRef holder = new Padding.IntRef();

    /**
     * Whether the holder sleeps without a time limit. It sets this and then looks whether all are idle; who ceases to be
     * idle looks here after that.
     */
    private volatile boolean asleep;

    /** Turns of all workers of the scheduler as of the last round; for the holder. */
    private long[] seenTurns = new long[0];

    /** Rounds in which the whole node, and all nodes, were asleep; for the holder. */
    private int nodeIdleRounds;

    private int allIdleRounds;

    NodeWatch(NodeGroup group) {
        this.group = group;
    }

    /** Index of the worker with the duty, or -1. */
    int holder() {
        return holder.value - 1;
    }

    /** Whether an idle worker has the duty; it takes it if nobody has it. */
    boolean isHeldBy(NumaWorker worker) {
        int h = holder.value;
        return h == worker.index + 1
                || (h == 0 && group.scheduler.pool.workerCount() > 1 && holder.compareAndSet(0, worker.index + 1));
    }

    /** One round of an idle worker with the duty: sleeps for a period and then looks round. */
    @Nullable Activity round(NumaWorker worker) {
        WorkerPool pool = group.scheduler.pool;
        allIdleRounds = pool.allIdle() ? allIdleRounds + 1 : 0;
        if (allIdleRounds <= ROUNDS_BEFORE_SLEEP) {
            LockSupport.parkNanos(this, PERIOD);
        } else {
            asleep = true;
            if (pool.allIdle() && group.lifecycle.isOpen()) {
                LockSupport.park(this);
            }
            asleep = false;
            allIdleRounds = 0;
        }
        return group.idle.contains(worker.index) ? fetch(worker) : null;
    }

    private @Nullable Activity fetch(NumaWorker worker) {
        Activity a = group.steal(worker);
        if (a != null) {
            return a;
        }
        nodeIdleRounds = group.idle.isFull() ? nodeIdleRounds + 1 : 0;
        boolean far = nodeIdleRounds >= ROUNDS_BEFORE_FAR;
        a = rescue(worker, far);
        if (a == null && far) {
            a = group.stealFar(worker);
            worker.state.far = a != null;
        }
        return a;
    }

    /** Takes the next slot of a worker that has been in the same activity for a whole round. */
    private @Nullable Activity rescue(NumaWorker worker, boolean far) {
        WorkerPool pool = group.scheduler.pool;
        if (seenTurns.length == 0) {
            seenTurns = new long[pool.workerCount()];
        }
        int i = 0;
        for (NodeGroup g : pool.groups) {
            for (NumaWorker w : g.workers) {
                long turns = w.state.turns;
                boolean stuck = w.state.busy && turns == seenTurns[i];
                seenTurns[i++] = turns;
                if (stuck && (g == group || far)) {
                    Activity a = w.next.take();
                    if (a != null) {
                        worker.state.rescues++;
                        return a;
                    }
                }
            }
        }
        return null;
    }

    /** A worker ceases to be idle: gives the duty back, sees to it that an idle one takes it, wakes sleeping watches. */
    void leave(NumaWorker worker) {
        if (holder.value == worker.index + 1) {
            nodeIdleRounds = 0;
            allIdleRounds = 0;
            holder.compareAndSet(worker.index + 1, 0);
        }
        if (holder.value == 0) {
            int successor = group.idle.any(-1);
            if (successor >= 0) {
                group.workers[successor].unpark();
            }
        }
        for (NodeGroup g : group.scheduler.pool.groups) {
            if (g.watch.asleep) {
                g.watch.wake();
            }
        }
    }

    private void wake() {
        int h = holder();
        if (h >= 0) {
            group.workers[h].unpark();
        }
    }
}
