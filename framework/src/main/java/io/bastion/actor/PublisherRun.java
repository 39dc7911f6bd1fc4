package io.bastion.actor;

import java.util.concurrent.atomic.AtomicReferenceFieldUpdater;
import org.jspecify.annotations.Nullable;
import org.reactivestreams.Publisher;
import org.reactivestreams.Subscription;
import reactor.core.CoreSubscriber;
import reactor.core.publisher.Operators;
import reactor.util.context.Context;

/**
 * A publisher that an actor waits for: its subscriber, and the system message that brings its end back to the actor's worker.
 * Its elements are ignored.
 */
abstract sealed class PublisherRun extends SystemMessage implements CoreSubscriber<Object>, FatalErrors.Victim
        permits HookRun, InWork {
    private static final AtomicReferenceFieldUpdater<PublisherRun, State> STATE =
            AtomicReferenceFieldUpdater.newUpdater(PublisherRun.class, State.class, "state");

    private static final AtomicReferenceFieldUpdater<PublisherRun, @Nullable Subscription> SUBSCRIPTION =
            AtomicReferenceFieldUpdater.newUpdater(PublisherRun.class, Subscription.class, "subscription");

    private enum State {
        /** {@code subscribe} has not returned; an end is dealt with by whoever subscribes. */
        SUBSCRIBING,
        /** An end goes through the system lane. */
        DETACHED,
        ENDED
    }

    final ActorCell<?> cell;
    private volatile State state = State.SUBSCRIBING;
    private volatile @Nullable Subscription subscription;

    /** Written before the end is published. */
    private @Nullable Throwable error;

    PublisherRun(ActorCell<?> cell) {
        this.cell = cell;
    }

    /**
     * Subscribes; on the worker.
     *
     * @return whether the end is still to come, and comes through the system lane
     */
    final boolean run(Publisher<?> publisher) {
        FatalErrors.subscribe(publisher, this);
        return STATE.compareAndSet(this, State.SUBSCRIBING, State.DETACHED);
    }

    final boolean isEnded() {
        return state == State.ENDED;
    }

    final @Nullable Throwable error() {
        return error;
    }

    /** Cancels what has not ended; its end does not come any more. Returns whether this call ended it. */
    final boolean cut() {
        boolean first = STATE.getAndSet(this, State.ENDED) != State.ENDED;
        Operators.terminate(SUBSCRIPTION, this);
        return first;
    }

    @Override
    public final void onSubscribe(Subscription s) {
        if (Operators.setOnce(SUBSCRIPTION, this, s)) {
            s.request(Long.MAX_VALUE);
        }
    }

    @Override
    public final void onNext(Object ignored) {}

    @Override
    public final void onError(Throwable t) {
        if (state != State.ENDED) {
            error = t;
            onComplete();
        } else {
            Report.late(cell, t);
        }
    }

    @Override
    public Context currentContext() {
        return LateSignals.in(Context.empty(), cell);
    }

    @Override
    public final void onComplete() {
        if (STATE.getAndSet(this, State.ENDED) == State.DETACHED) {
            cell.tellSystem(this);
        }
    }

    @Override
    public final void failFatally(Throwable fatal) {
        Operators.terminate(SUBSCRIPTION, this);
        onError(fatal);
    }
}
