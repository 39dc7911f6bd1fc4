package io.bastion.benchmarks.contender;

import io.bastion.benchmarks.work.Setup;
import io.bastion.benchmarks.work.TimerSurvey;
import io.bastion.benchmarks.work.Work;
import io.bastion.benchmarks.work.Workload;
import io.netty.util.HashedWheelTimer;
import io.netty.util.Timeout;
import io.netty.util.TimerTask;
import java.util.concurrent.TimeUnit;
import java.util.concurrent.atomic.LongAdder;

/** Netty's {@code HashedWheelTimer}, with ticks of 10 ms and as many slots as suit a million timers. */
final class NettyTimerSubject implements Subject, TimerSurvey.Timers {
    private static final int TICK_MILLIS = 10;
    private static final int SLOTS = 8_192;

    private final Setup setup;
    private final HashedWheelTimer wheel =
            new HashedWheelTimer(NettyTimerSubject::daemon, TICK_MILLIS, TimeUnit.MILLISECONDS, SLOTS, false);
    private final LongAdder expired = new LongAdder();
    private final TimerTask task = timeout -> expired.increment();

    NettyTimerSubject(Setup setup) {
        this.setup = setup;
        wheel.start();
    }

    private static Thread daemon(Runnable work) {
        Thread thread = new Thread(work, "wheel");
        thread.setDaemon(true);
        return thread;
    }

    @Override
    public Work work(Workload workload) {
        return new TimerSurvey(this, setup);
    }

    @Override
    public Object add(long millis) {
        return wheel.newTimeout(task, millis, TimeUnit.MILLISECONDS);
    }

    @Override
    public void cancel(Object timer) {
        ((Timeout) timer).cancel();
    }

    @Override
    public long expired() {
        return expired.sum();
    }

    @Override
    public void close() {
        wheel.stop();
    }
}
