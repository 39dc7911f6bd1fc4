package io.bastion.benchmarks;

import java.util.List;

/**
 * What all rounds of all forks say about one figure.
 *
 * @param median of the values
 * @param min the smallest value
 * @param max the largest value
 */
record Statistics(double median, double min, double max) {
    static Statistics of(List<Double> values) {
        List<Double> sorted = values.stream().sorted().toList();
        int last = sorted.size() - 1;
        double median = (sorted.get(last / 2) + sorted.get(sorted.size() / 2)) / 2;
        return new Statistics(median, sorted.get(0), sorted.get(last));
    }
}
