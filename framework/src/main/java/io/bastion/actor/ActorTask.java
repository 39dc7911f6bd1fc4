package io.bastion.actor;

import io.bastion.scheduler.TimerEntry;
import io.bastion.scheduler.WorkFrame;
import java.util.concurrent.atomic.AtomicIntegerFieldUpdater;
import org.jspecify.annotations.Nullable;
import reactor.core.Disposable;

/** A piece of work on an actor's worker, in the system lane. */
final class ActorTask extends SystemMessage implements Disposable {
    private static final AtomicIntegerFieldUpdater<ActorTask> STATE =
            AtomicIntegerFieldUpdater.newUpdater(ActorTask.class, "state");

    private static final int WAITING = 0;
    private static final int ENDED = 1;

    private final Runnable work;
    private volatile int state = WAITING;
    private volatile @Nullable Delay delay;

    ActorTask(Runnable work) {
        this.work = work;
    }

    @Override
    void deliver(ActorCell<?> cell) {
        if (STATE.compareAndSet(this, WAITING, ENDED) && !cell.isDead()) {
            work.run();
        }
    }

    @Override
    void undeliverable(ActorCell<?> cell) {
        state = ENDED;
    }

    /** Sends this task to a cell after a delay. */
    void startIn(ActorCell<?> cell, long nanos) {
        Delay entry = new Delay(cell);
        delay = entry;
        cell.timer().start(entry, nanos);
        if (isDisposed()) {
            entry.cancel();
        }
    }

    @Override
    public void dispose() {
        if (STATE.compareAndSet(this, WAITING, ENDED)) {
            Delay entry = delay;
            if (entry != null) {
                entry.cancel();
            }
        }
    }

    @Override
    public boolean isDisposed() {
        return state == ENDED;
    }

    private final class Delay extends TimerEntry {
        private final ActorCell<?> cell;

        Delay(ActorCell<?> cell) {
            super(cell.homeWorker());
            this.cell = cell;
        }

        @Override
        protected void run(WorkFrame frame) {
            cell.tellSystem(ActorTask.this);
        }
    }
}
