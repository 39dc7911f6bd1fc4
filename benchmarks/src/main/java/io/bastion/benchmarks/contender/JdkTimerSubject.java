package io.bastion.benchmarks.contender;

import io.bastion.benchmarks.work.Setup;
import io.bastion.benchmarks.work.TimerSurvey;
import io.bastion.benchmarks.work.Work;
import io.bastion.benchmarks.work.Workload;
import java.util.concurrent.Future;
import java.util.concurrent.ScheduledThreadPoolExecutor;
import java.util.concurrent.TimeUnit;
import java.util.concurrent.atomic.LongAdder;

/** The JDK's {@code ScheduledThreadPoolExecutor}, told to remove what is cancelled. */
final class JdkTimerSubject implements Subject, TimerSurvey.Timers {
    private final Setup setup;
    private final ScheduledThreadPoolExecutor executor = new ScheduledThreadPoolExecutor(1);
    private final LongAdder expired = new LongAdder();
    private final Runnable task = expired::increment;

    JdkTimerSubject(Setup setup) {
        this.setup = setup;
        executor.setRemoveOnCancelPolicy(true);
    }

    @Override
    public Work work(Workload workload) {
        return new TimerSurvey(this, setup);
    }

    @Override
    @SuppressWarnings("FutureReturnValueIgnored") // the task cannot fail
    public Object add(long millis) {
        return executor.schedule(task, millis, TimeUnit.MILLISECONDS);
    }

    @Override
    public void cancel(Object timer) {
        ((Future<?>) timer).cancel(false);
    }

    @Override
    public long expired() {
        return expired.sum();
    }

    @Override
    public void close() {
        executor.shutdownNow();
    }
}
