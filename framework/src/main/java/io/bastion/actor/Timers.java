package io.bastion.actor;

import java.time.Duration;

/**
 * The timers of one incarnation, by key: starting one replaces that of the same key. A tick of a timer that was cancelled,
 * replaced, or of an older incarnation is never handled, even when it was queued already. For use on the actor's worker.
 */
public interface Timers<M> {
    /** Sends the actor a message once, after a delay. */
    void once(Object key, M message, Duration delay);

    /**
     * Sends the actor a message again and again, first after one period. A tick that is due while the last one is still
     * queued is left out.
     */
    void every(Object key, M message, Duration period);

    /** Ends a timer; returns whether there was one. */
    boolean cancel(Object key);

    /** Ends all timers. */
    void cancelAll();

    /** Whether a timer of that key is running. */
    boolean isActive(Object key);
}
