package io.bastion.scheduler;

import java.util.concurrent.locks.LockSupport;
import org.jspecify.annotations.Nullable;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;
import reactor.core.scheduler.NonBlocking;

/** The thread of a worker: runs its activities, looks for more elsewhere, sleeps. */
final class WorkerThread extends Thread implements NonBlocking, WorkFrame.FrameHolder {
    private static final Logger log = LoggerFactory.getLogger(WorkerThread.class);

    /** Activations after which the frame is replaced, a power of two: few enough that it never leaves the nursery. */
    private static final int FRAME_LIFE = 1024;

    /** How long to look for work before going to sleep: about the price of being put to sleep and woken. */
    private static final long SEARCH_NANOS = Runtime.getRuntime().availableProcessors() > 1 ? 30_000 : 0;

    /** Pause between two looks: lets a batch build up and leaves the cache line to those who write it. */
    private static final long PAUSE_NANOS = 1_600;

    private static final int SPINS_PER_CLOCK_READ = 8;

    final NumaWorker worker;
    private final NodeGroup group;
    private final Lifecycle lifecycle;

    /** Written by this thread only, once in {@link #FRAME_LIFE} activations. */
    private volatile WorkFrame frame;

    WorkerThread(NumaWorker worker, String name, boolean daemon, UncaughtExceptionHandler handler) {
        super(null, null, name, 0, false); // without the thread locals of who happens to create it
        this.worker = worker;
        this.group = worker.group;
        this.lifecycle = group.lifecycle;
        this.frame = new WorkFrame(Strand.BUDGET, worker.slot);
        setDaemon(daemon);
        setUncaughtExceptionHandler(handler);
    }

    @Override
    public WorkFrame frame() {
        return frame;
    }

    @Override
    public void run() {
        for (; ; ) {
            try {
                group.pin();
                runActivities();
                end();
                return;
            } catch (Throwable e) {
                if (group.scheduler.pool.replace(this)) {
                    throw e;
                }
                // no other thread could be had, so this one has to go on
            }
        }
    }

    private void runActivities() {
        WorkFrame f = newFrame();
        worker.state.busy = true;
        while (lifecycle.isOpen()) {
            Activity a = worker.poll();
            if (a == null) {
                a = findWork();
                if (a == null) {
                    return;
                }
            }
            if ((++worker.state.turns & FRAME_LIFE - 1) == 0) {
                f = newFrame();
            }
            run(a, f);
        }
    }

    private static void run(Activity activity, WorkFrame f) {
        try {
            Home.run(activity, f);
        } catch (Throwable e) {
            Errors.report(e);
        } finally {
            Thread.interrupted(); // meant for the activity that has just ended
        }
    }

    private WorkFrame newFrame() {
        WorkFrame f = new WorkFrame(Strand.BUDGET, worker.slot);
        frame = f;
        return f;
    }

    /** Gets an activity while the own queues are empty; null when the scheduler has come to its end. */
    private @Nullable Activity findWork() {
        worker.state.busy = false;
        while (lifecycle.isOpen()) {
            Activity a = search();
            if (a == null && worker.state.far) {
                a = group.stealFar(worker);
                worker.state.far = a != null;
            }
            if (a == null) {
                a = sleep();
            }
            if (a != null) {
                worker.state.busy = true;
                return a;
            }
        }
        return null;
    }

    /** Looks at the own inbox for a while; and, if nobody else of the node does so, into the other workers' queues. */
    private @Nullable Activity search() {
        Activity a;
        boolean searcher = false;
        long start = System.nanoTime();
        long now = start;
        for (; ; ) {
            searcher = searcher || group.becomeSearcher(worker);
            a = worker.takeInbox(worker);
            if (a == null && searcher) {
                a = group.steal(worker);
            }
            if (a != null || now - start >= SEARCH_NANOS) {
                break;
            }
            now = pause(now);
        }
        if (searcher) {
            group.endSearch(worker, a != null);
        }
        return a;
    }

    private static long pause(long from) {
        long now;
        do {
            for (int i = 0; i < SPINS_PER_CLOCK_READ; i++) {
                Thread.onSpinWait();
            }
            now = System.nanoTime();
        } while (now - from < PAUSE_NANOS);
        return now;
    }

    private @Nullable Activity sleep() {
        worker.queue.forgetStolen();
        group.idle.add(worker.index);
        // what came before the line above was brought by somebody who did not wake this worker
        Activity a = worker.takeInbox(worker);
        if (a == null) {
            a = group.steal(worker);
        }
        while (a == null && group.idle.contains(worker.index) && lifecycle.isOpen()) {
            group.scheduler.pool.stopIfDrained();
            worker.state.parks++;
            if (group.watch.isHeldBy(worker)) {
                a = group.watch.round(worker);
            } else {
                LockSupport.park(group);
            }
            Thread.interrupted(); // or the next park would not park
        }
        if (!group.idle.remove(worker.index)) {
            worker.state.wakeUps++;
        }
        group.watch.leave(worker);
        if (a != null) {
            group.endSearch(worker, true);
        }
        return a;
    }

    /** Runs, after a graceful end, what came at the last moment; counts it after a forced one. */
    private void end() {
        WorkFrame f = newFrame();
        int dropped = 0;
        do {
            Activity a;
            while ((a = worker.poll()) != null) {
                if (lifecycle.isForced()) {
                    dropped++;
                } else {
                    worker.state.turns++;
                    run(a, f);
                }
            }
        } while (!worker.close());
        if (dropped > 0) {
            log.info("{}: {} activities were dropped because the scheduler was disposed", getName(), dropped);
        }
        lifecycle.workerEnded();
    }
}
