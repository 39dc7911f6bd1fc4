package io.bastion.benchmarks.work;

import java.util.Arrays;
import java.util.List;

/**
 * The values of one figure, one a round.
 *
 * @param metric what was measured
 * @param values at least one
 */
public record Series(Metric metric, List<Double> values) {
    public Series {
        if (values.isEmpty()) {
            throw new IllegalArgumentException("values: [] (expected: at least one)");
        }
        values = List.copyOf(values);
    }

    /** The values of an array. */
    public static Series of(Metric metric, double... values) {
        return new Series(metric, Arrays.stream(values).boxed().toList());
    }
}
