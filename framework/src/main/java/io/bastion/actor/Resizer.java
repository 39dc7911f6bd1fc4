package io.bastion.actor;

import java.time.Duration;
import java.util.Objects;

/**
 * How a group follows its load: when it gets more members, when fewer, and how many there are at least and at most. Immutable;
 * each method returns a changed copy.
 *
 * <p>At every step the group looks at its members. When they have too much to do, it adds some; when few of them have anything to
 * do, it removes some, the youngest first. A removed member gets no message any more, handles those that it has, and
 * stops, which is no failure. After a change the group waits for a cool-down. Below the lower bound, because members have
 * ended for good, it fills up at the next step.
 *
 * <p>Defaults: more when the mean of queued messages is at least {@value #DEFAULT_QUEUED}, by a fifth; fewer when less than
 * three tenths of the members are busy, by a tenth; at least one at a time; a step each second, a cool-down of five seconds.
 */
public final class Resizer {
    /** Queued messages a member, on average, that are too many when nothing is said. */
    public static final int DEFAULT_QUEUED = 32;

    /** Time between two looks when nothing is said. */
    public static final Duration DEFAULT_STEP = Duration.ofSeconds(1);

    /** Time after a change without another when nothing is said. */
    public static final Duration DEFAULT_COOL_DOWN = Duration.ofSeconds(5);

    /** What tells that members have too much to do. */
    enum Measure {
        MEAN_QUEUED,
        MAX_QUEUED,
        UTILISATION
    }

    private final Settings settings;

    record Settings(
            int lower,
            int upper,
            Measure measure,
            double threshold,
            double upscaleRate,
            double downscaleBelow,
            double downscaleRate,
            Duration step,
            Duration coolDown) {}

    private Resizer(Settings settings) {
        this.settings = settings;
    }

    /**
     * A resizer with default settings.
     *
     * @param lower members that there are at least, at least 1
     * @param upper members that there are at most, at least {@code lower}
     */
    public static Resizer between(int lower, int upper) {
        if (lower < 1) {
            throw new IllegalArgumentException("lower: " + lower + " (expected: >= 1)");
        }
        if (upper < lower) {
            throw new IllegalArgumentException("upper: " + upper + " (expected: >= " + lower + ", the lower bound)");
        }
        return new Resizer(new Settings(
                lower, upper, Measure.MEAN_QUEUED, DEFAULT_QUEUED, 0.2, 0.3, 0.1, DEFAULT_STEP, DEFAULT_COOL_DOWN));
    }

    /** Adds members when so many messages a member, on average, are queued. */
    public Resizer upscaleAtMeanQueued(int messages) {
        return upscaleAt(Measure.MEAN_QUEUED, atLeastOne(messages));
    }

    /** Adds members when so many messages are queued at one of them. */
    public Resizer upscaleAtMaxQueued(int messages) {
        return upscaleAt(Measure.MAX_QUEUED, atLeastOne(messages));
    }

    /**
     * Adds members when such a share of them is busy: handles a message, has some, or waits for its restart.
     *
     * @param share more than that of {@link #downscaleBelow}, at most 1
     */
    public Resizer upscaleAtUtilisation(double share) {
        if (!(share > settings.downscaleBelow && share <= 1)) {
            throw new IllegalArgumentException(
                    "utilisation: " + share + " (expected: > " + settings.downscaleBelow + " and <= 1)");
        }
        return upscaleAt(Measure.UTILISATION, share);
    }

    private static int atLeastOne(int messages) {
        if (messages < 1) {
            throw new IllegalArgumentException("queued: " + messages + " (expected: >= 1)");
        }
        return messages;
    }

    private Resizer upscaleAt(Measure measure, double threshold) {
        Settings s = settings;
        return new Resizer(new Settings(
                s.lower,
                s.upper,
                measure,
                threshold,
                s.upscaleRate,
                s.downscaleBelow,
                s.downscaleRate,
                s.step,
                s.coolDown));
    }

    /**
     * Adds such a share of the members at a time, rounded up.
     *
     * @param rate 0 for none, otherwise at least one member is added; may be more than 1
     */
    public Resizer upscaleRate(double rate) {
        if (!(rate >= 0 && rate < Double.POSITIVE_INFINITY)) {
            throw new IllegalArgumentException("upscaleRate: " + rate + " (expected: >= 0)");
        }
        Settings s = settings;
        return new Resizer(new Settings(
                s.lower, s.upper, s.measure, s.threshold, rate, s.downscaleBelow, s.downscaleRate, s.step, s.coolDown));
    }

    /**
     * Removes members when less than such a share of them is busy.
     *
     * @param share from 0, for never, to 1; less than that of {@link #upscaleAtUtilisation}, if that is used
     */
    public Resizer downscaleBelow(double share) {
        Settings s = settings;
        double below = s.measure == Measure.UTILISATION ? s.threshold : Math.nextUp(1.0);
        if (!(share >= 0 && share < below)) {
            throw new IllegalArgumentException("downscaleBelow: " + share + " (expected: >= 0 and "
                    + (below > 1 ? "<= 1" : "< " + below + ", where members are added") + ")");
        }
        return new Resizer(new Settings(
                s.lower, s.upper, s.measure, s.threshold, s.upscaleRate, share, s.downscaleRate, s.step, s.coolDown));
    }

    /**
     * Removes such a share of the members at a time, rounded down.
     *
     * @param rate 0 for none, otherwise at least one member is removed; at most 1
     */
    public Resizer downscaleRate(double rate) {
        if (!(rate >= 0 && rate <= 1)) {
            throw new IllegalArgumentException("downscaleRate: " + rate + " (expected: 0 to 1)");
        }
        Settings s = settings;
        return new Resizer(new Settings(
                s.lower, s.upper, s.measure, s.threshold, s.upscaleRate, s.downscaleBelow, rate, s.step, s.coolDown));
    }

    /** Looks at the members at such intervals; {@link #DEFAULT_STEP} by default. */
    public Resizer step(Duration interval) {
        Objects.requireNonNull(interval, "step: null (expected: a Duration)");
        if (interval.isNegative() || interval.isZero()) {
            throw new IllegalArgumentException("step: " + interval + " (expected: > 0)");
        }
        Settings s = settings;
        return new Resizer(new Settings(
                s.lower,
                s.upper,
                s.measure,
                s.threshold,
                s.upscaleRate,
                s.downscaleBelow,
                s.downscaleRate,
                interval,
                s.coolDown));
    }

    /** Leaves the number as it is for such a time after a change; {@link #DEFAULT_COOL_DOWN} by default. */
    public Resizer coolDown(Duration time) {
        Objects.requireNonNull(time, "coolDown: null (expected: a Duration)");
        if (time.isNegative()) {
            throw new IllegalArgumentException("coolDown: " + time + " (expected: >= 0)");
        }
        Settings s = settings;
        return new Resizer(new Settings(
                s.lower,
                s.upper,
                s.measure,
                s.threshold,
                s.upscaleRate,
                s.downscaleBelow,
                s.downscaleRate,
                s.step,
                time));
    }

    Settings settings() {
        return settings;
    }

    @Override
    public String toString() {
        return "Resizer" + settings.toString().substring("Settings".length());
    }
}
