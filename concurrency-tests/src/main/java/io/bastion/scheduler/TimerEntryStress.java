package io.bastion.scheduler;

import static org.openjdk.jcstress.annotations.Expect.ACCEPTABLE;
import static org.openjdk.jcstress.annotations.Expect.FORBIDDEN;

import org.openjdk.jcstress.annotations.Actor;
import org.openjdk.jcstress.annotations.Arbiter;
import org.openjdk.jcstress.annotations.JCStressTest;
import org.openjdk.jcstress.annotations.Outcome;
import org.openjdk.jcstress.annotations.State;
import org.openjdk.jcstress.infra.results.III_Result;

/**
 * A {@link TimerEntry} that is cancelled while the timer takes it over or fires it.
 *
 * <p>The hole: who cancels and who fires both believe to be first; or the entry is cancelled while the timer puts it into
 * the wheel, and nobody takes it out again.
 */
public final class TimerEntryStress {
    private TimerEntryStress() {}

    private static final class Entry extends TimerEntry {
        final ManualHome home;

        Entry() {
            this(new ManualHome());
        }

        private Entry(ManualHome home) {
            super(home);
            this.home = home;
        }

        @Override
        protected void run(WorkFrame frame) {}
    }

    /** A timer that only counts the cancellations of which it is told. */
    private static final class Told implements Timer {
        int cancellations;

        @Override
        public long nanoTime() {
            return 0;
        }

        @Override
        public void start(TimerEntry entry, long delayNanos) {
            entry.prepare(this, delayNanos);
        }

        @Override
        public void cancelled(TimerEntry entry) {
            cancellations++;
        }
    }

    /** Cancelling against firing. */
    @JCStressTest
    @Outcome(id = "1, 0, 0", expect = ACCEPTABLE, desc = "Cancelled in time: it did not fire")
    @Outcome(id = "0, 1, 1", expect = ACCEPTABLE, desc = "Fired: the cancellation came too late, and says so")
    @Outcome(expect = FORBIDDEN, desc = "Both or neither won, or the run was not scheduled exactly once")
    @State
    public static class CancelAgainstFire {
        private final Entry entry = new Entry();

        public CancelAgainstFire() {
            new Told().start(entry, 1);
            entry.queue();
        }

        @Actor
        public void canceller(III_Result r) {
            r.r1 = entry.stopTimer() ? 1 : 0;
        }

        @Actor
        public void timer(III_Result r) {
            r.r2 = entry.fire() ? 1 : 0;
        }

        @Arbiter
        public void result(III_Result r) {
            r.r3 = entry.home.schedules();
        }
    }

    /** Two who cancel. */
    @JCStressTest
    @Outcome(id = "1, 0, 1", expect = ACCEPTABLE, desc = "The first did it, and told the timer")
    @Outcome(id = "0, 1, 1", expect = ACCEPTABLE, desc = "The second did it, and told the timer")
    @Outcome(expect = FORBIDDEN, desc = "Both or neither did it, or the timer was not told exactly once")
    @State
    public static class TwoCancellations {
        private final Entry entry = new Entry();
        private final Told timer = new Told();

        public TwoCancellations() {
            timer.start(entry, 1);
            entry.queue();
        }

        @Actor
        public void first(III_Result r) {
            r.r1 = entry.stopTimer() ? 1 : 0;
        }

        @Actor
        public void second(III_Result r) {
            r.r2 = entry.stopTimer() ? 1 : 0;
        }

        @Arbiter
        public void result(III_Result r) {
            r.r3 = timer.cancellations;
        }
    }

    /** Cancelling against the timer's taking the entry over. */
    @JCStressTest
    @Outcome(id = "1, 0, 0", expect = ACCEPTABLE, desc = "Cancelled before: the timer did not take it over")
    @Outcome(id = "1, 1, 1", expect = ACCEPTABLE, desc = "Taken over before: the timer was told of the cancellation")
    @Outcome(id = "1, 1, 0", expect = FORBIDDEN, desc = "The entry stays in the wheel: the timer was not told")
    @Outcome(expect = FORBIDDEN, desc = "The cancellation failed, or the timer was told of what it does not hold")
    @State
    public static class CancelAgainstTakeover {
        private final Entry entry = new Entry();
        private final Told timer = new Told();

        public CancelAgainstTakeover() {
            timer.start(entry, 1);
        }

        @Actor
        public void canceller(III_Result r) {
            r.r1 = entry.stopTimer() ? 1 : 0;
        }

        @Actor
        public void timer(III_Result r) {
            r.r2 = entry.queue() ? 1 : 0;
        }

        @Arbiter
        public void result(III_Result r) {
            r.r3 = timer.cancellations;
        }
    }
}
