package io.bastion.actor;

import java.util.concurrent.atomic.AtomicIntegerFieldUpdater;
import java.util.concurrent.atomic.AtomicReferenceFieldUpdater;
import org.jspecify.annotations.Nullable;
import org.reactivestreams.Publisher;
import org.reactivestreams.Subscription;
import reactor.core.CoreSubscriber;
import reactor.core.publisher.Mono;
import reactor.core.publisher.MonoSink;
import reactor.core.publisher.Operators;
import reactor.util.context.Context;
import reactor.util.context.ContextView;

/**
 * {@link ActorRef#feed}: a subscriber whose demand is a credit, replenished when three quarters of it have left the mailbox.
 *
 * <p>Its elements go past the mailbox's bound: the credit bounds them.
 */
final class Feed<M> implements CoreSubscriber<M> {
    private static final int MAX_CREDIT = 256;

    private static final AtomicReferenceFieldUpdater<Feed, @Nullable Subscription> SUBSCRIPTION =
            AtomicReferenceFieldUpdater.newUpdater(Feed.class, Subscription.class, "subscription");

    private static final AtomicIntegerFieldUpdater<Feed> ENDED =
            AtomicIntegerFieldUpdater.newUpdater(Feed.class, "ended");

    private final ActorCell<M> cell;
    private final MonoSink<Void> sink;
    private final int credit;
    private final int limit;
    private final ContextView context;
    private volatile @Nullable Subscription subscription;
    private volatile int ended;

    /** Elements that have left the mailbox since credit was last given; the cell's worker only. */
    private int done;

    private Feed(ActorCell<M> cell, MonoSink<Void> sink, int capacity) {
        this.cell = cell;
        this.sink = sink;
        context = Contexts.forOthers(sink.contextView());
        credit = Math.min(MAX_CREDIT, capacity);
        limit = Math.max(1, credit - (credit >> 2));
    }

    static <M> Mono<Void> of(ActorCell<M> cell, Publisher<? extends M> source, int capacity) {
        return LateSignals.mono(cell, sink -> {
            Feed<M> feed = new Feed<>(cell, sink, capacity);
            sink.onDispose(feed::end);
            cell.tellSystem(new SystemMessage.Feeding(feed));
            source.subscribe(feed);
        });
    }

    /** The actor has ended. */
    void terminated() {
        cancel();
        fail(new ActorTerminatedException(cell));
    }

    /** Fails the subscriber, if it is still there: that the actor has ended is no news for one that is not. */
    private void fail(Throwable error) {
        if (ENDED.compareAndSet(this, 0, 1)) {
            sink.error(error);
        }
    }

    /** What the subscriber had in its context when it began to feed. */
    ContextView context() {
        return context;
    }

    private void cancel() {
        Operators.terminate(SUBSCRIPTION, this);
    }

    private void end() {
        ended = 1;
        cancel();
        cell.tellSystem(new SystemMessage.FeedEnded(this));
    }

    @Override
    public Context currentContext() {
        return Context.of(sink.contextView());
    }

    @Override
    public void onSubscribe(Subscription s) {
        if (Operators.setOnce(SUBSCRIPTION, this, s)) {
            s.request(credit);
        }
    }

    @Override
    public void onNext(M element) {
        boolean lives;
        try {
            lives = cell.fed(element, this);
        } catch (Throwable t) { // of the order of the mailbox
            cancel();
            fail(t);
            return;
        }
        if (!lives) {
            terminated();
        }
    }

    @Override
    public void onError(Throwable t) {
        if (subscription != Operators.cancelledSubscription()) {
            fail(t);
        } else {
            LateSignals.error(cell, t, sink.contextView());
        }
    }

    @Override
    public void onComplete() {
        if (ENDED.compareAndSet(this, 0, 1)) {
            sink.success();
        }
    }

    private void replenish(Subscription s) {
        try {
            s.request(limit);
        } catch (Throwable t) {
            cancel();
            fail(t);
        }
    }

    /** An element for the mailbox. */
    FeedNode node(Object element, ContextView context) {
        return new FeedNode(element, context);
    }

    /** An element of the source in the mailbox. */
    final class FeedNode extends ContextNode {
        FeedNode(Object message, ContextView context) {
            super(message, context);
        }

        @Override
        public void done() {
            if (++done == limit) {
                done = 0;
                Subscription s = subscription;
                if (s != null) {
                    replenish(s);
                }
            }
        }
    }
}
