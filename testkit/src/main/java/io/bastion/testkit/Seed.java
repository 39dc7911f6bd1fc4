package io.bastion.testkit;

import java.util.Random;

/** Where seeds come from: {@value #PROPERTY} when somebody replays a test, else the test itself, else chance. */
final class Seed {
    static final String PROPERTY = "bastion.seed";

    private Seed() {}

    /** The seed of a test that asks for a given one. */
    static long orElse(long seed) {
        Long replayed = Long.getLong(PROPERTY);
        return replayed == null ? seed : replayed;
    }

    /** The seed of a test that asks for none: short, to be typed again. */
    static long any() {
        return orElse(new Random().nextInt(Integer.MAX_VALUE));
    }

    /** What to do for the same again. */
    static String replay(long seed) {
        return "replay with -D" + PROPERTY + "=" + seed;
    }
}
