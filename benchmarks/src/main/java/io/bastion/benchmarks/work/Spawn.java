package io.bastion.benchmarks.work;

import java.util.concurrent.atomic.AtomicLong;
import org.jspecify.annotations.Nullable;

/**
 * An actor starts 100 000 children and tells each one message, on which it stops itself; when the last has stopped the
 * next batch begins. An operation is the whole life of a child.
 */
public final class Spawn<S, R, C> implements Work.Load {
    private static final int BATCH = 100_000;
    private static final Object BEGIN = new Object();
    private static final Object LAST_WORDS = new Object();

    private final Actors<S, R, C> actors;
    private final int batch;

    /** The workload on a system. */
    public Spawn(Actors<S, R, C> actors, Setup setup) {
        this.actors = actors;
        batch = setup.scaled(BATCH);
    }

    @Override
    public Run run(long operations) throws Exception {
        Parent parent = new Parent(Math.max(1, operations / batch));
        R actor = actors.spawn(actors.spec(() -> parent));
        long start = System.nanoTime();
        actors.tell(actor, BEGIN);
        parent.finish.await();
        long nanos = System.nanoTime() - start;
        actors.stop(actor);
        Checks.equal("children that stopped without their message", parent.untold.get(), 0);
        return new Run(parent.started, nanos);
    }

    @Override
    public long least() {
        return batch;
    }

    private final class Parent implements Receiver<C> {
        final Finish finish = new Finish(1);
        final AtomicLong living = new AtomicLong();
        final AtomicLong untold = new AtomicLong();
        private final S children = actors.spec(() -> new Child(this));
        private long batchesLeft;
        private long started;
        private volatile @Nullable R self;

        Parent(long batches) {
            batchesLeft = batches;
        }

        @Override
        public boolean receive(C context, Object message) {
            self = actors.self(context);
            batchesLeft--;
            living.set(batch);
            started += batch;
            for (int i = 0; i < batch; i++) {
                actors.tell(actors.spawn(context, children), LAST_WORDS);
            }
            return true;
        }

        void childStopped() {
            if (living.decrementAndGet() == 0) {
                R next = self;
                if (batchesLeft == 0 || next == null) {
                    finish.reached();
                } else {
                    actors.tell(next, BEGIN);
                }
            }
        }
    }

    private final class Child implements Receiver<C> {
        private final Parent parent;
        private boolean told;

        Child(Parent parent) {
            this.parent = parent;
        }

        @Override
        public boolean receive(C context, Object message) {
            told = true;
            return false;
        }

        @Override
        public void stopped() {
            if (!told) {
                parent.untold.incrementAndGet();
            }
            parent.childStopped();
        }
    }
}
