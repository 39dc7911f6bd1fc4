package io.bastion.testing;

import java.util.Random;

/** The seed of a random test, printed so that the run can be repeated with {@code -Dbastion.seed}. */
public final class Seed {
    private Seed() {}

    /** The seed that was asked for, or a new one. */
    public static long of(String test) {
        String given = System.getProperty("bastion.seed");
        long seed = given == null ? new Random().nextInt(Integer.MAX_VALUE) : Long.parseLong(given);
        System.out.println(test + ": -Dbastion.seed=" + seed);
        return seed;
    }
}
