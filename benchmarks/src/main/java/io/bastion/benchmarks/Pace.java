package io.bastion.benchmarks;

import io.bastion.benchmarks.work.Setup;
import java.util.List;

/**
 * How long a child measures, and how much.
 *
 * @param warmup seconds before the first measured round
 * @param seconds about how long a measured round lasts
 * @param rounds measured rounds
 * @param setup what the systems are started with
 */
record Pace(double warmup, double seconds, int rounds, Setup setup) {
    private static final int ARGUMENTS = 5;

    Pace {
        if (!(warmup >= 0)) {
            throw new IllegalArgumentException("warmup: " + warmup + " (expected: >= 0)");
        }
        if (!(seconds > 0)) {
            throw new IllegalArgumentException("seconds: " + seconds + " (expected: > 0)");
        }
        if (rounds < 1) {
            throw new IllegalArgumentException("rounds: " + rounds + " (expected: >= 1)");
        }
    }

    /** As arguments of a child. */
    List<String> toArguments() {
        return List.of(
                String.valueOf(warmup),
                String.valueOf(seconds),
                String.valueOf(rounds),
                String.valueOf(setup.threads()),
                String.valueOf(setup.scale()));
    }

    /** From the arguments of a child. */
    static Pace ofArguments(List<String> arguments) {
        if (arguments.size() != ARGUMENTS) {
            throw new IllegalArgumentException("arguments: " + arguments + " (expected: " + ARGUMENTS + ")");
        }
        return new Pace(
                Double.parseDouble(arguments.get(0)),
                Double.parseDouble(arguments.get(1)),
                Integer.parseInt(arguments.get(2)),
                new Setup(Integer.parseInt(arguments.get(3)), Double.parseDouble(arguments.get(4))));
    }
}
