package io.bastion.actor;

import java.util.concurrent.atomic.LongAdder;

/** Counts asks. Thread-safe. */
final class AskCounts {
    private final LongAdder pending = new LongAdder();
    private final LongAdder timedOut = new LongAdder();
    private final LongAdder cycles = new LongAdder();

    void began() {
        pending.increment();
    }

    /** One that began has ended, however it did. */
    void ended() {
        pending.decrement();
    }

    void endedLate() {
        timedOut.increment();
    }

    void wouldWaitForItself() {
        cycles.increment();
    }

    long pending() {
        return pending.sum();
    }

    long timedOut() {
        return timedOut.sum();
    }

    long cycles() {
        return cycles.sum();
    }
}
