package io.bastion.benchmarks.work;

/** A kind of figure. */
public enum Metric {
    /** Operations in a second. */
    THROUGHPUT("throughput", "M/s", true),
    /** Bytes that all threads of the process allocate for an operation. */
    ALLOCATION("allocation", "B/op", false),
    /** Processor time that the whole process spends on an operation, spinning and collecting included. */
    PROCESSOR("processor time", "ns/op", false),
    /** How often a thread of the process leaves its processor, because it waits or has to, for an operation. */
    SWITCHES("context switches", "/op", false),
    /** Bytes of heap that a living actor holds which never got a message. */
    HEAP_IDLE("idle", "B", false),
    /** Bytes of heap that a living actor holds which has handled one message. */
    HEAP_USED("after one message", "B", false),
    /** Processor time of the whole process for adding a timer and cancelling it. */
    TIMER_CPU("add and cancel, processor time", "ns", false),
    /** Time in the calling thread for adding a timer and cancelling it. */
    TIMER_CALL("add and cancel, calling thread", "ns", false),
    /** Processor time of the whole process for adding a timer and letting it expire. */
    TIMER_FIRE("add and expire, processor time", "ns", false),
    /** Bytes of heap that a pending timer holds. */
    TIMER_HEAP("pending", "B", false),
    /** Time that half of the messages stay below, from one actor to another and back. */
    ROUND_TRIP_MEDIAN("round trip, median", "µs", false),
    /** Time that 99 of 100 messages stay below, from one actor to another and back. */
    ROUND_TRIP_99("round trip, 99th percentile", "µs", false);

    private final String title;
    private final String unit;
    private final boolean moreIsBetter;

    Metric(String title, String unit, boolean moreIsBetter) {
        this.title = title;
        this.unit = unit;
        this.moreIsBetter = moreIsBetter;
    }

    /** What is measured, for people. */
    public String title() {
        return title;
    }

    /** The unit of the values. */
    public String unit() {
        return unit;
    }

    /** Whether a larger value is the better one. */
    public boolean moreIsBetter() {
        return moreIsBetter;
    }

    /** How many times better the first value is than the second: 2 means twice as fast, or half the size. */
    public double timesBetter(double value, double other) {
        return moreIsBetter ? value / other : other / value;
    }
}
