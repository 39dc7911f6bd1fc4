package io.bastion.actor;

import java.lang.invoke.MethodHandles;
import java.lang.invoke.VarHandle;

/** The messages of one type that one worker has counted, and when it takes its next sample of them. */
final class Tally {
    /*
     * A sample is a message whose time is taken. Of few messages each is one; of many so few that there are about a thousand
     * a second: the interval between two doubles as long as they come faster, and halves when they come more slowly.
     */
    private static final long AIM_NANOS = 1_000_000;

    private static final int MAX_INTERVAL = 1 << 16;

    private static final VarHandle HANDLED;

    static {
        try {
            HANDLED = MethodHandles.lookup().findVarHandle(Tally.class, "handled", long.class);
        } catch (ReflectiveOperationException e) {
            throw new ExceptionInInitializerError(e);
        }
    }

    /** Written by the worker, read by anybody. */
    private long handled;

    private int untilSample = 1;
    private int interval = 1;
    private long sampledAt;

    // keeps what another worker writes off the cache line
    @SuppressWarnings("unused")
    private long p1, p2, p3, p4, p5, p6, p7, p8, p9, p10, p11, p12;

    /** Counts messages; returns whether a sample is due. */
    boolean count(int n) {
        HANDLED.setOpaque(this, handled + n);
        return (untilSample -= n) <= 0;
    }

    /** A sample is taken. */
    void sampled(long now) {
        long pause = now - sampledAt;
        if (pause < AIM_NANOS) {
            interval = Math.min(2 * interval, MAX_INTERVAL);
        } else if (pause > 4 * AIM_NANOS && interval > 1) {
            interval /= 2;
        }
        sampledAt = now;
        untilSample = interval;
    }

    long handled() {
        return (long) HANDLED.getOpaque(this);
    }
}
