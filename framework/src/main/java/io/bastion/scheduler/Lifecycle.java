package io.bastion.scheduler;

import java.lang.invoke.MethodHandles;
import java.lang.invoke.VarHandle;
import java.util.concurrent.atomic.AtomicInteger;
import java.util.concurrent.atomic.LongAdder;
import reactor.core.Exceptions;
import reactor.core.publisher.Mono;
import reactor.core.publisher.Sinks;

/**
 * The life of a scheduler: {@code RUNNING → (DRAINING → (DRAINED)) → FORCED}, where parentheses may be left out; and its
 * end, when the last worker has ended.
 */
final class Lifecycle {
    private static final VarHandle PHASE;

    static {
        try {
            PHASE = MethodHandles.lookup().findVarHandle(Lifecycle.class, "phase", int.class);
        } catch (ReflectiveOperationException e) {
            throw new ExceptionInInitializerError(e);
        }
    }

    private static final int RUNNING = 0;

    /** Takes no new tasks, but goes on until there is nothing left to do. */
    private static final int DRAINING = 1;

    /** There is nothing left to do; the workers end. */
    private static final int DRAINED = 2;

    /** The workers end at once. */
    private static final int FORCED = 3;

    /** Only grows, by CAS. */
    private volatile int phase;

    /** Tasks with a delay that have neither run nor been disposed. */
    final LongAdder delayedTasks = new LongAdder();

    private final AtomicInteger liveWorkers;
    private final Runnable afterwards;
    private final Sinks.Empty<Void> terminated = Sinks.empty();

    /**
     * @param workers number of the workers
     * @param afterwards lets the rest go, when the last worker has ended or all are made to end; may be called twice
     */
    Lifecycle(int workers, Runnable afterwards) {
        this.liveWorkers = new AtomicInteger(workers);
        this.afterwards = afterwards;
    }

    /** Whether workers run activities. */
    boolean isOpen() {
        return phase < DRAINED;
    }

    boolean isDisposed() {
        return phase != RUNNING;
    }

    boolean isDraining() {
        return phase == DRAINING;
    }

    boolean isForced() {
        return phase == FORCED;
    }

    void rejectIfStopped() {
        if (phase >= DRAINED) {
            throw Exceptions.failWithRejected();
        }
    }

    /** Each returns whether it brought the phase about. */
    boolean drain() {
        return advance(DRAINING);
    }

    boolean endDrain() {
        return advance(DRAINED);
    }

    boolean force() {
        if (advance(FORCED)) {
            afterwards.run();
            return true;
        }
        return false;
    }

    private boolean advance(int to) {
        for (; ; ) {
            int from = phase;
            if (from >= to) {
                return false;
            }
            if (PHASE.compareAndSet(this, from, to)) {
                return true;
            }
        }
    }

    void workerEnded() {
        if (liveWorkers.decrementAndGet() == 0) {
            afterwards.run();
            terminated.emitEmpty(Sinks.EmitFailureHandler.FAIL_FAST);
        }
    }

    /** Completes when all workers have ended. */
    Mono<Void> terminated() {
        return terminated.asMono();
    }
}
