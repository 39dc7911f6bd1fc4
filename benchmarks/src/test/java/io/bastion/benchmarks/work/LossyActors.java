package io.bastion.benchmarks.work;

import java.util.concurrent.ExecutorService;
import java.util.concurrent.Executors;
import java.util.concurrent.atomic.AtomicLong;
import java.util.function.BiConsumer;
import java.util.function.LongPredicate;
import java.util.function.Supplier;
import org.jspecify.annotations.Nullable;

/** Actors that share one thread and lose some messages, counted from 1 over all actors. */
final class LossyActors
        implements Actors<Supplier<? extends Receiver<LossyActors.Actor>>, LossyActors.Actor, LossyActors.Actor>,
                AutoCloseable {
    private static final Object REQUEST = new Object();

    private final ExecutorService thread = Executors.newSingleThreadExecutor();
    private final AtomicLong sent = new AtomicLong();
    private final LongPredicate lost;

    LossyActors(LongPredicate lost) {
        this.lost = lost;
    }

    /** A receiver, which is replaced when it fails. */
    static final class Actor {
        private final Supplier<? extends Receiver<Actor>> receivers;
        private Receiver<Actor> receiver;

        Actor(Supplier<? extends Receiver<Actor>> receivers) {
            this.receivers = receivers;
            receiver = receivers.get();
        }

        private void handle(Object message) {
            try {
                if (!receiver.receive(this, message)) {
                    receiver.stopped();
                }
            } catch (RuntimeException e) {
                receiver = receivers.get();
            }
        }
    }

    @Override
    public Supplier<? extends Receiver<Actor>> spec(Supplier<? extends Receiver<Actor>> receivers) {
        return receivers;
    }

    @Override
    public Actor spawn(Supplier<? extends Receiver<Actor>> spec) {
        return new Actor(spec);
    }

    @Override
    public Actor spawn(Actor parent, Supplier<? extends Receiver<Actor>> spec) {
        return spawn(spec);
    }

    @Override
    public Actor self(Actor context) {
        return context;
    }

    @Override
    public void tell(Actor actor, Object message) {
        if (lost.test(sent.incrementAndGet())) {
            return;
        }
        thread.execute(() -> actor.handle(message));
    }

    @Override
    public void stop(Actor actor) {}

    @Override
    public void ask(Actor actor, BiConsumer<@Nullable Object, @Nullable Throwable> outcome) {
        tell(actor, outcome);
    }

    @Override
    @SuppressWarnings("unchecked") // ask sent it
    public void reply(Object request, Object answer) {
        ((BiConsumer<@Nullable Object, @Nullable Throwable>) request)
                .accept(lost.test(sent.incrementAndGet()) ? REQUEST : answer, null);
    }

    @Override
    public void close() {
        thread.shutdownNow();
    }
}
