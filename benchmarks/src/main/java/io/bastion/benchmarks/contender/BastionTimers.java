package io.bastion.benchmarks.contender;

import io.bastion.benchmarks.work.TimerSurvey;
import io.bastion.scheduler.ActivityScheduler;
import io.bastion.scheduler.Home;
import io.bastion.scheduler.Timer;
import io.bastion.scheduler.TimerEntry;
import io.bastion.scheduler.WorkFrame;
import java.util.concurrent.TimeUnit;
import java.util.concurrent.atomic.LongAdder;

/** Our scheduler's timer, whose entries run on a worker. */
final class BastionTimers implements TimerSurvey.Timers {
    private final Timer timer;
    private final Home home;
    private final LongAdder expired = new LongAdder();

    BastionTimers(ActivityScheduler scheduler) {
        timer = scheduler.timer();
        home = scheduler.nextHome();
    }

    private static final class Entry extends TimerEntry {
        private final LongAdder expired;

        Entry(Home home, LongAdder expired) {
            super(home);
            this.expired = expired;
        }

        @Override
        protected void run(WorkFrame frame) {
            expired.increment();
        }
    }

    @Override
    public Object add(long millis) {
        Entry entry = new Entry(home, expired);
        timer.start(entry, TimeUnit.MILLISECONDS.toNanos(millis));
        return entry;
    }

    @Override
    public void cancel(Object entry) {
        ((Entry) entry).cancel();
    }

    @Override
    public long expired() {
        return expired.sum();
    }
}
