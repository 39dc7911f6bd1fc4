package io.bastion.cluster.link;

/**
 * Whether the other end of a link is heard, asked in regular ticks. It counts ticks and looks at no clock: a process that stood still
 * had none, and does not take the others' silence for theirs. For one thread.
 */
final class Heartbeat {
    enum Change {
        NONE,
        UNREACHABLE,
        REACHABLE,
        DEAD
    }

    private final int unreachableAfter;
    private final int deadAfter;
    private int silentTicks;
    private boolean heard;

    /**
     * @param unreachableAfter ticks in silence until the other end is unreachable
     * @param deadAfter ticks in silence until the link is given up
     */
    Heartbeat(int unreachableAfter, int deadAfter) {
        this.unreachableAfter = unreachableAfter;
        this.deadAfter = deadAfter;
    }

    /** Something has come from the other end. */
    void heard() {
        heard = true;
    }

    Change tick() {
        if (heard) {
            heard = false;
            boolean back = silentTicks >= unreachableAfter;
            silentTicks = 0;
            return back ? Change.REACHABLE : Change.NONE;
        }
        silentTicks++;
        if (silentTicks == deadAfter) {
            return Change.DEAD;
        }
        return silentTicks == unreachableAfter ? Change.UNREACHABLE : Change.NONE;
    }
}
