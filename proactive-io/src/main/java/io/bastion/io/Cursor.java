package io.bastion.io;

import java.util.Queue;
import java.util.concurrent.ConcurrentLinkedQueue;
import java.util.concurrent.atomic.AtomicInteger;

/** A file's own position: operations at it take their turns, in the order in which they began. */
final class Cursor {
    private final Queue<Turn> turns = new ConcurrentLinkedQueue<>();
    private final AtomicInteger wip = new AtomicInteger();
    private volatile long position;
    private volatile boolean busy;

    long position() {
        return position;
    }

    void position(long position) {
        this.position = position;
    }

    /** An operation at a position, and how far it goes. */
    interface At<R> {
        Cancel start(long position, Completion<R> completion);
    }

    /** Begins an operation when those before it have ended. */
    <R extends Number> Cancel begin(At<R> operation, Completion<R> completion) {
        TypedTurn<R> turn = new TypedTurn<>(operation, completion);
        turns.add(turn);
        drain();
        return turn;
    }

    private void drain() {
        if (wip.getAndIncrement() != 0) {
            return;
        }
        int missed = 1;
        do {
            // One that fails at once leaves the loop free for the next: no recursion, however many wait.
            for (Turn turn; !busy && (turn = turns.poll()) != null; ) {
                busy = true;
                turn.start();
            }
            missed = wip.addAndGet(-missed);
        } while (missed != 0);
    }

    private interface Turn {
        void start();
    }

    private final class TypedTurn<R extends Number> implements Turn, Completion<R>, Cancel {
        private final At<R> operation;
        private final Completion<R> completion;
        private volatile boolean cancelled;
        private volatile Cancel running = NOTHING;

        TypedTurn(At<R> operation, Completion<R> completion) {
            this.operation = operation;
            this.completion = completion;
        }

        @Override
        public void start() {
            if (cancelled) {
                failed(IoFault.of("turn", null, Errno.ECANCELED));
                return;
            }
            try {
                running = operation.start(position, this);
            } catch (Throwable e) {
                failed(e);
                return;
            }
            if (cancelled) {
                running.cancel();
            }
        }

        @Override
        public void done(R bytes) {
            position += bytes.longValue();
            busy = false;
            completion.done(bytes);
            drain();
        }

        @Override
        public void failed(Throwable fault) {
            busy = false;
            completion.failed(fault);
            drain();
        }

        @Override
        public void cancel() {
            cancelled = true;
            running.cancel();
        }
    }
}
