package io.bastion.bridge;

import io.bastion.actor.ActorContext;
import io.bastion.actor.ActorRef;
import io.bastion.actor.ActorSpec;
import java.util.Objects;
import java.util.function.BiFunction;
import java.util.function.Function;
import org.reactivestreams.Processor;
import org.reactivestreams.Publisher;
import org.reactivestreams.Subscriber;
import org.reactivestreams.Subscription;
import reactor.core.CoreSubscriber;
import reactor.core.Disposable;
import reactor.core.publisher.Flux;
import reactor.util.context.Context;

/**
 * A supervised actor as a processor: its messages are what comes in, and what its flow emits is what goes out. See
 * {@link ActorStreams#processor}.
 *
 * <p>For one publisher and one subscriber, each of whom sees one stream over all incarnations of the actor. Elements go out in
 * the order in which the flow emits them, on the actor's worker; exactly as many as are requested, and what is not requested
 * waits in the mailbox, whose free capacity is what the publisher is asked for. How each side ends is in the module's guide.
 *
 * @param <I> what comes in: the actor's messages
 * @param <O> what goes out
 */
public final class ActorProcessor<I, O> implements Processor<I, O>, CoreSubscriber<I>, Disposable {
    private final Outlet<I, O> outlet;
    private final ActorRef<I> actor;
    private final ActorSubscriber<I> inlet;

    private ActorProcessor(Outlet<I, O> outlet, ActorRef<I> actor) {
        this.outlet = outlet;
        this.actor = actor;
        inlet = new ActorSubscriber<>(actor, error -> {
            outlet.upstreamEnded(error);
            actor.drain();
        });
        inlet.whenDone().subscribe(nothing -> {}, error -> {}); // an error goes to the outlet
        outlet.connect(actor, () -> {
            inlet.dispose();
            actor.stop();
        });
    }

    static <I, O> ActorProcessor<I, O> start(
            String name,
            BiFunction<? super ActorContext<I>, ? super Flux<I>, ? extends Publisher<? extends O>> flow,
            Function<? super ActorSpec<I>, ? extends ActorRef<I>> spawn) {
        Outlet<I, O> outlet = new Outlet<>(flow);
        ActorSpec<I> spec = ActorSpec.of(name, outlet::behavior);
        ActorRef<I> actor = Objects.requireNonNull(
                spawn.apply(spec), "spawn: returned null (expected: the actor that was spawned)");
        return new ActorProcessor<>(outlet, actor);
    }

    /** What goes out, for one subscriber; {@code flux().share()} and the like make it more. */
    public Flux<O> flux() {
        return outlet;
    }

    /** The actor. What it is told goes through the same mailbox as what comes from the publisher. */
    public ActorRef<I> ref() {
        return actor;
    }

    @Override
    public void subscribe(Subscriber<? super O> subscriber) {
        outlet.subscribe(subscriber);
    }

    /** The context of the subscriber, once there is one. */
    @Override
    public Context currentContext() {
        return outlet.downstreamContext();
    }

    @Override
    public void onSubscribe(Subscription subscription) {
        inlet.onSubscribe(subscription);
    }

    @Override
    public void onNext(I element) {
        inlet.onNext(element);
    }

    @Override
    public void onError(Throwable error) {
        inlet.onError(error);
    }

    @Override
    public void onComplete() {
        inlet.onComplete();
    }

    /** Does what the cancellation by the subscriber does: cancels the publisher and stops the actor. */
    @Override
    public void dispose() {
        outlet.cancel();
    }

    @Override
    public boolean isDisposed() {
        return outlet.isOver();
    }
}
