package io.bastion.benchmarks.work;

import java.util.List;
import java.util.Random;

/**
 * What timers cost while a million others are pending: processor time and heap. The processor time is that of all threads,
 * so that work put off to a timer's own thread counts.
 */
public final class TimerSurvey implements Work.Survey {
    private static final int PENDING = 1_000_000;
    private static final int OPERATIONS = 4_000_000; // processor time is counted in steps of 10 ms
    private static final int WARM_UP_SHARE = 8;
    private static final int EXPIRING = 300_000;
    private static final int WINDOW = 256;
    private static final int FAR_MILLIS = 60_000;
    private static final int TIMEOUT_MILLIS = 5_000;
    private static final int SOON_MILLIS = 300;
    private static final int SPREAD_MILLIS = 400;
    private static final int WARM_UPS = 3;
    private static final int TICKS_MILLIS = 100;

    private final Timers timers;
    private final int pending;
    private final int operations;
    private final int expiring;
    private final int collections;

    /** The survey of some timers. */
    public TimerSurvey(Timers timers, Setup setup) {
        this.timers = timers;
        pending = setup.scaled(PENDING);
        operations = setup.scaled(OPERATIONS);
        expiring = setup.scaled(EXPIRING);
        collections = setup.collections();
    }

    /** One-shot timers that count how many of them have expired. */
    public interface Timers {
        /** Adds a timer. */
        Object add(long millis);

        /** Cancels a timer that {@link #add} gave. */
        void cancel(Object timer);

        /** How many have expired. */
        long expired();
    }

    @Override
    public List<Series> take(int rounds) throws Exception {
        for (int i = 0; i < WARM_UPS; i++) {
            addAndCancel(operations / WARM_UP_SHARE);
            Thread.sleep(TICKS_MILLIS);
        }
        Random random = new Random(1);
        Object[] far = new Object[pending];
        long empty = Meters.heapBytes(collections);
        for (int i = 0; i < pending; i++) {
            far[i] = timers.add(FAR_MILLIS + random.nextInt(FAR_MILLIS));
        }
        Thread.sleep(TICKS_MILLIS);
        double bytes = (Meters.heapBytes(collections) - empty) / (double) pending;
        double[] call = new double[rounds];
        double[] cpu = new double[rounds];
        for (int i = 0; i < rounds; i++) {
            long cpuBefore = Meters.cpuNanos();
            long start = System.nanoTime();
            addAndCancel(operations);
            call[i] = (System.nanoTime() - start) / (double) operations;
            Thread.sleep(TICKS_MILLIS);
            cpu[i] = (Meters.cpuNanos() - cpuBefore) / (double) operations;
        }
        Checks.equal("cancelled timers that expired", timers.expired(), 0);
        double fire = expire(random);
        for (Object timer : far) {
            timers.cancel(timer);
        }
        return List.of(
                Series.of(Metric.TIMER_CPU, cpu),
                Series.of(Metric.TIMER_CALL, call),
                Series.of(Metric.TIMER_FIRE, fire),
                Series.of(Metric.TIMER_HEAP, bytes));
    }

    /** As asks do: each is cancelled when 256 more have been added. */
    private void addAndCancel(int times) {
        Object[] window = new Object[WINDOW];
        for (int i = 0; i < times; i++) {
            int place = i % WINDOW;
            if (window[place] != null) {
                timers.cancel(window[place]);
            }
            window[place] = timers.add(TIMEOUT_MILLIS);
        }
        for (Object timer : window) {
            if (timer != null) {
                timers.cancel(timer);
            }
        }
    }

    private double expire(Random random) throws InterruptedException {
        long cpuBefore = Meters.cpuNanos();
        for (int i = 0; i < expiring; i++) {
            timers.add(SOON_MILLIS + random.nextInt(SPREAD_MILLIS));
        }
        long start = System.nanoTime();
        while (timers.expired() < expiring && System.nanoTime() - start < Finish.limitNanos()) {
            Thread.sleep(TICKS_MILLIS);
        }
        double cpu = (Meters.cpuNanos() - cpuBefore) / (double) expiring;
        Thread.sleep(TICKS_MILLIS);
        Checks.equal("timers that expired", timers.expired(), expiring);
        return cpu;
    }
}
