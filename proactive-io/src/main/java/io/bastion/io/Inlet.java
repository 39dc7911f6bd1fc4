package io.bastion.io;

import io.netty.channel.ChannelHandlerContext;
import io.netty.channel.ChannelInboundHandlerAdapter;
import io.netty.channel.socket.ChannelInputShutdownEvent;
import io.netty.util.ReferenceCountUtil;
import java.util.concurrent.RejectedExecutionException;
import org.jspecify.annotations.Nullable;
import org.reactivestreams.Subscription;
import reactor.core.CoreSubscriber;
import reactor.core.publisher.Flux;
import reactor.core.publisher.Operators;
import reactor.netty.Connection;
import reactor.netty.channel.AbortedException;

/**
 * What a connection receives, for one subscriber, who owns what it gets and may come later than the end of the connection.
 *
 * <p>Reactor Netty drops what nobody has subscribed to when the peer goes, so this subscribes as soon as there is a connection,
 * and requests nothing before its own subscriber does. And it does not tell its subscriber that a peer has ended its output but
 * not the connection; the end is put behind what was received before.
 */
final class Inlet extends Flux<Object> implements CoreSubscriber<Object>, Subscription {
    private static final Object END_OF_INPUT = new Object();

    private final Operators.DeferredSubscription upstream = new Operators.DeferredSubscription();

    /** Set before anything is requested, and so before anything comes. */
    private volatile @Nullable CoreSubscriber<? super Object> actual;

    /** Guarded by this: whether the subscriber has its subscription, and whether the input has ended, with what. */
    private boolean subscribed;

    private boolean ended;
    private @Nullable Throwable fault;

    private Inlet() {}

    /** To be called on the loop of the connection, before anything has been read. */
    static Inlet of(Connection connection) {
        Inlet inlet = new Inlet();
        connection.addHandlerLast("bastion-end-of-input", new EndOfInput());
        connection.inbound().receiveObject().subscribe(inlet);
        return inlet;
    }

    /** Turns the event into something that is received. */
    private static final class EndOfInput extends ChannelInboundHandlerAdapter {
        @Override
        public void userEventTriggered(ChannelHandlerContext context, Object event) throws Exception {
            if (event == ChannelInputShutdownEvent.INSTANCE) {
                context.fireChannelRead(END_OF_INPUT);
            }
            super.userEventTriggered(context, event);
        }
    }

    @Override
    public void subscribe(CoreSubscriber<? super Object> subscriber) {
        boolean second;
        synchronized (this) {
            second = actual != null;
            if (!second) {
                actual = subscriber;
            }
        }
        if (second) {
            Operators.error(
                    subscriber, new IllegalStateException("receive: a second subscriber (expected: one a connection)"));
            return;
        }
        subscriber.onSubscribe(this);
        boolean over;
        synchronized (this) {
            subscribed = true;
            over = ended;
        }
        if (over) {
            signalEnd(subscriber);
        }
    }

    @Override
    public void request(long n) {
        try {
            upstream.request(n);
        } catch (RejectedExecutionException e) {
            end(new AbortedException(e));
        }
    }

    /** Also without a subscriber; lets go of what has been received. */
    @Override
    public void cancel() {
        try {
            upstream.cancel();
        } catch (RejectedExecutionException e) {
            // The loop has ended, and the connection with it.
        }
    }

    @Override
    public void onSubscribe(Subscription subscription) {
        upstream.set(subscription);
    }

    @Override
    public void onNext(Object message) {
        if (message == END_OF_INPUT) {
            end(null);
        } else {
            CoreSubscriber<? super Object> subscriber = actual;
            if (subscriber != null) {
                // Reactor Netty releases it on return.
                subscriber.onNext(ReferenceCountUtil.retain(message));
            }
        }
    }

    @Override
    public void onError(Throwable thrown) {
        end(thrown);
    }

    @Override
    public void onComplete() {
        end(null);
    }

    private void end(@Nullable Throwable thrown) {
        CoreSubscriber<? super Object> subscriber;
        synchronized (this) {
            if (ended) {
                return;
            }
            ended = true;
            fault = thrown;
            subscriber = subscribed ? actual : null;
        }
        if (subscriber != null) {
            signalEnd(subscriber);
        }
    }

    private void signalEnd(CoreSubscriber<? super Object> subscriber) {
        if (fault != null) {
            subscriber.onError(fault);
        } else {
            subscriber.onComplete();
        }
    }
}
