package io.bastion.benchmarks.work;

/** What a figure of ours is to reach. */
public sealed interface Goal {
    /** So many times better than the best rival. */
    record Times(double factor) implements Goal {}

    /** So many times as good as ours is at another workload, such as a smaller one of the same kind. */
    record OfOther(double factor, Workload other) implements Goal {}

    /** Not above a value. */
    record AtMost(double value) implements Goal {}
}
