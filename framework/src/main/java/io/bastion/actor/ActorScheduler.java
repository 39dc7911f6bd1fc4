package io.bastion.actor;

import java.util.concurrent.TimeUnit;
import reactor.core.Disposable;
import reactor.core.Disposables;
import reactor.core.Exceptions;
import reactor.core.scheduler.Scheduler;

/** One actor's worker as a Reactor scheduler; all of its workers run in turn with the actor's handlers. */
final class ActorScheduler implements Scheduler {
    private final ActorCell<?> cell;

    ActorScheduler(ActorCell<?> cell) {
        this.cell = cell;
    }

    @Override
    public Disposable schedule(Runnable work) {
        return start(new ActorTask(work), 0);
    }

    @Override
    public Disposable schedule(Runnable work, long delay, TimeUnit unit) {
        return start(new ActorTask(work), unit.toNanos(delay));
    }

    @Override
    public Disposable schedulePeriodically(Runnable work, long initialDelay, long period, TimeUnit unit) {
        Periodic periodic = new Periodic(work, unit.toNanos(period));
        periodic.startIn(unit.toNanos(initialDelay));
        return periodic;
    }

    private ActorTask start(ActorTask task, long nanos) {
        if (isDisposed()) {
            throw Exceptions.failWithRejected("actor: " + cell.path() + " has terminated (expected: a living actor)");
        }
        if (nanos <= 0) {
            cell.tellSystem(task);
        } else {
            task.startIn(cell, nanos);
        }
        return task;
    }

    @Override
    public Worker createWorker() {
        return new ActorWorker();
    }

    @Override
    public boolean isDisposed() {
        return cell.isClosed();
    }

    @Override
    public long now(TimeUnit unit) {
        return cell.homeWorker().scheduler().now(unit);
    }

    @Override
    public String toString() {
        return "scheduler of " + cell.path();
    }

    /** Work at a fixed rate: each run starts the next, due one period after it was due itself. */
    private final class Periodic implements Disposable, Runnable {
        private final Disposable.Swap current = Disposables.swap();
        private final Runnable work;
        private final long period;
        private long due;

        Periodic(Runnable work, long period) {
            this.work = work;
            this.period = period;
        }

        void startIn(long nanos) {
            due = cell.timer().nanoTime() + nanos;
            current.replace(start(new ActorTask(this), nanos));
        }

        @Override
        public void run() {
            work.run();
            due += period;
            if (!isDisposed() && !ActorScheduler.this.isDisposed()) {
                current.replace(start(new ActorTask(this), due - cell.timer().nanoTime()));
            }
        }

        @Override
        public void dispose() {
            current.dispose();
        }

        @Override
        public boolean isDisposed() {
            return current.isDisposed();
        }
    }

    private final class ActorWorker implements Worker {
        private final Disposable.Composite tasks = Disposables.composite();

        @Override
        public Disposable schedule(Runnable work) {
            return schedule(work, 0, TimeUnit.NANOSECONDS);
        }

        @Override
        public Disposable schedule(Runnable work, long delay, TimeUnit unit) {
            if (tasks.isDisposed()) {
                throw Exceptions.failWithRejected();
            }
            Tracked tracked = new Tracked(work);
            tasks.add(tracked);
            tracked.handle.update(start(new ActorTask(tracked), unit.toNanos(delay)));
            return tracked;
        }

        @Override
        public Disposable schedulePeriodically(Runnable work, long initialDelay, long period, TimeUnit unit) {
            if (tasks.isDisposed()) {
                throw Exceptions.failWithRejected();
            }
            Disposable periodic = ActorScheduler.this.schedulePeriodically(work, initialDelay, period, unit);
            tasks.add(periodic);
            return periodic;
        }

        @Override
        public void dispose() {
            tasks.dispose();
        }

        @Override
        public boolean isDisposed() {
            return tasks.isDisposed();
        }

        /** A task that the worker forgets when it has run. */
        private final class Tracked implements Disposable, Runnable {
            private final Runnable work;
            private final Disposable.Swap handle = Disposables.swap();

            Tracked(Runnable work) {
                this.work = work;
            }

            @Override
            public void run() {
                try {
                    work.run();
                } finally {
                    dispose();
                }
            }

            @Override
            public void dispose() {
                handle.dispose();
                tasks.remove(this);
            }

            @Override
            public boolean isDisposed() {
                return handle.isDisposed();
            }
        }
    }
}
