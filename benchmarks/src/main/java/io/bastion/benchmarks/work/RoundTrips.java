package io.bastion.benchmarks.work;

import java.util.Arrays;
import java.util.List;
import java.util.concurrent.TimeUnit;

/** Messages of 64 bytes to an actor of the other node and back, one after another: how long each takes. */
public final class RoundTrips<R> implements Work.Survey {
    private static final int FULL = 20_000;
    private static final int WARM_UPS = 4;
    private static final double MEDIAN = 0.5;
    private static final double ALMOST_ALL = 0.99;
    private static final double MICROS = TimeUnit.MICROSECONDS.toNanos(1);

    private final FarActors<R> actors;
    private final R near;
    private final R far;
    private final long[] times;
    private volatile Finish finish = new Finish(0);

    /** The near actor's. */
    private int done;

    private long start;

    /** The survey on a system. */
    public RoundTrips(FarActors<R> actors, Setup setup) {
        this.actors = actors;
        times = new long[setup.scaled(FULL)];
        near = actors.near(this::returned);
        far = actors.far(this::reflect);
    }

    @Override
    public List<Series> take(int rounds) throws Exception {
        for (int i = 0; i < WARM_UPS; i++) {
            round();
        }
        double[] medians = new double[rounds];
        double[] almostAll = new double[rounds];
        for (int i = 0; i < rounds; i++) {
            System.gc();
            long[] sorted = round();
            medians[i] = sorted[(int) (sorted.length * MEDIAN)] / MICROS;
            almostAll[i] = sorted[(int) (sorted.length * ALMOST_ALL)] / MICROS;
        }
        return List.of(Series.of(Metric.ROUND_TRIP_MEDIAN, medians), Series.of(Metric.ROUND_TRIP_99, almostAll));
    }

    private long[] round() throws InterruptedException {
        Finish end = new Finish(1);
        finish = end;
        actors.tell(near, new byte[1]);
        end.await();
        long[] sorted = times.clone();
        Arrays.sort(sorted);
        return sorted;
    }

    private void reflect(Object message) {
        actors.tell(near, message);
    }

    private void returned(Object message) {
        long now = System.nanoTime();
        byte[] ball = (byte[]) message;
        if (ball.length == 1) {
            done = 0;
            ball = new byte[64];
        } else {
            times[done++] = now - start;
        }
        if (done < times.length) {
            start = System.nanoTime();
            actors.tell(far, ball);
        } else {
            finish.reached();
        }
    }
}
