package io.bastion.cluster.endpoint;

import io.netty.channel.Channel;
import io.netty.channel.ChannelHandlerContext;
import io.netty.channel.ChannelInboundHandlerAdapter;
import java.util.ArrayDeque;
import java.util.Queue;
import java.util.concurrent.RejectedExecutionException;

/**
 * Lets streams wait while their connection takes no more: RSocket queues what is emitted without bound, and a client may request
 * without bound and not read.
 */
final class Outlet extends ChannelInboundHandlerAdapter {
    private final Channel channel;

    /* Of the event loop */
    private final Queue<Runnable> waiting = new ArrayDeque<>();

    Outlet(Channel channel) {
        this.channel = channel;
    }

    /** Runs something on the event loop, after what it has to do now, once the connection takes more; never if it is closed. */
    void whenWritable(Runnable task) {
        try {
            channel.eventLoop().execute(() -> {
                if (channel.isWritable()) {
                    task.run();
                } else if (channel.isActive()) {
                    waiting.add(task);
                }
            });
        } catch (RejectedExecutionException e) {
            // the endpoint is closed
        }
    }

    @Override
    public void channelWritabilityChanged(ChannelHandlerContext context) {
        int waitingNow = waiting.size();
        for (int i = 0; i < waitingNow && channel.isWritable(); i++) {
            waiting.remove().run();
        }
        context.fireChannelWritabilityChanged();
    }

    @Override
    public void channelInactive(ChannelHandlerContext context) {
        waiting.clear();
        context.fireChannelInactive();
    }

    /** As a frame that is too large: what comes behind it cannot be read. */
    @Override
    @SuppressWarnings("FutureReturnValueIgnored")
    public void exceptionCaught(ChannelHandlerContext context, Throwable cause) {
        context.fireExceptionCaught(cause);
        context.close();
    }
}
