package io.bastion.scheduler;

import java.lang.invoke.MethodHandles;
import java.lang.invoke.VarHandle;
import java.util.ArrayList;
import java.util.Comparator;
import java.util.List;
import java.util.concurrent.RejectedExecutionException;
import java.util.concurrent.TimeUnit;
import java.util.concurrent.locks.LockSupport;
import java.util.function.LongSupplier;
import org.jspecify.annotations.Nullable;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;
import reactor.core.Exceptions;

/**
 * A {@link Timer} with a thread of its own and a {@link TimerWheel}: made for very many entries, most of which are
 * cancelled.
 *
 * <p>Entries fire in the order of their due times, never early, and about a millisecond late; those with delays of a
 * second and more up to some ten milliseconds late. The thread sleeps when there is nothing to do.
 *
 * <p>Thread-safe. Starting is lock-free and allocates nothing; so is cancelling.
 */
public final class WheelTimer implements Timer, AutoCloseable {
    /*
     * An entry goes to a stack of arrivals. The thread takes the whole stack now and then, turns it round and puts the
     * entries that were not cancelled in the meantime into the wheel: of the time-outs that guard requests most never get
     * that far. A cancellation after that goes to a second stack, for the thread to take the entry out of the wheel.
     *
     * While there is traffic on the stacks the thread looks at them every PERIOD, and after some quiet periods it sleeps
     * until the next entry is due, if any. wakeAt tells what it does:
     *
     *   AWAKE        it will look at the stacks after it has written another value here
     *   ASLEEP       it sleeps for long: whoever pushes wakes it
     *   a time       it sleeps until then: who pushes an entry that is due earlier wakes it
     *
     * A pusher pushes and then reads wakeAt, the thread writes wakeAt and then looks at the stacks, all with volatile
     * semantics: so an entry is seen by the thread, or its pusher sees that the thread has to be woken.
     *
     * The clock is read by the pusher for short delays only. A long delay is counted from the moment at which the thread
     * takes the entry over, with one reading of the clock for all of a batch. That is later than the start by no more
     * than a period, and never earlier, however late the thread is: there is no shared clock value that could be stale.
     */

    private static final Logger log = LoggerFactory.getLogger(WheelTimer.class);
    private static final VarHandle ARRIVALS;
    private static final VarHandle CANCELLATIONS;
    private static final VarHandle WAKE_AT;

    static {
        try {
            MethodHandles.Lookup lookup = MethodHandles.lookup();
            ARRIVALS = lookup.findVarHandle(WheelTimer.class, "arrivals", TimerEntry.class);
            CANCELLATIONS = lookup.findVarHandle(WheelTimer.class, "cancellations", TimerEntry.class);
            WAKE_AT = lookup.findVarHandle(WheelTimer.class, "wakeAt", long.class);
        } catch (ReflectiveOperationException e) {
            throw new ExceptionInInitializerError(e);
        }
    }

    private static final long AWAKE = Long.MIN_VALUE;
    private static final long ASLEEP = Long.MAX_VALUE;

    /** Time between two looks at the stacks while there is traffic. */
    static final long PERIOD = TimeUnit.MILLISECONDS.toNanos(10);

    /** Delays from which on the clock is not read by the starter; many times the period. */
    static final long LONG_DELAY = TimeUnit.SECONDS.toNanos(1);

    /** Rounds without traffic before the thread sleeps for long. */
    private static final int QUIET_ROUNDS = 10;

    private static final Comparator<TimerEntry> BY_DEADLINE = (a, b) -> Long.compare(a.deadline, b.deadline);

    private final LongSupplier clock;
    private final long origin;
    private final Thread thread;

    /** Entries that were started, linked by {@code next}, latest first; a Treiber stack. */
    private volatile @Nullable TimerEntry arrivals;

    /** Entries that were cancelled when they might be in the wheel, linked by {@code nextCancelled}; a Treiber stack. */
    private volatile @Nullable TimerEntry cancellations;

    /** See above; written by the thread, and by CAS to AWAKE by who wakes it. */
    private volatile long wakeAt = AWAKE;

    private volatile boolean closed;

    /** For the thread only, as are the following. */
    private final TimerWheel wheel = new TimerWheel();

    private final List<TimerEntry> due = new ArrayList<>();
    private int quietRounds;

    WheelTimer(String name, LongSupplier clock) {
        this.clock = clock;
        this.origin = clock.getAsLong();
        this.thread = new Thread(this::run, name);
        thread.setDaemon(true);
    }

    /**
     * Creates a timer and starts its thread, a daemon.
     *
     * @param name the thread's name
     */
    public static WheelTimer create(String name) {
        WheelTimer timer = new WheelTimer(name, System::nanoTime);
        timer.thread.start();
        return timer;
    }

    @Override
    public long nanoTime() {
        return clock.getAsLong() - origin;
    }

    /**
     * {@inheritDoc}
     *
     * @throws RejectedExecutionException if this timer is closed
     */
    @Override
    public void start(TimerEntry entry, long delayNanos) {
        if (closed) {
            throw Exceptions.failWithRejected();
        }
        if (delayNanos <= 0) {
            entry.prepare(this, 0);
            entry.fire();
            return;
        }
        boolean isLong = delayNanos >= LONG_DELAY;
        long deadline = isLong ? delayNanos : nanoTime() + delayNanos;
        entry.prepare(this, deadline);
        entry.deadlineIsDelay(isLong);
        TimerEntry top;
        do {
            top = arrivals;
            entry.next = top;
        } while (!ARRIVALS.compareAndSet(this, top, entry));
        wakeIfBefore(isLong ? ASLEEP - 1 : deadline);
    }

    @Override
    public void cancelled(TimerEntry entry) {
        TimerEntry top;
        do {
            top = cancellations;
            entry.nextCancelled = top;
        } while (!CANCELLATIONS.compareAndSet(this, top, entry));
        wakeIfBefore(ASLEEP - 1);
    }

    /** Wakes the thread if it would otherwise sleep longer than until the given time. */
    private void wakeIfBefore(long time) {
        long w = wakeAt;
        if (time < w && WAKE_AT.compareAndSet(this, w, AWAKE)) {
            LockSupport.unpark(thread);
        }
    }

    /** Ends the thread. Entries that have not fired never will; further starts are refused. */
    @Override
    public void close() {
        closed = true;
        LockSupport.unpark(thread);
    }

    private void run() {
        while (!closed) {
            try {
                long wake = turn();
                long sleep = wake - nanoTime();
                if (wake == TimerWheel.NEVER) {
                    LockSupport.park(this);
                } else if (sleep > 0) {
                    LockSupport.parkNanos(this, sleep);
                }
                Thread.interrupted();
            } catch (Throwable e) {
                log.error("{} goes on after an error", thread.getName(), e);
            }
        }
    }

    /** Does what is to be done now; returns the time until which the thread may sleep unless it is woken. */
    long turn() {
        wakeAt = AWAKE;
        quietRounds = drain() ? 0 : quietRounds + 1;
        fireDue();
        if (quietRounds < QUIET_ROUNDS) {
            long wake = Math.min(wheel.nextDue(), nanoTime() + PERIOD);
            wakeAt = wake;
            if (drain() && wheel.nextDue() < wake) {
                wake = wheel.nextDue();
                wakeAt = wake;
            }
            return due.isEmpty() ? wake : 0;
        }
        wakeAt = ASLEEP;
        return arrivals == null && cancellations == null ? wheel.nextDue() : 0;
    }

    /** Empties the stacks; returns whether there was anything on them. */
    private boolean drain() {
        if (arrivals == null && cancellations == null) {
            return false;
        }
        TimerEntry entry = reverse((TimerEntry) ARRIVALS.getAndSet(this, null));
        long now = nanoTime(); // after the line above: see LONG_DELAY
        while (entry != null) {
            TimerEntry next = entry.next;
            entry.next = null;
            if (entry.takeDelay()) {
                entry.deadline = saturatedAdd(now, entry.deadline);
            }
            if (entry.queue() && !wheel.add(entry)) {
                due.add(entry);
            }
            entry = next;
        }
        entry = (TimerEntry) CANCELLATIONS.getAndSet(this, null);
        while (entry != null) {
            TimerEntry next = entry.nextCancelled;
            entry.nextCancelled = null;
            wheel.remove(entry);
            entry = next;
        }
        return true;
    }

    private static @Nullable TimerEntry reverse(@Nullable TimerEntry newest) {
        TimerEntry oldest = null;
        while (newest != null) {
            TimerEntry older = newest.next;
            newest.next = oldest;
            oldest = newest;
            newest = older;
        }
        return oldest;
    }

    private static long saturatedAdd(long a, long b) {
        long sum = a + b;
        return sum < 0 ? Long.MAX_VALUE : sum;
    }

    private void fireDue() {
        wheel.advance(nanoTime(), due);
        due.sort(BY_DEADLINE);
        for (TimerEntry entry : due) {
            try {
                entry.fire();
            } catch (RejectedExecutionException e) {
                log.debug("{}: the home of an entry has ended", thread.getName());
            } catch (Throwable e) {
                log.error("{}: an entry could not be fired", thread.getName(), e);
            }
        }
        due.clear();
    }
}
