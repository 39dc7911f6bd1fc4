package io.bastion.benchmarks.work;

import java.util.List;

/** What a figure of ours is to reach. */
public sealed interface Goal {
    /** So many times better than the best rival. */
    record Times(double factor) implements Goal {}

    /** So many times as good as ours is at another workload, such as a smaller one of the same kind. */
    record OfOther(double factor, Workload other) implements Goal {}

    /** So many times better than one system, by its id; less than 1 allows for something worse. */
    record Beside(String system, double factor) implements Goal {}

    /** Several at once. */
    record All(List<Goal> goals) implements Goal {}

    /** Not above a value. */
    record AtMost(double value) implements Goal {}
}
