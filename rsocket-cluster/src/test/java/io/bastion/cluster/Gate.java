package io.bastion.cluster;

import java.util.ArrayDeque;
import java.util.Deque;
import java.util.concurrent.TimeUnit;
import reactor.core.Disposable;
import reactor.core.Disposables;
import reactor.core.scheduler.Scheduler;

/** A simulated process: its schedulers take their time from another one, and stand still when it is stopped. For one thread. */
final class Gate {
    private final Scheduler time;
    private final Disposable.Composite all = Disposables.composite();
    private final Deque<Runnable> held = new ArrayDeque<>();
    private boolean frozen;

    Gate(Scheduler time) {
        this.time = time;
    }

    /** As SIGSTOP. */
    void freeze() {
        frozen = true;
    }

    /** As SIGCONT. */
    void thaw() {
        frozen = false;
        while (!frozen && !held.isEmpty()) {
            held.remove().run();
        }
    }

    /** As SIGKILL. */
    void kill() {
        all.dispose();
        held.clear();
    }

    private void pass(Runnable task) {
        if (all.isDisposed()) {
            return;
        }
        if (frozen) {
            held.add(task);
        } else {
            task.run();
        }
    }

    /** One of the process's schedulers. */
    Scheduler scheduler() {
        return new Gated();
    }

    private final class Gated implements Scheduler {
        private final Disposable.Composite mine = Disposables.composite();

        Gated() {
            all.add(mine);
        }

        @Override
        public Disposable schedule(Runnable task) {
            return schedule(task, 0, TimeUnit.NANOSECONDS);
        }

        @Override
        public Disposable schedule(Runnable task, long delay, TimeUnit unit) {
            return schedule(mine, task, delay, unit);
        }

        private Disposable schedule(Disposable.Composite of, Runnable task, long delay, TimeUnit unit) {
            Disposable.Swap handle = Disposables.swap();
            of.add(handle);
            handle.update(time.schedule(
                    () -> pass(() -> {
                        if (!handle.isDisposed()) {
                            of.remove(handle);
                            task.run();
                        }
                    }),
                    delay,
                    unit));
            return handle;
        }

        @Override
        public Disposable schedulePeriodically(Runnable task, long delay, long period, TimeUnit unit) {
            Disposable.Swap handle = Disposables.swap();
            mine.add(handle);
            handle.update(time.schedulePeriodically(
                    () -> pass(() -> {
                        if (!handle.isDisposed()) {
                            task.run();
                        }
                    }),
                    delay,
                    period,
                    unit));
            return handle;
        }

        @Override
        public long now(TimeUnit unit) {
            return time.now(unit);
        }

        @Override
        public void dispose() {
            mine.dispose();
        }

        @Override
        public boolean isDisposed() {
            return mine.isDisposed();
        }

        @Override
        public Worker createWorker() {
            Disposable.Composite tasks = Disposables.composite();
            mine.add(tasks);
            return new Worker() {
                @Override
                public Disposable schedule(Runnable task) {
                    return schedule(task, 0, TimeUnit.NANOSECONDS);
                }

                @Override
                public Disposable schedule(Runnable task, long delay, TimeUnit unit) {
                    return Gated.this.schedule(tasks, task, delay, unit);
                }

                @Override
                public void dispose() {
                    tasks.dispose();
                    mine.remove(tasks);
                }

                @Override
                public boolean isDisposed() {
                    return tasks.isDisposed();
                }
            };
        }
    }
}
