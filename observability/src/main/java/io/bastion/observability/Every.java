package io.bastion.observability;

import io.bastion.scheduler.ActivityScheduler;
import io.bastion.scheduler.TimerEntry;
import io.bastion.scheduler.WorkFrame;
import java.time.Duration;
import java.util.concurrent.RejectedExecutionException;
import java.util.concurrent.TimeUnit;
import reactor.core.Disposable;

/** Something that is done again and again, on a worker, by the clock of a scheduler. */
final class Every extends TimerEntry implements Disposable {
    private final ActivityScheduler scheduler;
    private final long nanos;
    private final Runnable task;

    /** Set by {@link #dispose()}, which a timer forgets that starts an entry again. */
    private volatile boolean disposed;

    private Every(ActivityScheduler scheduler, Duration period, Runnable task) {
        super(scheduler.localHome());
        this.scheduler = scheduler;
        this.nanos = TimeUnit.NANOSECONDS.convert(period);
        this.task = task;
    }

    /** Does it once a period from now, and again after each period; must not throw. */
    static Every start(ActivityScheduler scheduler, Duration period, Runnable task) {
        Every every = new Every(scheduler, period, task);
        every.again();
        return every;
    }

    private void again() {
        try {
            scheduler.timer().start(this, nanos);
        } catch (RejectedExecutionException e) {
            disposed = true; // the scheduler has come to its end
        }
    }

    @Override
    protected void run(WorkFrame frame) {
        if (!disposed) {
            task.run();
            again();
        }
    }

    @Override
    public void dispose() {
        disposed = true;
        stopTimer();
    }

    @Override
    public boolean isDisposed() {
        return disposed;
    }
}
