package io.bastion.scheduler;

import java.lang.invoke.MethodHandles;
import java.lang.invoke.VarHandle;
import java.util.Objects;
import org.jspecify.annotations.Nullable;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;
import reactor.core.Disposable;
import reactor.core.scheduler.Schedulers;

/**
 * A runnable that was given to the scheduler, and its {@link Disposable}. On a {@link SerialWorker} it is its own queue
 * node.
 *
 * <p>As with Reactor's schedulers, disposing it while it runs interrupts the thread, unless that is the disposing one. The
 * interrupt hits nothing but this task.
 */
class Task extends Strand.Node implements Disposable {
    private static final Logger log = LoggerFactory.getLogger(Task.class);
    private static final VarHandle STATE;

    static {
        try {
            STATE = MethodHandles.lookup().findVarHandle(Task.class, "state", int.class);
        } catch (ReflectiveOperationException e) {
            throw new ExceptionInInitializerError(e);
        }
    }

    private static final int WAITING = 0;
    private static final int RUNNING = 1;

    /** Somebody is about to interrupt the thread that runs this. */
    private static final int INTERRUPTING = 2;

    private static final int DISPOSED = 3;
    private static final int DONE = 4;

    private final Runnable action;

    /** Where this is queued, or null for a task without order. */
    final @Nullable SerialWorker worker;

    /** {@code WAITING → RUNNING → DONE}; by CAS. A periodic task returns to WAITING; see dispose() for the others. */
    private volatile int state;

    /** The thread that runs this; written before state becomes RUNNING. */
    private @Nullable Thread runner;

    Task(Runnable action, @Nullable SerialWorker worker) {
        this.action = Schedulers.onSchedule(Objects.requireNonNull(action, "task"));
        this.worker = worker;
    }

    /** Runs the action unless this was disposed. Does not throw. */
    final void execute() {
        if (state != WAITING) {
            return;
        }
        runner = Thread.currentThread();
        if (!STATE.compareAndSet(this, WAITING, RUNNING)) {
            return;
        }
        boolean succeeded = false;
        try {
            action.run();
            succeeded = true;
        } catch (Throwable e) {
            report(e);
        }
        boolean again = isRepeated(succeeded);
        if (STATE.compareAndSet(this, RUNNING, again ? WAITING : DONE)) {
            if (again) {
                repeat();
            } else {
                ended();
            }
        } else {
            awaitInterrupt();
            Thread.interrupted();
        }
    }

    private void awaitInterrupt() {
        while (state == INTERRUPTING) {
            Thread.onSpinWait();
        }
    }

    private static void report(Throwable error) {
        try {
            Errors.report(error);
        } catch (Throwable e) {
            log.error("an error handler failed", e);
        }
    }

    /** Whether the task is to be run again after a run. */
    boolean isRepeated(boolean succeeded) {
        return false;
    }

    /** Arranges the next run. */
    void repeat() {}

    /** Called once, when the task has run for the last time or was disposed. */
    void ended() {}

    @Override
    public final void dispose() {
        for (; ; ) {
            int s = state;
            if (s > RUNNING) {
                return;
            }
            boolean interrupt = s == RUNNING && runner != Thread.currentThread();
            if (STATE.compareAndSet(this, s, interrupt ? INTERRUPTING : DISPOSED)) {
                if (interrupt) {
                    Thread thread = runner;
                    if (thread != null) {
                        thread.interrupt();
                    }
                    state = DISPOSED;
                }
                ended();
                return;
            }
        }
    }

    @Override
    public final boolean isDisposed() {
        return state > RUNNING || (worker != null && worker.isDisposed());
    }
}
