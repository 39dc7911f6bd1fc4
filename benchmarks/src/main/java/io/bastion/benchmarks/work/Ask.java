package io.bastion.benchmarks.work;

import java.util.function.BiConsumer;
import org.jspecify.annotations.Nullable;

/**
 * 256 chains of asks with a time-out of 5 s to one actor; each chain asks again when it has its reply. An operation is an
 * ask and its reply.
 */
public final class Ask<S, R, C> implements Work.Load {
    private static final int CHAINS = 256;
    private static final Object ANSWER = new Object();

    private final Actors<S, R, C> actors;

    /** The workload on a system. */
    public Ask(Actors<S, R, C> actors) {
        this.actors = actors;
    }

    @Override
    public Run run(long operations) throws Exception {
        long each = Math.max(1, operations / CHAINS);
        Server server = new Server();
        R actor = actors.spawn(actors.spec(() -> server));
        Finish finish = new Finish(CHAINS);
        long start = System.nanoTime();
        for (int i = 0; i < CHAINS; i++) {
            actors.ask(actor, new Chain(actor, each, finish));
        }
        finish.await();
        long nanos = System.nanoTime() - start;
        actors.stop(actor);
        Checks.equal("requests", server.requests, each * CHAINS);
        return new Run(each * CHAINS, nanos);
    }

    @Override
    public long least() {
        return CHAINS;
    }

    private final class Server implements Receiver<C> {
        private long requests;

        @Override
        public boolean receive(C context, Object message) {
            requests++;
            actors.reply(message, ANSWER);
            return true;
        }
    }

    private final class Chain implements BiConsumer<@Nullable Object, @Nullable Throwable> {
        private final R actor;
        private final Finish finish;
        private long left;

        Chain(R actor, long asks, Finish finish) {
            this.actor = actor;
            this.finish = finish;
            left = asks;
        }

        @Override
        public void accept(@Nullable Object reply, @Nullable Throwable failure) {
            if (failure != null) {
                finish.failed(failure);
            } else if (reply != ANSWER) {
                finish.failed(new IllegalStateException("reply: " + reply + " (expected: the answer)"));
            } else if (--left == 0) {
                finish.reached();
            } else {
                actors.ask(actor, this);
            }
        }
    }
}
