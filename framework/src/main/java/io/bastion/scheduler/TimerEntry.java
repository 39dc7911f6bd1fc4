package io.bastion.scheduler;

import java.lang.invoke.MethodHandles;
import java.lang.invoke.VarHandle;
import org.jspecify.annotations.Nullable;

/**
 * An intrusive one-shot delay: an {@link Activity} that a {@link Timer} schedules when it is due.
 *
 * <p>Its {@code run} happens on a worker, never on the timer's thread. It may be started again after it has fired.
 */
public abstract class TimerEntry extends Activity {
    private static final VarHandle STATE;

    static {
        try {
            STATE = MethodHandles.lookup().findVarHandle(TimerEntry.class, "state", int.class);
        } catch (ReflectiveOperationException e) {
            throw new ExceptionInInitializerError(e);
        }
    }

    /** Life of an entry: {@code NEW → (QUEUED) → FIRED}, or {@code CANCELLED} from the first two. */
    static final int NEW = 0;

    static final int QUEUED = 1;
    static final int FIRED = 2;
    static final int CANCELLED = 3;

    private volatile int state;

    /** Due time on the timer's clock, in nanoseconds; written by the timer. */
    long deadline;

    /** The timer that holds this entry; written before the entry is handed to it. */
    @Nullable Timer timer;

    /** Links of the wheel: {@code next} also of the stack of arrivals, {@code nextCancelled} of the stack of cancellations. */
    @Nullable TimerEntry next;

    @Nullable TimerEntry previous;

    @Nullable TimerEntry nextCancelled;

    protected TimerEntry(Home home) {
        super(home);
    }

    /**
     * Prevents the entry from firing.
     *
     * @return whether it was prevented: false when it has fired or was cancelled before
     */
    public final boolean stopTimer() {
        for (; ; ) {
            int s = state;
            if (s == FIRED || s == CANCELLED) {
                return false;
            }
            if (STATE.compareAndSet(this, s, CANCELLED)) {
                Timer t = timer;
                if (s == QUEUED && t != null) {
                    t.cancelled(this);
                }
                return true;
            }
        }
    }

    /** {@link #stopTimer()}, for those who need no answer; may be extended. */
    public void cancel() {
        stopTimer();
    }

    /** Whether {@link #stopTimer()} prevented this entry from firing. */
    public final boolean isCancelled() {
        return state == CANCELLED;
    }

    /**
     * For timers: the entry is due. Schedules its run on its home.
     *
     * @return false when it was cancelled
     */
    public final boolean fire() {
        for (; ; ) {
            int s = state;
            if (s == FIRED || s == CANCELLED) {
                return false;
            }
            if (STATE.compareAndSet(this, s, FIRED)) {
                due();
                return true;
            }
        }
    }

    /** What happens when the entry is due, on the timer's thread: it is sent to its home, unless a subclass knows better. */
    protected void due() {
        schedule();
    }

    /** For timers: takes the entry over, so that a later cancellation is reported to {@link Timer#cancelled}. */
    public final boolean queue() {
        return STATE.compareAndSet(this, NEW, QUEUED);
    }

    /** For timers: readies the entry for {@link Timer#start}; a cancelled entry stays cancelled. */
    public final void prepare(Timer timer, long deadline) {
        this.timer = timer;
        this.deadline = deadline;
        STATE.compareAndSet(this, FIRED, NEW);
    }

    /** Due time on the timer's clock, in nanoseconds. A {@link WheelTimer} settles it when it takes the entry over. */
    public final long deadline() {
        return deadline;
    }

    /**
     * Notes whether {@link #deadline} holds a delay, to be counted from the takeover by the timer; a link that is free
     * until then serves as the mark.
     */
    final void deadlineIsDelay(boolean delay) {
        previous = delay ? this : null;
    }

    /** Whether {@link #deadline} holds a delay; removes the mark. */
    final boolean takeDelay() {
        boolean delay = previous == this;
        previous = null;
        return delay;
    }
}
