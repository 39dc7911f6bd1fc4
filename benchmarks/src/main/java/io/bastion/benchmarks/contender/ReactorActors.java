package io.bastion.benchmarks.contender;

import io.bastion.benchmarks.work.Actors;
import io.bastion.benchmarks.work.Receiver;
import java.util.Queue;
import java.util.function.BiConsumer;
import java.util.function.Supplier;
import org.jctools.queues.MpscUnboundedArrayQueue;
import org.jspecify.annotations.Nullable;
import reactor.core.publisher.Sinks;
import reactor.core.scheduler.Scheduler;
import reactor.util.concurrent.Queues;

/**
 * Reactor without actors: each is a unicast sink over a multi-producer queue, moved to a scheduler by {@code publishOn}.
 *
 * <p>An actor that is started from outside, and lives for the whole round, has a JCTools queue, which is the fastest; a
 * child has Reactor's own linked one, which is small.
 */
final class ReactorActors
        implements Actors<Supplier<? extends Receiver<ReactorActors.Actor>>, ReactorActors.Actor, ReactorActors.Actor> {
    private static final int CHUNK = 256;

    private final Scheduler scheduler;

    ReactorActors(Scheduler scheduler) {
        this.scheduler = scheduler;
    }

    /** A sink and what is subscribed to it. */
    static final class Actor {
        private final Sinks.Many<Object> sink;

        Actor(Queue<Object> queue) {
            sink = Sinks.unsafe().many().unicast().onBackpressureBuffer(queue);
        }

        void start(Scheduler scheduler, Receiver<Actor> receiver) {
            sink.asFlux()
                    .publishOn(scheduler)
                    .subscribe(
                            message -> {
                                if (!receiver.receive(this, message)) {
                                    stop();
                                }
                            },
                            Throwable::printStackTrace,
                            receiver::stopped);
        }

        void tell(Object message) {
            sink.tryEmitNext(message).orThrow();
        }

        void stop() {
            sink.tryEmitComplete();
        }
    }

    private record Request(Sinks.One<Object> replyTo) {}

    @Override
    public Supplier<? extends Receiver<Actor>> spec(Supplier<? extends Receiver<Actor>> receivers) {
        return receivers;
    }

    @Override
    public Actor spawn(Supplier<? extends Receiver<Actor>> spec) {
        return started(new MpscUnboundedArrayQueue<>(CHUNK), spec);
    }

    @Override
    public Actor spawn(Actor parent, Supplier<? extends Receiver<Actor>> spec) {
        return started(Queues.unboundedMultiproducer().get(), spec);
    }

    private Actor started(Queue<Object> queue, Supplier<? extends Receiver<Actor>> spec) {
        Actor actor = new Actor(queue);
        actor.start(scheduler, spec.get());
        return actor;
    }

    @Override
    public Actor self(Actor context) {
        return context;
    }

    @Override
    public void tell(Actor actor, Object message) {
        actor.tell(message);
    }

    @Override
    public void stop(Actor actor) {
        actor.stop();
    }

    @Override
    public void ask(Actor actor, BiConsumer<@Nullable Object, @Nullable Throwable> outcome) {
        Sinks.One<Object> replyTo = Sinks.one();
        replyTo.asMono()
                .timeout(ASK_TIMEOUT)
                .subscribe(reply -> outcome.accept(reply, null), failure -> outcome.accept(null, failure));
        actor.tell(new Request(replyTo));
    }

    @Override
    public void reply(Object request, Object answer) {
        ((Request) request).replyTo.tryEmitValue(answer).orThrow();
    }
}
