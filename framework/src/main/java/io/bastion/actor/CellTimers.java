package io.bastion.actor;

import io.bastion.scheduler.TimerEntry;
import io.bastion.scheduler.WorkFrame;
import java.time.Duration;
import java.util.HashMap;
import java.util.Map;
import java.util.Objects;
import java.util.concurrent.TimeUnit;
import reactor.util.context.ContextView;

/**
 * The timers of a cell. Its methods are for the cell's worker; only {@link Entry#run} happens elsewhere, and only puts a
 * node into the mailbox: whether a tick is valid is decided when it is taken out.
 */
final class CellTimers<M> implements Timers<M> {
    /** The key of the receive time-out, which no user can have. */
    private static final Object RECEIVE_TIMEOUT = new Object();

    private final ActorCell<M> cell;
    private final Map<Object, Entry> entries = new HashMap<>();

    /** When the actor last got a message, for the receive time-out. */
    private long lastMessage;

    CellTimers(ActorCell<M> cell) {
        this.cell = cell;
    }

    @Override
    public void once(Object key, M message, Duration delay) {
        start(key, message, nanos("delay", delay, 0), 0);
    }

    @Override
    public void every(Object key, M message, Duration period) {
        long nanos = nanos("period", period, 1);
        start(key, message, nanos, nanos);
    }

    @Override
    public boolean cancel(Object key) {
        cell.checkWorker();
        Entry entry = entries.remove(key);
        if (entry == null) {
            return false;
        }
        entry.end();
        return true;
    }

    @Override
    public void cancelAll() {
        cell.checkWorker();
        endAll();
    }

    @Override
    public boolean isActive(Object key) {
        cell.checkWorker();
        return entries.containsKey(key);
    }

    void endAll() {
        entries.values().forEach(Entry::end);
        entries.clear();
    }

    void receiveTimeout(Duration timeout, M message) {
        long nanos = nanos("timeout", timeout, 1);
        lastMessage = cell.timer().nanoTime();
        start(RECEIVE_TIMEOUT, message, nanos, nanos);
    }

    boolean cancelReceiveTimeout() {
        return cancel(RECEIVE_TIMEOUT);
    }

    /** A message was handled that is not the receive time-out's. */
    void messageHandled() {
        lastMessage = cell.timer().nanoTime();
    }

    /** Whether a tick that was taken out of the mailbox is to be handled; ends what fires once. */
    boolean isDue(Entry entry) {
        entry.queued = false;
        if (entries.get(entry.key) != entry) {
            return false;
        }
        if (entry.key == RECEIVE_TIMEOUT) {
            long rest = entry.period - (cell.timer().nanoTime() - lastMessage);
            entry.restart(rest > 0 ? rest : entry.period);
            return rest <= 0;
        }
        if (entry.period == 0) {
            entries.remove(entry.key);
        }
        return true;
    }

    /** {@link #isDue} for an entry of these timers whose message type is lost. */
    boolean isDueOf(CellTimers<?>.Entry entry) {
        Entry mine = entries.get(entry.key);
        return mine != null && mine == (Object) entry && isDue(mine);
    }

    static boolean isReceiveTimeout(CellTimers<?>.Entry entry) {
        return entry.key == RECEIVE_TIMEOUT;
    }

    private void start(Object key, M message, long delay, long period) {
        cell.checkWorker();
        Objects.requireNonNull(key, "key: null (expected: a key)");
        Objects.requireNonNull(message, "message: null (expected: a message)");
        Entry entry = new Entry(key, message, period);
        Entry old = entries.put(key, entry);
        if (old != null) {
            old.end();
        }
        entry.due = cell.timer().nanoTime() + delay;
        entry.restart(delay);
    }

    private static long nanos(String field, Duration duration, long least) {
        Objects.requireNonNull(duration, field + ": null (expected: a Duration)");
        long nanos = TimeUnit.NANOSECONDS.convert(duration); // saturates
        if (nanos < least) {
            throw new IllegalArgumentException(
                    field + ": " + duration + " (expected: " + (least == 0 ? ">= 0)" : "> 0)"));
        }
        return nanos;
    }

    /** One timer. */
    final class Entry extends TimerEntry {
        private final Object key;
        private final M message;
        private final long period;

        /** That of the message in work when the timer was set. */
        private final ContextView context;

        /** When it is due: each run of the timer, of which there is one at a time, sets it for the next. */
        private long due;

        /** A tick is in the mailbox; set by the timer's run, cleared by the actor. */
        private volatile boolean queued;

        /** Ended for good; written by the actor. */
        private volatile boolean ended;

        Entry(Object key, M message, long period) {
            super(cell.homeWorker());
            this.key = key;
            this.message = message;
            this.period = period;
            context = Contexts.of(cell.currentNodeOrNull());
        }

        ContextView context() {
            return context;
        }

        @Override
        protected void run(WorkFrame frame) {
            if (ended) {
                return;
            }
            if (!queued) {
                queued = true;
                cell.forceMessage(new TickNode(message, this));
            }
            if (period > 0 && key != RECEIVE_TIMEOUT) {
                due += period;
                restart(due - cell.timer().nanoTime());
            }
        }

        void restart(long delay) {
            cell.timer().start(this, delay);
            if (ended) {
                cancel();
            }
        }

        void end() {
            ended = true;
            cancel();
        }
    }
}
