package io.bastion.io;

import java.util.concurrent.Executor;
import java.util.concurrent.LinkedTransferQueue;
import java.util.concurrent.RejectedExecutionException;
import java.util.concurrent.ThreadFactory;
import java.util.concurrent.ThreadPoolExecutor;
import java.util.concurrent.TimeUnit;
import java.util.concurrent.atomic.AtomicInteger;
import reactor.core.publisher.Mono;
import reactor.core.publisher.Sinks;

/**
 * A bounded pool of daemon threads for calls that block. An idle thread is taken before a new one is started, and a call that
 * waits is taken by whichever thread is free first, so that one that blocks for long delays no other.
 */
final class BlockingPool implements Executor {
    private static final long IDLE_SECONDS = 10;

    private final Sinks.Empty<Void> terminated = Sinks.empty();
    private final Pool pool;

    BlockingPool(String name, int threads) {
        pool = new Pool(name, threads);
    }

    /**
     * Runs a call on a thread of the pool.
     *
     * @throws RejectedExecutionException after {@link #shutdown}
     */
    @Override
    public void execute(Runnable call) {
        pool.execute(call);
    }

    /** Whether a thread waits for a call. */
    boolean hasIdleThread() {
        return pool.handover().hasWaitingConsumer();
    }

    /** Lets what has been taken end; completes when the last thread has. */
    Mono<Void> shutdown() {
        return Mono.defer(() -> {
            pool.shutdown();
            return terminated.asMono();
        });
    }

    private final class Pool extends ThreadPoolExecutor {
        Pool(String name, int threads) {
            // One thread stays once it has been needed: with none, a call queued while the last one leaves would be
            // stranded.
            super(1, threads, IDLE_SECONDS, TimeUnit.SECONDS, new Handover(), threads(name), (call, pool) -> {
                if (pool.isShutdown()) {
                    throw new RejectedExecutionException(name + " has been shut down");
                }
                ((Handover) pool.getQueue()).enqueue(call);
                if (pool.isShutdown() && pool.remove(call)) {
                    throw new RejectedExecutionException(name + " has been shut down");
                }
            });
        }

        Handover handover() {
            return (Handover) getQueue();
        }

        @Override
        protected void terminated() {
            terminated.tryEmitEmpty();
        }
    }

    private static ThreadFactory threads(String name) {
        AtomicInteger number = new AtomicInteger();
        return call -> {
            Thread thread = new Thread(call, name + "-" + number.incrementAndGet());
            thread.setDaemon(true);
            return thread;
        };
    }

    /** Accepts what an idle thread takes at once; the rest starts a thread, or is put here by the rejection above. */
    private static final class Handover extends LinkedTransferQueue<Runnable> {
        private static final long serialVersionUID = 1L;

        @Override
        public boolean offer(Runnable call) {
            return tryTransfer(call);
        }

        /** Not {@code put} or {@code add}: some JDKs implement them by the method above. */
        void enqueue(Runnable call) {
            super.offer(call);
        }
    }
}
