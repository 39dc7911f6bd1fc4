package io.bastion.scheduler;

import java.util.concurrent.locks.LockSupport;
import org.jspecify.annotations.Nullable;
import reactor.core.Exceptions;
import reactor.core.Scannable;

/** A worker's queues: the home of activities, run by one {@link WorkerThread} at a time. */
final class NumaWorker extends Home implements Scannable {
    /*
     * An activity waits in one of four places:
     *
     *   inbox    a Treiber stack, for pushes by any thread but this worker's; also takes what the run queue has no room
     *            for. CLOSED on top for ever once the worker has ended.
     *   backlog  what was taken from an inbox and did not fit into the run queue: a chain, oldest first. Older than
     *            what is in the inbox.
     *   queue    what this worker's activities scheduled.
     *   next     the one that was scheduled last by this worker's thread: it runs next, while its data are in the cache.
     *
     * Only this worker's thread fills next, queue and backlog; everybody may empty each of the four, and takes a chain
     * as a whole. So nothing waits behind an activity that blocks the thread for longer than it takes an idle worker to
     * look: at once for queue, inbox and backlog, after two rounds of NodeWatch for next.
     */

    /** Runs of the next slot in a row before the run queue has its turn. */
    private static final int NEXT_IN_A_ROW = 8;

    /** Every so many turns, a power of two, the inbox comes first. */
    private static final int INBOX_TURN = 32;

    private static final Activity CLOSED = new ClosedMark();

    final NodeGroup group;
    final int index;
    final Padding.ActivityRef inbox = new Padding.ActivityRef();
    final Padding.ActivityRef backlog = new Padding.ActivityRef();
    final Padding.ActivityRef next = new Padding.ActivityRef();
    final RunQueue queue = new RunQueue();
    final WorkerState state = new WorkerState();

    /** The thread that runs this worker; replaced when it dies. */
    volatile @Nullable WorkerThread thread;

    /** See {@link WorkFrame#slot()}. */
    final int slot;

    NumaWorker(NodeGroup group, int index) {
        this.group = group;
        this.index = index;
        this.slot = group.scheduler.slots.incrementAndGet();
    }

    @Override
    protected void execute(Activity activity) {
        if (Thread.currentThread() instanceof WorkerThread t) {
            NumaWorker sender = t.worker;
            if (sender.group == group) {
                sender.pushNext(activity);
                return;
            }
            if (sender.group.scheduler == group.scheduler) {
                sender.state.remoteSends++;
            }
        }
        pushInbox(activity);
    }

    @Override
    protected void yield(Activity activity) {
        if (Thread.currentThread() instanceof WorkerThread t && t.worker.group.scheduler == group.scheduler) {
            t.worker.requeue(activity);
        } else {
            pushInbox(activity);
        }
    }

    @Override
    public int node() {
        return group.node;
    }

    @Override
    public NumaScheduler scheduler() {
        return group.scheduler;
    }

    /** For any thread. Wakes the worker only if the inbox was empty: otherwise who made it non-empty did. */
    private void pushInbox(Activity activity) {
        for (; ; ) {
            Activity top = inbox.value;
            if (top == CLOSED) {
                throw Exceptions.failWithRejected();
            }
            activity.nextInQueue = top;
            if (inbox.compareAndSet(top, activity)) {
                if (top == null && group.idle.remove(index)) {
                    unpark();
                }
                return;
            }
        }
    }

    /** For the thread. */
    private void pushNext(Activity activity) {
        group.lifecycle.rejectIfStopped();
        state.localSends++;
        if (next.isEmpty()) {
            next.put(activity);
            return;
        }
        Activity displaced = next.exchange(activity);
        if (displaced != null) {
            pushQueue(displaced);
        }
    }

    /** For the thread. An activity that takes turns with nobody is no reason to wake another worker. */
    private void requeue(Activity activity) {
        if (isEmpty() && queue.push(activity)) {
            return;
        }
        pushQueue(activity);
    }

    /** For the thread. */
    private void pushQueue(Activity activity) {
        // while there is a backlog it is older than what comes now
        if (!backlog.isEmpty() || !queue.push(activity)) {
            pushInbox(activity);
        }
        group.signalWork();
    }

    /** The next activity of this worker's own; for the thread. */
    @Nullable Activity poll() {
        Activity a;
        if ((state.turns & INBOX_TURN - 1) == 0 && (a = takeInbox(this)) != null) {
            return a;
        }
        if (state.nextRuns < NEXT_IN_A_ROW && (a = next.take()) != null) {
            state.nextRuns++;
            return a;
        }
        state.nextRuns = 0;
        if ((a = queue.pop()) != null || (a = next.take()) != null) {
            return a;
        }
        return takeInbox(this);
    }

    /**
     * Takes over everything that was sent to a worker; for the thread.
     *
     * @param from this worker; or another one, if nothing waits at this one
     * @return the oldest; the others are queued here
     */
    @Nullable Activity takeInbox(NumaWorker from) {
        Activity oldest = from.backlog.take();
        if (oldest == null) {
            oldest = takeStack(from.inbox);
            if (oldest == null) {
                return null;
            }
        }
        Activity rest = oldest.nextInQueue;
        if (rest != null) {
            oldest.nextInQueue = null;
            Activity excess = queue.pushChain(rest);
            if (excess != null) {
                backlog.put(excess);
            }
            group.signalWork();
        }
        return oldest;
    }

    /** Empties a stack; returns its content oldest first. */
    private @Nullable Activity takeStack(Padding.ActivityRef stack) {
        Activity top;
        do {
            top = stack.value;
            if (top == null || top == CLOSED) {
                return null;
            }
        } while (!stack.compareAndSet(top, null));
        Activity oldest = null;
        int count = 0;
        while (top != null) {
            Activity older = top.nextInQueue;
            top.nextInQueue = oldest;
            oldest = top;
            top = older;
            count++;
        }
        state.received += count;
        return oldest;
    }

    /** Steals from the run queue of another worker, or from its inbox while it is busy; for the thread, when idle. */
    @Nullable Activity stealFrom(NumaWorker victim) {
        Activity a = victim.queue.stealInto(queue);
        return a == null && victim.state.busy ? takeInbox(victim) : a;
    }

    /** Whether anything waits here. */
    boolean isEmpty() {
        Activity top = inbox.value;
        return (top == null || top == CLOSED) && backlog.isEmpty() && next.isEmpty() && queue.isEmpty();
    }

    /** Refuses further activities if none waits in the inbox; for the thread at its end. */
    boolean close() {
        return inbox.compareAndSet(null, CLOSED) || inbox.value == CLOSED;
    }

    void unpark() {
        LockSupport.unpark(thread);
    }

    @Override
    @SuppressWarnings("rawtypes")
    public @Nullable Object scanUnsafe(Attr key) {
        if (key == Attr.TERMINATED || key == Attr.CANCELLED) {
            return group.lifecycle.isDisposed();
        }
        if (key == Attr.CAPACITY) {
            return 1;
        }
        if (key == Attr.BUFFERED) {
            return queue.size();
        }
        return null;
    }

    /** Marks a closed inbox; never scheduled. */
    private static final class ClosedMark extends Activity {
        @SuppressWarnings("NullAway") // a mark has no home
        ClosedMark() {
            super(null);
        }

        @Override
        protected void run(WorkFrame frame) {
            throw new AssertionError("a mark is not scheduled");
        }
    }
}
