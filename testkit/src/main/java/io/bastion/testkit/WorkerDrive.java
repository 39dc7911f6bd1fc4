package io.bastion.testkit;

import io.bastion.scheduler.Activity;
import io.bastion.scheduler.NumaScheduler;
import io.bastion.scheduler.NumaTopology;
import io.bastion.scheduler.WorkFrame;
import java.util.ArrayList;
import java.util.List;
import java.util.Objects;
import java.util.concurrent.CountDownLatch;
import java.util.concurrent.TimeUnit;
import java.util.function.BooleanSupplier;
import java.util.function.Supplier;
import reactor.core.Scannable;

/** Leaves the system to the workers of a {@link NumaScheduler}; only the time is the test's. */
record WorkerDrive(NumaScheduler scheduler, VirtualTime time) implements Drive {
    /**
     * Rounds in which the workers have to be found idle: an activity that is on its way from a queue to a worker is seen at
     * neither, but the next tasks that pass all workers come after it.
     */
    private static final int ROUNDS = 3;

    static WorkerDrive of(String name, int workers, Thread.UncaughtExceptionHandler handler) {
        VirtualTime time = new VirtualTime();
        NumaScheduler scheduler = NumaScheduler.builder()
                .name(name)
                .topology(NumaTopology.of(workers))
                .pinned(false)
                .timer(time)
                .uncaughtExceptionHandler(handler)
                .build();
        WorkerDrive drive = new WorkerDrive(scheduler, time);
        time.settleWith(drive::settle);
        return drive;
    }

    @Override
    public void until(Supplier<String> what, BooleanSupplier condition) {
        Await.until(what, condition);
    }

    @Override
    public void rest() {
        int idle = 0;
        for (long end = System.nanoTime() + Await.BOUND.toNanos(); idle < ROUNDS; ) {
            passWorkers();
            idle = isIdle() ? idle + 1 : 0;
            if (System.nanoTime() - end > 0) {
                throw new AssertionError(
                        "workers: " + busy() + " (expected: idle within " + Await.BOUND.toSeconds() + " s)");
            }
        }
    }

    /** Lets the workers do what they can, also while a handler holds one of them. */
    private void settle() {
        for (int i = 0; i < 2 * ROUNDS; i++) {
            passWorkers();
        }
    }

    /** Waits until tasks have been run that were queued behind the work at every worker. */
    private void passWorkers() {
        int count = 2 * Objects.requireNonNull(scheduler.scan(Scannable.Attr.CAPACITY));
        CountDownLatch passed = new CountDownLatch(count);
        for (int i = 0; i < count; i++) {
            scheduler.schedule(passed::countDown);
        }
        try {
            if (!passed.await(Await.BOUND.toNanos(), TimeUnit.NANOSECONDS)) {
                throw new AssertionError(
                        "workers: " + busy() + " (expected: done within " + Await.BOUND.toSeconds() + " s)");
            }
        } catch (InterruptedException e) {
            Thread.currentThread().interrupt();
            throw new AssertionError("interrupted while the workers were busy: " + busy(), e);
        }
    }

    private boolean isIdle() {
        return busy().isEmpty()
                && scheduler.inners().allMatch(worker -> worker.scanOrDefault(Scannable.Attr.BUFFERED, 0) == 0);
    }

    private List<String> busy() {
        List<String> busy = new ArrayList<>();
        for (WorkFrame frame : scheduler.frames()) {
            Activity activity = frame.activity();
            if (activity != null) {
                busy.add(activity.toString());
            }
        }
        return busy;
    }
}
