package io.bastion.actor;

import io.bastion.mailbox.MessageNode;
import java.util.concurrent.atomic.AtomicReferenceFieldUpdater;
import org.jspecify.annotations.Nullable;
import org.reactivestreams.Subscription;
import reactor.core.CoreSubscriber;
import reactor.core.publisher.Operators;
import reactor.util.context.Context;

/**
 * A message whose publisher has not ended: its subscriber, and the system message that brings the end back to the actor's
 * worker.
 */
final class InWork extends SystemMessage implements CoreSubscriber<Object>, FatalErrors.Victim {
    private static final AtomicReferenceFieldUpdater<InWork, State> STATE =
            AtomicReferenceFieldUpdater.newUpdater(InWork.class, State.class, "state");

    private static final AtomicReferenceFieldUpdater<InWork, @Nullable Subscription> SUBSCRIPTION =
            AtomicReferenceFieldUpdater.newUpdater(InWork.class, Subscription.class, "subscription");

    private enum State {
        /** {@code subscribe} has not returned; an end is dealt with by whoever subscribes. */
        SUBSCRIBING,
        /** An end goes through the system lane. */
        DETACHED,
        ENDED
    }

    private final ActorCell<?> cell;
    private final MessageNode node;
    private final Context context;
    private volatile State state = State.SUBSCRIBING;
    private volatile @Nullable Subscription subscription;

    /** Written before the end is published. */
    private @Nullable Throwable error;

    InWork(ActorCell<?> cell, MessageNode node, Context context) {
        this.cell = cell;
        this.node = node;
        this.context = context;
    }

    MessageNode node() {
        return node;
    }

    boolean isEnded() {
        return state == State.ENDED;
    }

    @Nullable Throwable error() {
        return error;
    }

    /** After {@code subscribe}: whether the end is still to come. */
    boolean detach() {
        return STATE.compareAndSet(this, State.SUBSCRIBING, State.DETACHED);
    }

    /** Cancels the work; its end does not come any more. */
    void cancel() {
        state = State.ENDED;
        Operators.terminate(SUBSCRIPTION, this);
    }

    @Override
    public Context currentContext() {
        return context;
    }

    @Override
    public void onSubscribe(Subscription s) {
        if (Operators.setOnce(SUBSCRIPTION, this, s)) {
            s.request(Long.MAX_VALUE);
        }
    }

    @Override
    public void onNext(Object ignored) {}

    @Override
    public void onError(Throwable t) {
        if (state != State.ENDED) {
            error = t;
            end();
        } else {
            Report.late(cell, t);
        }
    }

    @Override
    public void onComplete() {
        end();
    }

    @Override
    public void failFatally(Throwable fatal) {
        Operators.terminate(SUBSCRIPTION, this);
        onError(fatal);
    }

    private void end() {
        State before = STATE.getAndSet(this, State.ENDED);
        if (before == State.DETACHED) {
            cell.tellSystem(this);
        }
    }

    @Override
    void deliver(ActorCell<?> cell) {
        cell.workEnded(this);
    }

    @Override
    void undeliverable(ActorCell<?> cell) {
        if (error != null) {
            Report.late(cell, error);
        }
    }
}
