package io.bastion.cluster.link;

import io.netty.buffer.ByteBuf;
import io.netty.channel.ChannelDuplexHandler;
import io.netty.channel.ChannelHandlerContext;
import io.netty.channel.ChannelPromise;
import java.time.Duration;
import java.util.concurrent.atomic.AtomicLong;

/** Counts what a connection carries, next to the network. Written by its event loop, read by anyone. */
final class Meter extends ChannelDuplexHandler {
    private final Heartbeat heartbeat;
    private final AtomicLong written = new AtomicLong();
    private final AtomicLong read = new AtomicLong();
    private volatile long roundTrip;

    Meter(Heartbeat heartbeat) {
        this.heartbeat = heartbeat;
    }

    @Override
    public void channelRead(ChannelHandlerContext context, Object message) {
        heartbeat.heard();
        count(read, message);
        context.fireChannelRead(message);
    }

    @Override
    public void write(ChannelHandlerContext context, Object message, ChannelPromise promise) {
        count(written, message);
        context.write(message, promise);
    }

    private static void count(AtomicLong counter, Object message) {
        if (message instanceof ByteBuf bytes) {
            counter.lazySet(counter.get() + bytes.readableBytes());
        }
    }

    /** A heartbeat has come back. */
    void answered(long nanos) {
        roundTrip = nanos;
    }

    LinkStats stats() {
        return new LinkStats(written.get(), read.get(), Duration.ofNanos(roundTrip));
    }
}
