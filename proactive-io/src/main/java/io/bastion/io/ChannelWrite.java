package io.bastion.io;

import io.netty.buffer.ByteBuf;
import io.netty.buffer.ByteBufHolder;
import io.netty.channel.Channel;
import io.netty.channel.ChannelFuture;
import io.netty.channel.ChannelFutureListener;
import io.netty.util.ReferenceCountUtil;
import java.nio.channels.ClosedChannelException;
import java.util.Queue;
import java.util.concurrent.ConcurrentLinkedQueue;
import java.util.concurrent.RejectedExecutionException;
import java.util.concurrent.atomic.AtomicBoolean;
import java.util.concurrent.atomic.AtomicInteger;
import org.jspecify.annotations.Nullable;
import org.reactivestreams.Publisher;
import org.reactivestreams.Subscription;
import reactor.core.CoreSubscriber;
import reactor.core.publisher.Mono;
import reactor.core.publisher.Operators;
import reactor.netty.channel.AbortedException;
import reactor.util.context.Context;

/**
 * Writes what a publisher emits to a channel, and gives the number of bytes when the kernel has taken them all. At most a window of
 * it has been requested and not been taken; what has come when the loop gets to it goes out with one flush, which gathers it.
 *
 * <p>Reactor Netty's {@code send} has a window of 128 whatever their size, and completes normally when the connection is closed
 * before the publisher has ended.
 */
final class ChannelWrite extends Mono<Long> {
    private final Channel channel;
    private final Publisher<?> source;
    private final int window;

    ChannelWrite(Channel channel, Publisher<?> source, int window) {
        this.channel = channel;
        this.source = source;
        this.window = window;
    }

    @Override
    public void subscribe(CoreSubscriber<? super Long> actual) {
        if (channel.isRegistered() || channel.isOpen()) {
            source.subscribe(new Writing(actual, channel, window));
        } else {
            Operators.error(actual, AbortedException.beforeSend());
        }
    }

    /** What is neither final nor volatile belongs to the loop. */
    private static final class Writing
            implements CoreSubscriber<Object>, Subscription, Runnable, ChannelFutureListener {
        private final CoreSubscriber<? super Long> actual;
        private final Channel channel;
        private final int window;
        private final int limit;
        private final Queue<Object> arrived = new ConcurrentLinkedQueue<>();
        private final AtomicInteger wip = new AtomicInteger();
        private final AtomicBoolean started = new AtomicBoolean();
        private final AtomicBoolean over = new AtomicBoolean();
        private @Nullable Subscription upstream;
        private @Nullable Throwable fault;
        private volatile boolean sourceEnded;
        private int inFlight;
        private int taken;
        private long bytes;

        Writing(CoreSubscriber<? super Long> actual, Channel channel, int window) {
            this.actual = actual;
            this.channel = channel;
            this.window = window;
            this.limit = window - (window >> 2);
        }

        @Override
        public Context currentContext() {
            return actual.currentContext();
        }

        @Override
        public void onSubscribe(Subscription subscription) {
            upstream = subscription;
            actual.onSubscribe(this);
        }

        @Override
        public void request(long n) {
            if (Operators.validate(n) && started.compareAndSet(false, true)) {
                channel.closeFuture().addListener(this);
                if (channel.eventLoop().inEventLoop()) {
                    gather(window);
                } else {
                    more(window);
                }
            }
        }

        /** On the loop: what comes at once goes out together. */
        private void gather(int n) {
            boolean entered = wip.getAndIncrement() == 0;
            more(n);
            if (entered) {
                run();
            }
        }

        private void more(int n) {
            Subscription source = upstream;
            if (source != null && !over.get()) {
                try {
                    source.request(n);
                } catch (Throwable e) {
                    // Of a scheduler that has ended, as an actor's does.
                    fail(e);
                }
            }
        }

        @Override
        public void onNext(Object message) {
            arrived.add(message);
            enter();
        }

        @Override
        public void onError(Throwable thrown) {
            fault = thrown;
            onComplete();
        }

        @Override
        public void onComplete() {
            sourceEnded = true;
            enter();
        }

        private void enter() {
            if (wip.getAndIncrement() != 0) {
                return;
            }
            if (channel.eventLoop().inEventLoop()) {
                run();
                return;
            }
            try {
                channel.eventLoop().execute(this);
            } catch (RejectedExecutionException e) {
                // The loop has ended: nobody else is in it.
                fail(e);
                run();
            }
        }

        @Override
        public void run() {
            int missed = wip.get();
            do {
                if (over.get()) {
                    releaseArrived();
                } else {
                    writeArrived();
                    endIfDone();
                }
                missed = wip.addAndGet(-missed);
            } while (missed != 0);
        }

        private void writeArrived() {
            boolean any = false;
            for (Object message; (message = arrived.poll()) != null; any = true) {
                int size = size(message);
                inFlight++;
                channel.write(message).addListener(result -> written(size, result.cause()));
            }
            if (any) {
                channel.flush();
            }
        }

        private static int size(Object message) {
            ByteBuf buffer = message instanceof ByteBufHolder holder ? holder.content() : (ByteBuf) message;
            return buffer.readableBytes();
        }

        private void written(int size, @Nullable Throwable cause) {
            inFlight--;
            if (cause != null) {
                fail(cause);
                return;
            }
            bytes += size;
            if (++taken == limit) {
                taken = 0;
                gather(limit);
            }
            endIfDone();
        }

        private void endIfDone() {
            if (sourceEnded && inFlight == 0 && arrived.isEmpty() && over.compareAndSet(false, true)) {
                channel.closeFuture().removeListener(this);
                if (fault != null) {
                    actual.onError(fault);
                } else {
                    actual.onNext(bytes);
                    actual.onComplete();
                }
            }
        }

        /** The channel has been closed. */
        @Override
        public void operationComplete(ChannelFuture closed) {
            fail(new ClosedChannelException());
        }

        private void fail(Throwable cause) {
            if (over.compareAndSet(false, true)) {
                cancelSource();
                actual.onError(
                        cause instanceof ClosedChannelException || cause instanceof RejectedExecutionException
                                ? new AbortedException(cause)
                                : cause);
            }
        }

        @Override
        public void cancel() {
            if (over.compareAndSet(false, true)) {
                cancelSource();
            }
        }

        /** What has arrived is released by whoever is in the loop, or enters it now. */
        private void cancelSource() {
            channel.closeFuture().removeListener(this);
            if (upstream != null) {
                upstream.cancel();
            }
            enter();
        }

        private void releaseArrived() {
            for (Object message; (message = arrived.poll()) != null; ) {
                ReferenceCountUtil.release(message);
            }
        }
    }
}
