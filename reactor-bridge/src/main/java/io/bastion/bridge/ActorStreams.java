package io.bastion.bridge;

import io.bastion.actor.ActorContext;
import io.bastion.actor.ActorRef;
import io.bastion.actor.ActorSpec;
import io.bastion.actor.ActorTerminatedException;
import io.bastion.actor.Distributor;
import java.time.Duration;
import java.util.Objects;
import java.util.function.BiFunction;
import java.util.function.Function;
import org.reactivestreams.Publisher;
import reactor.core.publisher.Flux;

/** Actors as parts of reactive streams: as their end, as a processor between two of them, and as operators. */
public final class ActorStreams {
    private ActorStreams() {}

    /**
     * An actor as the end of a stream: for one publisher, whose demand follows the mailbox's free capacity. Its completion and its
     * error are told by {@link ActorSubscriber#whenDone}, and change nothing for the actor.
     */
    public static <M> ActorSubscriber<M> subscriber(ActorRef<M> actor) {
        Objects.requireNonNull(actor, "actor: null (expected: an ActorRef)");
        return new ActorSubscriber<>(actor, error -> {});
    }

    /** The same, and an end of the publisher, be it by completion or by an error, drains the actor: it handles what it has, and stops. */
    public static <M> ActorSubscriber<M> drainingSubscriber(ActorRef<M> actor) {
        Objects.requireNonNull(actor, "actor: null (expected: an ActorRef)");
        return new ActorSubscriber<>(actor, error -> actor.drain());
    }

    /**
     * Starts an actor as a processor.
     *
     * @param name the actor's name
     * @param flow builds the processing of the inbox, for every incarnation, on the actor's worker. What it emits goes out;
     *     its completion ends the incarnation, its error fails it, as in {@link io.bastion.actor.Behavior.Flow}
     * @param spawn starts the actor, with any further settings: {@code spec -> system.spawn(spec.restart(…))}, or
     *     {@code context::spawn} for a child
     * @throws IllegalArgumentException and others, as the spawning throws
     */
    public static <I, O> ActorProcessor<I, O> processor(
            String name,
            BiFunction<? super ActorContext<I>, ? super Flux<I>, ? extends Publisher<? extends O>> flow,
            Function<? super ActorSpec<I>, ? extends ActorRef<I>> spawn) {
        Objects.requireNonNull(flow, "flow: null (expected: a flow)");
        Objects.requireNonNull(spawn, "spawn: null (expected: a function that spawns the actor)");
        return ActorProcessor.start(name, flow, spawn);
    }

    /**
     * An operator that asks an actor about each element: {@code flux.transform(askEach(actor, Question::new, timeout))}.
     *
     * <p>A request that finds the mailbox full waits for room, within its time-out. Requests are sent in the order of the
     * elements. The first ask that fails fails the stream with its failure, see {@link ActorRef#ask}, and cancels the others; so
     * does a cancellation. Each request carries the subscriber's context.
     *
     * @param request makes the request from an element and a reference that takes the reply
     * @param timeout how long each ask may take
     */
    public static <T, M, R> AskEach<T, R> askEach(
            ActorRef<M> actor, BiFunction<? super T, ? super ActorRef<R>, ? extends M> request, Duration timeout) {
        Objects.requireNonNull(actor, "actor: null (expected: an ActorRef)");
        check(request, timeout);
        return AskEach.of(element -> actor.<R>askWhenRoom(replyTo -> request.apply(element, replyTo), timeout));
    }

    /**
     * The same, each time to the member of a group that its dispatcher chooses. Who is chosen does not wait for room: a request that
     * finds no room fails the stream, so that the concurrency is to be less than what the members hold.
     */
    public static <T, M, R> AskEach<T, R> askEach(
            Distributor<M> group, BiFunction<? super T, ? super ActorRef<R>, ? extends M> request, Duration timeout) {
        Objects.requireNonNull(group, "group: null (expected: a Distributor)");
        check(request, timeout);
        return AskEach.of(element -> group.<R>askOne(replyTo -> request.apply(element, replyTo), timeout));
    }

    private static void check(Object request, Duration timeout) {
        Objects.requireNonNull(request, "request: null (expected: a function that makes the request)");
        Objects.requireNonNull(timeout, "timeout: null (expected: a Duration)");
        if (timeout.isZero() || timeout.isNegative()) {
            throw new IllegalArgumentException("timeout: " + timeout + " (expected: > 0)");
        }
    }

    /**
     * An operator that sends an actor each element and passes it on once it is in the mailbox: {@code flux.transform(tellEach(actor))}.
     *
     * <p>One at a time, in order: while the mailbox is full it waits, and requests no more; what is not requested is not sent.
     * Each element carries the subscriber's context. The stream fails with {@link ActorTerminatedException} when an element was not
     * taken because the actor has terminated, or because one of its interceptors dropped it; that element is a dead letter.
     */
    public static <M> Function<Flux<M>, Flux<M>> tellEach(ActorRef<? super M> actor) {
        Objects.requireNonNull(actor, "actor: null (expected: an ActorRef)");
        return elements -> new FluxTellEach<>(elements, actor);
    }
}
