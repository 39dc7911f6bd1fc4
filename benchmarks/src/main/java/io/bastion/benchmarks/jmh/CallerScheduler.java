package io.bastion.benchmarks.jmh;

import io.bastion.scheduler.Activity;
import io.bastion.scheduler.ActivityScheduler;
import io.bastion.scheduler.Home;
import io.bastion.scheduler.Timer;
import io.bastion.scheduler.WheelTimer;
import io.bastion.scheduler.WorkFrame;
import java.util.ArrayDeque;
import java.util.Queue;
import reactor.core.Disposable;
import reactor.core.Disposables;

/** A scheduler without threads: the caller runs what is queued. Not thread-safe. */
final class CallerScheduler implements ActivityScheduler {
    private final Queue<Activity> activities = new ArrayDeque<>();
    private final Queue<Runnable> tasks = new ArrayDeque<>();
    private final WorkFrame frame = new WorkFrame(64, 1);
    private final Home home = new CallerHome();
    private final WheelTimer timer = WheelTimer.create("caller-timer");

    /** Runs until nothing is queued. */
    void drain() {
        for (Activity activity = activities.poll(); activity != null; activity = activities.poll()) {
            Home.run(activity, frame);
        }
        for (Runnable task = tasks.poll(); task != null; task = tasks.poll()) {
            task.run();
        }
    }

    private final class CallerHome extends Home {
        @Override
        protected void execute(Activity activity) {
            activities.add(activity);
        }

        @Override
        protected void yield(Activity activity) {
            activities.add(activity);
        }

        @Override
        public int node() {
            return 0;
        }

        @Override
        public ActivityScheduler scheduler() {
            return CallerScheduler.this;
        }
    }

    @Override
    public Home localHome() {
        return home;
    }

    @Override
    public Home nextHome() {
        return home;
    }

    @Override
    public Home nextHome(int node) {
        return home;
    }

    @Override
    public Timer timer() {
        return timer;
    }

    @Override
    public Disposable schedule(Runnable task) {
        tasks.add(task);
        return Disposables.disposed();
    }

    @Override
    public Worker createWorker() {
        return new Worker() {
            @Override
            public Disposable schedule(Runnable task) {
                return CallerScheduler.this.schedule(task);
            }

            @Override
            public void dispose() {}
        };
    }

    @Override
    public void dispose() {
        timer.close();
    }
}
