package io.bastion.scheduler;

/**
 * A monotonic clock and the delays on it: the one source of time of a scheduler and of everything that runs on it.
 *
 * <p>An SPI: {@link WheelTimer} in production; tests put a virtual one in its place. Thread-safe.
 */
public interface Timer {
    /** The present time in nanoseconds since an arbitrary origin; never goes back. */
    long nanoTime();

    /**
     * Starts an entry that is not started: after at least the delay its {@link Activity#run run} happens on its home,
     * unless it was cancelled before.
     *
     * @param entry a new entry, or one that has fired
     * @param delayNanos nanoseconds from now; zero and less mean at once
     */
    void start(TimerEntry entry, long delayNanos);

    /** Called once after a started entry was cancelled, on the cancelling thread, to let its memory go. */
    void cancelled(TimerEntry entry);
}
