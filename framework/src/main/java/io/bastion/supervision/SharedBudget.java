package io.bastion.supervision;

import java.util.function.LongSupplier;

/**
 * The budget of a supervisor, from which its children may take their restarts themselves while it is open. Thread-safe:
 * however many fail at a time, each restart is counted once, and there are never more than the limit within a window.
 */
final class SharedBudget {
    /** Guarded by this object, as is the reading of the clock, so that the stamps are in order. */
    private final RestartBudget budget;

    private final boolean unlimited;
    private final LongSupplier clock;

    /** Whether children may take restarts; written under the lock. */
    private volatile boolean open;

    /**
     * A closed one.
     *
     * @param clock the present time in nanoseconds, monotonic; read on any thread
     */
    SharedBudget(Budget budget, LongSupplier clock) {
        this.budget = new RestartBudget(budget);
        this.unlimited = budget.isUnlimited();
        this.clock = clock;
    }

    /** Takes a restart for the supervisor; returns false when they are spent. */
    synchronized boolean take() {
        return budget.take(clock.getAsLong());
    }

    /** Takes a restart for a child; returns false when they are spent, or it is closed. */
    boolean takeIfOpen() {
        if (unlimited || !open) {
            return open;
        }
        synchronized (this) {
            return open && budget.take(clock.getAsLong());
        }
    }

    /** Restarts that are left. */
    synchronized int remaining() {
        return budget.remaining(clock.getAsLong());
    }

    /** Lets children take restarts, or stops them from it: when this has returned, those taken are no more. */
    synchronized void open(boolean open) {
        this.open = open;
    }
}
