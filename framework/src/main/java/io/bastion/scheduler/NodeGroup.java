package io.bastion.scheduler;

import java.util.concurrent.atomic.AtomicInteger;
import org.jspecify.annotations.Nullable;

/** The workers of a node. */
final class NodeGroup {
    final NumaScheduler scheduler;
    final Lifecycle lifecycle;
    final int node;
    final NumaWorker[] workers;
    final IdleSet idle;
    final NodeWatch watch;
    private final Runnable pinning;

    /**
     * The worker that looks into the others' queues, as its index + 1, or 0: one at a time suffices, for who finds
     * something there calls the next. While it is set nobody else is woken to search. Set by CAS: by a worker for itself,
     * or by a waker for a worker which it then wakes; reset by CAS by that worker when it has stopped searching.
     */
    private final Padding.IntRef searcher = new Padding.IntRef();

    private final AtomicInteger turn = new AtomicInteger();

    NodeGroup(NumaScheduler scheduler, int node, int size, Runnable pinning) {
        this.scheduler = scheduler;
        this.lifecycle = scheduler.lifecycle;
        this.node = node;
        this.pinning = pinning;
        this.idle = new IdleSet(size);
        this.watch = new NodeWatch(this);
        this.workers = new NumaWorker[size];
        for (int i = 0; i < size; i++) {
            workers[i] = new NumaWorker(this, i);
        }
    }

    /** Binds the calling thread to this node, if so configured. */
    void pin() {
        pinning.run();
    }

    NumaWorker nextHome() {
        return workers[(turn.getAndIncrement() & Integer.MAX_VALUE) % workers.length];
    }

    /** Some worker has more to do than it does just now: wakes one to search, unless one does. */
    void signalWork() {
        while (searcher.value == 0) {
            int candidate = idle.any(watch.holder());
            if (candidate < 0 || !searcher.compareAndSet(0, candidate + 1)) {
                return;
            }
            if (idle.remove(candidate)) {
                workers[candidate].unpark();
                return;
            }
            searcher.compareAndSet(candidate + 1, 0); // it woke up by itself; it may have reset this, too
        }
    }

    boolean becomeSearcher(NumaWorker worker) {
        int current = searcher.value;
        return current == worker.index + 1 || (current == 0 && searcher.compareAndSet(0, worker.index + 1));
    }

    /** Ends a search, if the worker is the searcher; the next one is called if this one found something. */
    void endSearch(NumaWorker worker, boolean found) {
        if (searcher.value == worker.index + 1 && searcher.compareAndSet(worker.index + 1, 0) && found && hasQueued()) {
            signalWork();
        }
    }

    private boolean hasQueued() {
        for (NumaWorker w : workers) {
            if (!w.queue.isEmpty()) {
                return true;
            }
        }
        return false;
    }

    /** Steals within the node. */
    @Nullable Activity steal(NumaWorker thief) {
        int n = workers.length;
        for (int i = 1; i < n; i++) {
            Activity a = thief.stealFrom(workers[(thief.index + i) % n]);
            if (a != null) {
                thief.state.nearSteals++;
                stolen(node);
                return a;
            }
        }
        return null;
    }

    /** Steals from the other nodes. */
    @Nullable Activity stealFar(NumaWorker thief) {
        NodeGroup[] groups = scheduler.pool.groups;
        for (int i = 1; i < groups.length; i++) {
            for (NumaWorker victim : groups[(node + i) % groups.length].workers) {
                Activity a = thief.stealFrom(victim);
                if (a != null) {
                    thief.state.farSteals++;
                    stolen(victim.group.node);
                    return a;
                }
            }
        }
        return null;
    }

    private void stolen(int victim) {
        StealListener listener = scheduler.steals;
        if (listener != null) {
            listener.stolen(node, victim);
        }
    }

    boolean isEmpty() {
        for (NumaWorker w : workers) {
            if (!w.isEmpty()) {
                return false;
            }
        }
        return true;
    }
}
