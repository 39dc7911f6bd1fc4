package io.bastion.relay;

import java.util.Objects;
import java.util.concurrent.atomic.AtomicInteger;
import java.util.concurrent.atomic.AtomicReferenceFieldUpdater;
import org.jspecify.annotations.Nullable;
import org.reactivestreams.Publisher;
import org.reactivestreams.Subscription;
import reactor.core.CoreSubscriber;
import reactor.core.publisher.Operators;
import reactor.util.context.Context;

/**
 * One subscription to a publisher, between it and the actor: elements go to the relay, the end goes to the actor, which cancels the
 * run when it is stopped. Bears publishers that break the rules.
 */
final class Run<T, P> implements CoreSubscriber<T>, Subscription {
    private static final AtomicReferenceFieldUpdater<Run, @Nullable Subscription> SOURCE =
            AtomicReferenceFieldUpdater.newUpdater(Run.class, Subscription.class, "source");

    /** What it was asked for and has not handed over; guarded by the relay. */
    long granted;

    private final Relay<T, P> relay;
    private final CoreSubscriber<? super Object> actor;
    private final Losses losses;
    private final Context context;
    private final AtomicInteger requesting = new AtomicInteger();
    private volatile @Nullable Subscription source;

    Run(Relay<T, P> relay, CoreSubscriber<? super Object> actor, Context context) {
        this.relay = relay;
        this.actor = actor;
        losses = new Losses(relay, actor.currentContext());
        this.context = losses.listenIn(context);
    }

    void begin(P point) {
        actor.onSubscribe(this);
        try {
            Publisher<? extends T> publisher =
                    Objects.requireNonNull(relay.source(point), "source: returned null (expected: a Publisher)");
            publisher.subscribe(this);
        } catch (Throwable t) {
            fail(t);
        }
    }

    @Override
    public Context currentContext() {
        return context;
    }

    @Override
    public void onSubscribe(Subscription s) {
        if (Operators.setOnce(SOURCE, this, s)) {
            demand();
        }
    }

    /** More elements may be wanted; any thread. One thread requests at a time, so that a publisher that emits on request does not nest. */
    void demand() {
        Subscription s = source;
        if (s == null || requesting.getAndIncrement() != 0) {
            return; // then onSubscribe comes back to it
        }
        int missed = 1;
        do {
            long n = relay.grant(this);
            if (n > 0) {
                try {
                    s.request(n);
                } catch (Throwable t) {
                    fail(t);
                }
            }
            missed = requesting.addAndGet(-missed);
        } while (missed != 0);
    }

    @Override
    @SuppressWarnings("ConstantConditions") // a publisher that breaks the rules
    public void onNext(T element) {
        if (element == null) {
            fail(new NullPointerException("onNext: null (expected: an element)"));
            return;
        }
        losses.passed();
        relay.take(this, element);
    }

    @Override
    public void onError(@Nullable Throwable t) {
        Throwable cause = t != null ? t : new NullPointerException("onError: null (expected: a Throwable)");
        if (!relay.detach(this, false)) {
            relay.late(cause);
            return;
        }
        losses.settle(true);
        actor.onError(cause);
        losses.tell();
    }

    @Override
    public void onComplete() {
        if (relay.detach(this, true)) {
            losses.settle(false);
            actor.onComplete();
            losses.tell();
        }
    }

    /** Ends with a failure that the publisher does not know of. */
    void fail(Throwable t) {
        cancelSource();
        onError(t);
    }

    /** An element that comes too late, or unasked. */
    void drop(T element) {
        Operators.onDiscard(element, context);
    }

    /** The actor's demand, which is for the end only. */
    @Override
    public void request(long n) {}

    /** The actor is stopped or restarted. */
    @Override
    public void cancel() {
        relay.detach(this, false);
        abandon();
        losses.tell();
    }

    /** Nobody wants its elements any more; the actor will be told. */
    void abandon() {
        losses.settle(false);
        cancelSource();
    }

    private void cancelSource() {
        try {
            Operators.terminate(SOURCE, this);
        } catch (Throwable t) {
            relay.late(t);
        }
    }
}
