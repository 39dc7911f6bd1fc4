package io.bastion.benchmarks.work;

import java.util.concurrent.atomic.AtomicLong;
import java.util.function.UnaryOperator;

/**
 * Actors that fail at every message: each tells itself the next one and throws, and the incarnation after it handles that.
 * An operation is a failure, the restart, and the next message; for one actor its time is the latency of a restart. The
 * exception is made once and has no stack trace, so that it is not what is measured.
 */
public final class Restart<S, R, C> implements Work.Load {
    /** What the actors fail with. */
    public static final RuntimeException FAILURE = new Failure();

    private static final Object NEXT = new Object();

    private final Actors<S, R, C> actors;
    private final UnaryOperator<S> restarted;
    private final int count;

    /**
     * The workload on a system.
     *
     * @param restarted makes a description one of actors that are restarted at every failure, without a limit
     * @param count how many actors fail at a time
     */
    public Restart(Actors<S, R, C> actors, UnaryOperator<S> restarted, int count) {
        this.actors = actors;
        this.restarted = restarted;
        this.count = count;
    }

    private static final class Failure extends RuntimeException {
        private static final long serialVersionUID = 1L;

        Failure() {
            super("wanted", null, false, false);
        }
    }

    @Override
    public Run run(long operations) throws Exception {
        long each = Math.max(1, operations / count);
        Finish finish = new Finish(count);
        AtomicLong incarnations = new AtomicLong();
        long start = System.nanoTime();
        for (int i = 0; i < count; i++) {
            Life life = new Life(each, finish);
            actors.tell(
                    actors.spawn(restarted.apply(actors.spec(() -> {
                        incarnations.incrementAndGet();
                        return new Incarnation(life);
                    }))),
                    NEXT);
        }
        finish.await();
        long nanos = System.nanoTime() - start;
        Checks.equal("incarnations", incarnations.get(), (each + 1) * count);
        return new Run(each * count, nanos);
    }

    @Override
    public long least() {
        return count;
    }

    /** What the incarnations of one actor have in common. */
    private static final class Life {
        private final Finish finish;
        private long failuresLeft;

        Life(long failures, Finish finish) {
            failuresLeft = failures;
            this.finish = finish;
        }
    }

    private final class Incarnation implements Receiver<C> {
        private final Life life;
        private boolean failed;

        Incarnation(Life life) {
            this.life = life;
        }

        @Override
        public boolean receive(C context, Object message) {
            if (failed) {
                life.finish.failed(new IllegalStateException("incarnation: has failed (expected: the next one)"));
            }
            if (life.failuresLeft-- == 0) {
                life.finish.reached();
                return false;
            }
            failed = true;
            actors.tell(actors.self(context), NEXT);
            throw FAILURE;
        }
    }
}
