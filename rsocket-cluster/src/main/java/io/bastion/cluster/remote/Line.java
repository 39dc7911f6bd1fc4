package io.bastion.cluster.remote;

import io.netty.buffer.ByteBuf;
import java.util.concurrent.atomic.AtomicLongFieldUpdater;
import org.reactivestreams.Subscription;
import reactor.core.CoreSubscriber;
import reactor.core.publisher.Operators;

/** A lane's subscription by one link: its demand counts batches. */
final class Line extends Item implements Subscription {
    private static final AtomicLongFieldUpdater<Line> REQUESTED =
            AtomicLongFieldUpdater.newUpdater(Line.class, "requested");

    final Session session;
    private final Lane lane;
    private final CoreSubscriber<? super ByteBuf> subscriber;
    private volatile long requested;
    private volatile boolean cancelled;

    /** Messages in the batches sent last, of which the other end may not have seen any; the lane's. */
    private final int[] unseen;

    private int batches;

    Line(Session session, Lane lane, CoreSubscriber<? super ByteBuf> subscriber, int batchesInFlight) {
        this.session = session;
        this.lane = lane;
        this.subscriber = subscriber;
        unseen = new int[batchesInFlight];
    }

    @Override
    public void request(long n) {
        if (Operators.validate(n)) {
            Operators.addCap(REQUESTED, this, n);
            lane.signal();
        }
    }

    @Override
    public void cancel() {
        cancelled = true;
    }

    @Override
    void taken(Lane own) {
        own.attach(this);
    }

    Lane lane() {
        return lane;
    }

    boolean isOver() {
        return cancelled || session.isClosed();
    }

    boolean hasDemand() {
        return requested > 0;
    }

    void send(ByteBuf batch, int messages) {
        unseen[batches++ % unseen.length] = messages;
        if (requested != Long.MAX_VALUE) {
            REQUESTED.decrementAndGet(this);
        }
        subscriber.onNext(batch);
    }

    /** Messages that may not have arrived, now that the link has ended. */
    int mayBeLost() {
        int sum = 0;
        for (int n : unseen) {
            sum += n;
        }
        return sum;
    }
}
