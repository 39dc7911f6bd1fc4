package io.bastion.actor;

import io.bastion.mailbox.MessageNode;
import io.bastion.scheduler.Strand;
import java.util.concurrent.atomic.AtomicIntegerFieldUpdater;
import java.util.concurrent.atomic.AtomicReferenceFieldUpdater;
import org.jspecify.annotations.Nullable;
import org.reactivestreams.Publisher;
import org.reactivestreams.Subscription;
import reactor.core.CoreSubscriber;
import reactor.core.Fuseable;
import reactor.core.publisher.Mono;
import reactor.core.publisher.MonoSink;
import reactor.core.publisher.Operators;
import reactor.util.context.Context;
import reactor.util.context.ContextView;

/**
 * {@link ActorRef#feed}: a subscriber whose demand is a credit, replenished when three quarters of it have left the mailbox.
 *
 * <p>Its elements go past the mailbox's bound: the credit bounds them. A source that can be pulled, as {@code publishOn} would,
 * is pulled on the worker.
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

    /** What the subscriber had in its context when it began to feed. */
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

    private void succeed() {
        if (ENDED.compareAndSet(this, 0, 1)) {
            sink.success();
        }
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
        if (!Operators.setOnce(SUBSCRIPTION, this, s)) {
            return;
        }
        if (s instanceof Fuseable.QueueSubscription<?> queue
                && cell.isPulling()
                && queue.requestFusion(Fuseable.SYNC | Fuseable.THREAD_BARRIER) == Fuseable.SYNC) {
            if (!cell.pull(new Pull(queue))) {
                terminated();
            }
        } else {
            s.request(credit);
        }
    }

    @Override
    public void onNext(M element) {
        boolean lives;
        try {
            lives = element instanceof FedElement carrier
                    ? cell.fed(carrier.message(), carrier.context(), this)
                    : cell.fed(element, context, this);
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
        if (sourceEnds()) {
            fail(t);
        } else {
            LateSignals.error(cell, t, sink.contextView());
        }
    }

    @Override
    public void onComplete() {
        if (sourceEnds()) {
            succeed();
        }
    }

    /** The source has ended, and must not be cancelled any more: rule 2.3. Returns whether it was wanted until now. */
    private boolean sourceEnds() {
        return SUBSCRIPTION.getAndSet(this, Operators.cancelledSubscription()) != Operators.cancelledSubscription();
    }

    private void replenish(Subscription s) {
        try {
            s.request(limit);
        } catch (Throwable t) {
            cancel();
            fail(t);
        }
    }

    /**
     * A source whose elements are there to be taken, in the mailbox: the worker takes one when it can handle one, which needs
     * neither credit nor a place in the queue for each.
     */
    final class Pull extends Strand.WeightlessNode {
        /** Elements in a row, before other messages have their turn. */
        private static final int BURST = 64;

        private final Fuseable.QueueSubscription<?> queue;
        private int taken;

        /** An element that a flow did not take. */
        @Nullable MessageNode untaken;

        Pull(Fuseable.QueueSubscription<?> queue) {
            this.queue = queue;
        }

        /** The next element; null when there is none any more. */
        @Nullable MessageNode take() {
            MessageNode left = untaken;
            if (left != null) {
                untaken = null;
                return left;
            }
            if (subscription == Operators.cancelledSubscription()) {
                return null;
            }
            Object element;
            try {
                element = queue.poll();
            } catch (Throwable t) {
                if (sourceEnds()) {
                    Report.guard(() -> fail(t));
                }
                return null;
            }
            if (element == null) {
                if (sourceEnds()) {
                    Report.guard(Feed.this::succeed);
                }
                return null;
            }
            return element instanceof FedElement carrier
                    ? new ContextNode(carrier.message(), carrier.context())
                    : Contexts.node(element, context);
        }

        /** Whether it is to go to the back of the mailbox. */
        boolean hasHadItsTurn() {
            return ++taken == BURST;
        }

        /** The rest of it. */
        Pull rest() {
            return new Pull(queue);
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
