package io.bastion.benchmarks.contender;

import io.bastion.scheduler.Activity;
import io.bastion.scheduler.ActivityScheduler;
import io.bastion.scheduler.Home;
import io.bastion.scheduler.Timer;
import io.bastion.scheduler.WheelTimer;
import io.bastion.scheduler.WorkFrame;
import java.util.concurrent.ForkJoinPool;
import java.util.concurrent.ForkJoinTask;
import java.util.concurrent.ForkJoinWorkerThread;
import reactor.core.Disposable;
import reactor.core.scheduler.Scheduler;
import reactor.core.scheduler.Schedulers;

/** Activities on the JDK's {@code ForkJoinPool} in its asynchronous mode: one home for all, every worker may run them. */
final class ForkJoinScheduler implements ActivityScheduler {
    private final ForkJoinPool pool;
    private final Scheduler tasks;
    private final WheelTimer timer = WheelTimer.create("fork-join-timer");
    private final Home home = new PoolHome();

    ForkJoinScheduler(int threads) {
        pool = new ForkJoinPool(threads, Worker::new, null, true);
        tasks = Schedulers.fromExecutorService(pool);
    }

    private static final class Worker extends ForkJoinWorkerThread implements WorkFrame.FrameHolder {
        private static final int RUNS_WITH_A_FRAME = 256;

        private WorkFrame frame = new WorkFrame();
        private int runs;

        Worker(ForkJoinPool pool) {
            super(pool);
        }

        @Override
        public WorkFrame frame() {
            return frame;
        }

        void run(Activity activity) {
            if (++runs == RUNS_WITH_A_FRAME) {
                runs = 0;
                frame = new WorkFrame();
            }
            Home.run(activity, frame);
        }
    }

    /** One run of an activity; not to be repeated, as the activity may be queued again before this has ended. */
    private static final class RunTask extends ForkJoinTask<Void> {
        private static final long serialVersionUID = 1L;

        private final transient Activity activity;

        RunTask(Activity activity) {
            this.activity = activity;
        }

        @Override
        protected boolean exec() {
            ((Worker) Thread.currentThread()).run(activity);
            return true;
        }

        @Override
        @SuppressWarnings("NullAway") // a task without a result
        public Void getRawResult() {
            return null;
        }

        @Override
        protected void setRawResult(Void value) {}
    }

    private final class PoolHome extends Home {
        @Override
        @SuppressWarnings("FutureReturnValueIgnored") // activities do not fail
        protected void execute(Activity activity) {
            RunTask task = new RunTask(activity);
            if (Thread.currentThread() instanceof Worker worker && worker.getPool() == pool) {
                task.fork();
            } else {
                pool.execute(task);
            }
        }

        @Override
        protected void yield(Activity activity) {
            execute(activity);
        }

        @Override
        public int node() {
            return 0;
        }

        @Override
        public ActivityScheduler scheduler() {
            return ForkJoinScheduler.this;
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
        return tasks.schedule(task);
    }

    @Override
    public Scheduler.Worker createWorker() {
        return tasks.createWorker();
    }

    @Override
    public void dispose() {
        tasks.dispose();
        timer.close();
    }
}
