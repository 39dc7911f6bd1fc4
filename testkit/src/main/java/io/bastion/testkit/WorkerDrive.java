package io.bastion.testkit;

import io.bastion.scheduler.Activity;
import io.bastion.scheduler.NumaScheduler;
import io.bastion.scheduler.NumaTopology;
import io.bastion.scheduler.WorkFrame;
import java.util.ArrayList;
import java.util.List;
import java.util.concurrent.CountDownLatch;
import java.util.concurrent.TimeUnit;
import java.util.concurrent.atomic.AtomicInteger;
import java.util.function.BooleanSupplier;
import java.util.function.Supplier;

/** Leaves the system to the workers of a {@link NumaScheduler}; only the time is the test's. */
record WorkerDrive(NumaScheduler scheduler, VirtualTime time, int workers) implements Drive {
    /*
     * Whether a system on real workers is at rest cannot be seen from its queues: an activity may be between a queue and a
     * worker. So all workers are brought together, each in a task that waits for the others: then none has anything else in
     * hand. When from one meeting to the next nothing has been run but the tasks of the meeting itself, nothing is left to
     * run. A worker takes now and then what has come from outside before what it has itself, hence several meetings in a
     * row.
     */

    /** Meetings in a row between which nothing else is run. */
    private static final int ROUNDS = 3;

    /** How long a worker may take to come to a meeting before another is tried. */
    private static final long PATIENCE = TimeUnit.MILLISECONDS.toNanos(100);

    /** Meetings that fail before a move of the time goes on: a test may hold a worker, and want to see what time does then. */
    private static final int TRIES = 5;

    private static final long INCOMPLETE = -1;

    static WorkerDrive of(String name, int workers, Thread.UncaughtExceptionHandler handler) {
        VirtualTime time = new VirtualTime();
        NumaScheduler scheduler = NumaScheduler.builder()
                .name(name)
                .topology(NumaTopology.of(workers))
                .pinned(false)
                .timer(time)
                .uncaughtExceptionHandler(handler)
                .build();
        WorkerDrive drive = new WorkerDrive(scheduler, time, workers);
        time.settleWith(drive::settle);
        return drive;
    }

    @Override
    public void until(Supplier<String> what, BooleanSupplier condition) {
        Await.until(what, condition);
    }

    @Override
    public void rest() {
        long end = System.nanoTime() + Await.BOUND.toNanos();
        if (!rest(() -> System.nanoTime() - end > 0)) {
            throw new AssertionError(
                    "workers: busy with " + busy() + " (expected: idle within " + Await.BOUND.toSeconds() + " s)");
        }
    }

    /** Lets the workers do what they can, also while a handler holds one of them. */
    private void settle() {
        AtomicInteger tries = new AtomicInteger();
        rest(() -> tries.incrementAndGet() == TRIES);
    }

    /**
     * Waits until the workers are at rest.
     *
     * @param isEnough whether to give up, asked whenever a worker was too busy to meet the others
     */
    private boolean rest(BooleanSupplier isEnough) {
        long last = 0;
        for (int quiet = 0; quiet < ROUNDS; ) {
            long activations = meet();
            if (activations == INCOMPLETE) {
                if (isEnough.getAsBoolean()) {
                    return false;
                }
                quiet = 0;
            } else {
                quiet = activations == last + workers ? quiet + 1 : 0;
                last = activations;
            }
        }
        return true;
    }

    /** Brings all workers together; returns how many activities have been run by then, or {@link #INCOMPLETE}. */
    private long meet() {
        CountDownLatch present = new CountDownLatch(workers);
        CountDownLatch over = new CountDownLatch(1);
        for (int i = 0; i < workers; i++) {
            scheduler.schedule(() -> {
                present.countDown();
                awaitEnd(over);
            });
        }
        try {
            return present.await(PATIENCE, TimeUnit.NANOSECONDS)
                    ? scheduler.stats().nodes().get(0).activations()
                    : INCOMPLETE;
        } catch (InterruptedException e) {
            Thread.currentThread().interrupt();
            throw new AssertionError("interrupted while the workers were busy with " + busy(), e);
        } finally {
            over.countDown();
        }
    }

    private static void awaitEnd(CountDownLatch over) {
        try {
            over.await();
        } catch (InterruptedException e) {
            // the scheduler was disposed, perhaps before this thread has seen that the meeting is over
        }
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
