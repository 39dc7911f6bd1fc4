package io.bastion.supervision;

import java.util.List;
import org.jspecify.annotations.Nullable;

/**
 * The children of a supervisor, as its {@link RestartEngine} sees and moves them. What it tells them they do in their own
 * time, and the supervisor tells the engine when they have.
 *
 * @param <C> a child
 */
public interface Children<C> {
    /** The present time in nanoseconds, monotonic; the only method that is called on any thread. */
    long now();

    /** A random number from 0 to 1, for jitter. */
    double random();

    /** The child's policy. */
    Restart policy(C child);

    /** What the engine has noted of the child; made when it is first asked for. */
    RestartHistory history(C child);

    /** The children that have not ended for good, in start order. */
    List<C> inStartOrder();

    /** Whether the child has ended for good. */
    boolean isGone(C child);

    /** Whether a failed incarnation has something to go on with: a flow that has ended, or a start that has failed, has not. */
    boolean canResume(C child);

    /** Lets a failed incarnation go on. */
    void resume(C child);

    /** Ends the child's incarnation, if it has not ended, and begins the next after a delay; no answer is expected. */
    void restart(C child, long delayNanos);

    /**
     * Ends the child's incarnation, if it has not ended, and holds the child; {@link RestartEngine#suspended} is due.
     *
     * @param delayNanos how long {@link #delay} will be asked for when all are held that are restarted together
     */
    void suspend(C child, long delayNanos);

    /** Begins the next incarnation of a held child; {@link RestartEngine#started} or another end is due. */
    void start(C child);

    /** Stops a child for good that is no longer wanted; {@link RestartEngine#gone} is due. */
    void remove(C child);

    /**
     * Lets an ended child stay down.
     *
     * @param cause its failure, or null
     * @param why how that was decided
     */
    void stayDown(C child, @Nullable Throwable cause, WhyDown why);

    /** Calls {@link RestartEngine#delayOver} after a delay. */
    void delay(long delayNanos);

    /** Takes {@link #delay} back. */
    void cancelDelay();

    /** Ends the supervisor with a failure that it does not deal with. */
    void giveUp(C child, Throwable cause);

    /** Why a child stays down. */
    enum WhyDown {
        /** It is its restart type. */
        TYPE,
        /** It is a directive. */
        DIRECTIVE,
        /** Its cap is spent. */
        CAP
    }
}
