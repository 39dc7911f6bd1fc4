package io.bastion.cluster.link;

import io.netty.buffer.ByteBuf;
import io.netty.buffer.Unpooled;
import io.netty.channel.Channel;
import io.netty.channel.ChannelHandlerContext;
import io.netty.channel.ChannelInboundHandlerAdapter;
import io.netty.channel.epoll.EpollSocketChannelConfig;
import java.util.Objects;
import java.util.concurrent.RejectedExecutionException;
import java.util.concurrent.atomic.AtomicBoolean;
import org.jspecify.annotations.Nullable;
import org.reactivestreams.Subscription;
import reactor.core.CoreSubscriber;
import reactor.core.Fuseable;
import reactor.netty.Connection;

/**
 * Writes the frames that RSocket has queued, and no more of them than the connection takes: what is written cannot be overtaken any
 * more, and pushes have to overtake batches. Closes the connection when there are no more frames.
 */
final class LinkWriter extends ChannelInboundHandlerAdapter implements CoreSubscriber<ByteBuf> {
    /** Bytes that the kernel accepts before it has sent the last ones; without epoll, as many as it likes. */
    private static final int MAX_UNSENT = 128 << 10;

    private final Connection connection;
    private final Channel channel;
    private final AtomicBoolean scheduled = new AtomicBoolean();
    private final Runnable drainLater = () -> {
        scheduled.set(false); // before it looks: who queues a frame later schedules again
        drain();
    };
    private final Runnable flush = this::flush;
    private Fuseable.@Nullable QueueSubscription<ByteBuf> frames;
    private volatile boolean complete;

    /* Of the event loop */
    private boolean flushing;
    private boolean ended;

    LinkWriter(Connection connection) {
        this.connection = connection;
        this.channel = connection.channel();
        if (channel.config() instanceof EpollSocketChannelConfig config) {
            config.setTcpNotSentLowAt(MAX_UNSENT);
        }
    }

    @Override
    @SuppressWarnings("unchecked")
    public void onSubscribe(Subscription s) {
        Fuseable.QueueSubscription<ByteBuf> queue = (Fuseable.QueueSubscription<ByteBuf>) s;
        if (queue.requestFusion(Fuseable.ASYNC) != Fuseable.ASYNC) {
            throw new IllegalStateException("frames: " + s + " (expected: a queue)");
        }
        frames = queue;
        connection.addHandlerLast(this);
        channel.closeFuture().addListener(closed -> end());
    }

    /** There are frames. */
    @Override
    public void onNext(@Nullable ByteBuf none) {
        if (channel.eventLoop().inEventLoop()) {
            drain();
        } else if (!scheduled.get() && scheduled.compareAndSet(false, true)) {
            execute(drainLater);
        }
    }

    @Override
    public void onError(Throwable error) {
        onComplete();
    }

    @Override
    public void onComplete() {
        complete = true;
        onNext(null);
    }

    private void execute(Runnable task) {
        try {
            channel.eventLoop().execute(task);
        } catch (RejectedExecutionException e) {
            end(); // nothing runs on that thread any more
        }
    }

    @SuppressWarnings("FutureReturnValueIgnored") // of a failure tells the end of the connection
    private void drain() {
        if (ended) {
            return;
        }
        boolean last = complete;
        Fuseable.QueueSubscription<ByteBuf> queue = Objects.requireNonNull(frames);
        ByteBuf frame;
        while (channel.isWritable() && (frame = queue.poll()) != null) {
            channel.write(frame);
            flushLater();
        }
        if (last && queue.isEmpty()) {
            channel.writeAndFlush(Unpooled.EMPTY_BUFFER).addListener(written -> connection.dispose());
        }
    }

    /** Once for all frames that come of what the loop does now. */
    private void flushLater() {
        if (!flushing) {
            flushing = true;
            execute(flush);
        }
    }

    private void flush() {
        flushing = false;
        channel.flush();
    }

    @Override
    public void channelWritabilityChanged(ChannelHandlerContext context) {
        drain();
        context.fireChannelWritabilityChanged();
    }

    private void end() {
        ended = true;
        Fuseable.QueueSubscription<ByteBuf> queue = Objects.requireNonNull(frames);
        queue.cancel();
        queue.clear();
    }
}
