package io.bastion.cluster.link;

import io.netty.buffer.ByteBuf;
import java.util.concurrent.atomic.AtomicBoolean;
import java.util.concurrent.atomic.AtomicInteger;
import org.jspecify.annotations.Nullable;
import org.reactivestreams.Subscription;
import reactor.core.CoreSubscriber;
import reactor.core.publisher.Flux;
import reactor.core.publisher.Operators;

/**
 * What comes on a lane. It may be subscribed to before the other end has joined, and is demanded of it when it has. What was demanded
 * before a cancellation and comes after it is released.
 */
final class LaneInbound extends Flux<ByteBuf> implements Subscription {
    private static final int SUBSCRIBED = 1;
    private static final int FINISHED = 2;

    private final Operators.DeferredSubscription upstream = new Operators.DeferredSubscription();
    private final AtomicBoolean taken = new AtomicBoolean();
    private final AtomicInteger state = new AtomicInteger();
    private @Nullable CoreSubscriber<? super ByteBuf> downstream;
    private volatile boolean cancelled;

    @Override
    public void subscribe(CoreSubscriber<? super ByteBuf> actual) {
        if (!taken.compareAndSet(false, true)) {
            Operators.error(actual, new IllegalStateException("a lane can be received once only"));
            return;
        }
        downstream = actual;
        actual.onSubscribe(this);
        if ((state.getAndUpdate(s -> s | SUBSCRIBED) & FINISHED) != 0) {
            complete(actual);
        }
    }

    @Override
    public void request(long n) {
        if (Operators.validate(n)) {
            upstream.request(n);
        }
    }

    /** The other end's stream stays open: it ends with the link, and in both directions. */
    @Override
    public void cancel() {
        cancelled = true;
    }

    /** The other end has joined. */
    void connect(Subscription subscription) {
        upstream.set(subscription);
    }

    /** On the link's thread, as is {@link #finish}. */
    void next(ByteBuf batch) {
        CoreSubscriber<? super ByteBuf> actual = downstream;
        if (actual == null || cancelled || (state.get() & FINISHED) != 0) {
            batch.release();
        } else {
            actual.onNext(batch);
        }
    }

    /** Nothing more comes. */
    void finish() {
        CoreSubscriber<? super ByteBuf> actual = downstream;
        if (state.getAndUpdate(s -> s | FINISHED) == SUBSCRIBED && actual != null) {
            complete(actual);
        }
    }

    private void complete(CoreSubscriber<? super ByteBuf> actual) {
        if (!cancelled) {
            actual.onComplete();
        }
    }
}
