package io.bastion.cluster.link;

import io.netty.channel.Channel;
import io.netty.channel.EventLoopGroup;
import io.netty.channel.IoHandlerFactory;
import io.netty.channel.MultiThreadIoEventLoopGroup;
import io.netty.channel.epoll.Epoll;
import io.netty.channel.epoll.EpollIoHandler;
import io.netty.channel.epoll.EpollServerSocketChannel;
import io.netty.channel.epoll.EpollSocketChannel;
import io.netty.channel.nio.NioIoHandler;
import io.netty.channel.socket.ServerSocketChannel;
import io.netty.channel.socket.SocketChannel;
import io.netty.channel.socket.nio.NioServerSocketChannel;
import io.netty.channel.socket.nio.NioSocketChannel;
import io.netty.util.concurrent.DefaultThreadFactory;
import java.nio.channels.spi.SelectorProvider;
import java.util.concurrent.TimeUnit;
import reactor.core.publisher.Mono;
import reactor.netty.resources.LoopResources;

/** The event loops of one incarnation's links: epoll where there is one, else NIO; never what happens to be on the class path. */
final class LinkLoops implements LoopResources {
    private final boolean epoll = Epoll.isAvailable();
    private final EventLoopGroup group;

    LinkLoops(int threads) {
        IoHandlerFactory handlers = epoll
                ? EpollIoHandler.newFactory(0, BriefSearch::new)
                : NioIoHandler.newFactory(SelectorProvider.provider(), BriefSearch::new);
        group = new MultiThreadIoEventLoopGroup(threads, new DefaultThreadFactory("bastion-link", true), handlers);
    }

    @Override
    public EventLoopGroup onServer(boolean useNative) {
        return group;
    }

    @Override
    public <C extends Channel> Class<? extends C> onChannelClass(Class<C> type, EventLoopGroup on) {
        if (type == ServerSocketChannel.class) {
            return (epoll ? EpollServerSocketChannel.class : NioServerSocketChannel.class).asSubclass(type);
        }
        if (type == SocketChannel.class) {
            return (epoll ? EpollSocketChannel.class : NioSocketChannel.class).asSubclass(type);
        }
        throw new IllegalArgumentException("type: " + type + " (expected: a TCP channel)");
    }

    @Override
    public <C extends Channel> C onChannel(Class<C> type, EventLoopGroup on) {
        if (type == ServerSocketChannel.class) {
            return type.cast(epoll ? new EpollServerSocketChannel() : new NioServerSocketChannel());
        }
        if (type == SocketChannel.class) {
            return type.cast(epoll ? new EpollSocketChannel() : new NioSocketChannel());
        }
        throw new IllegalArgumentException("type: " + type + " (expected: a TCP channel)");
    }

    /** They are the transport's to end. */
    @Override
    public boolean daemon() {
        return true;
    }

    @Override
    public boolean isDisposed() {
        return group.isShuttingDown();
    }

    Mono<Void> end() {
        return Mono.create(
                sink -> group.shutdownGracefully(0, 5, TimeUnit.SECONDS).addListener(ended -> sink.success()));
    }
}
