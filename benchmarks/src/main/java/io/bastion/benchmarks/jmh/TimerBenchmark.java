package io.bastion.benchmarks.jmh;

import io.bastion.scheduler.Home;
import io.bastion.scheduler.TimerEntry;
import io.bastion.scheduler.WheelTimer;
import io.bastion.scheduler.WorkFrame;
import java.util.concurrent.TimeUnit;
import org.jspecify.annotations.Nullable;
import org.openjdk.jmh.annotations.Benchmark;
import org.openjdk.jmh.annotations.BenchmarkMode;
import org.openjdk.jmh.annotations.Fork;
import org.openjdk.jmh.annotations.Measurement;
import org.openjdk.jmh.annotations.Mode;
import org.openjdk.jmh.annotations.OutputTimeUnit;
import org.openjdk.jmh.annotations.Scope;
import org.openjdk.jmh.annotations.State;
import org.openjdk.jmh.annotations.TearDown;
import org.openjdk.jmh.annotations.Threads;
import org.openjdk.jmh.annotations.Warmup;

/** What it costs the caller to start a time-out and to cancel it. The wheel's own thread works beside it. */
@State(Scope.Benchmark)
@BenchmarkMode(Mode.AverageTime)
@OutputTimeUnit(TimeUnit.NANOSECONDS)
@Warmup(iterations = 5, time = 1)
@Measurement(iterations = 5, time = 1)
@Fork(2)
public class TimerBenchmark {
    private static final long TIMEOUT = TimeUnit.SECONDS.toNanos(5);
    private static final int WINDOW = 256;

    private final WheelTimer timer = WheelTimer.create("benchmark-timer");
    private final Home home = new CallerScheduler().nextHome();

    /** Entries that a thread has started and not yet cancelled. */
    @State(Scope.Thread)
    public static class Pending {
        private final @Nullable TimerEntry[] entries = new TimerEntry[WINDOW];
        private int place;

        private @Nullable TimerEntry exchange(TimerEntry entry) {
            place = (place + 1) % WINDOW;
            TimerEntry old = entries[place];
            entries[place] = entry;
            return old;
        }
    }

    /** Cancelled at once. */
    @Benchmark
    public TimerEntry startAndCancel() {
        TimerEntry entry = started();
        entry.cancel();
        return entry;
    }

    /** Cancelled when 256 more have been started, as under load. */
    @Benchmark
    public void startAndCancelLater(Pending pending) {
        TimerEntry old = pending.exchange(started());
        if (old != null) {
            old.cancel();
        }
    }

    /** The same from two threads. */
    @Benchmark
    @Threads(2)
    public void startAndCancelLaterOnTwo(Pending pending) {
        TimerEntry old = pending.exchange(started());
        if (old != null) {
            old.cancel();
        }
    }

    private TimerEntry started() {
        TimerEntry entry = new Entry(home);
        timer.start(entry, TIMEOUT);
        return entry;
    }

    /** Ends the timer. */
    @TearDown
    public void end() {
        timer.close();
    }

    private static final class Entry extends TimerEntry {
        Entry(Home home) {
            super(home);
        }

        @Override
        protected void run(WorkFrame frame) {}
    }
}
