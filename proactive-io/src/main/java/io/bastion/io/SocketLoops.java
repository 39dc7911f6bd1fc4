package io.bastion.io;

import io.bastion.scheduler.NumaTopology;
import io.netty.buffer.ByteBufAllocator;
import io.netty.buffer.Unpooled;
import io.netty.channel.Channel;
import io.netty.channel.ChannelFuture;
import io.netty.channel.ChannelOutboundBuffer;
import io.netty.channel.ChannelPromise;
import io.netty.channel.DefaultChannelPromise;
import io.netty.channel.EventLoopGroup;
import io.netty.channel.MultiThreadIoEventLoopGroup;
import io.netty.channel.ServerChannel;
import io.netty.channel.socket.DatagramChannel;
import io.netty.resolver.AddressResolverGroup;
import io.netty.resolver.dns.DnsAddressResolverGroup;
import io.netty.resolver.dns.DnsNameResolverBuilder;
import io.netty.util.concurrent.ScheduledFuture;
import java.io.IOException;
import java.net.InetSocketAddress;
import java.time.Duration;
import java.util.Set;
import java.util.concurrent.ConcurrentHashMap;
import java.util.concurrent.RejectedExecutionException;
import java.util.concurrent.TimeUnit;
import java.util.concurrent.atomic.AtomicInteger;
import java.util.concurrent.atomic.LongAdder;
import java.util.function.Predicate;
import reactor.core.publisher.Flux;
import reactor.core.publisher.Mono;
import reactor.netty.ChannelBindException;
import reactor.netty.resources.LoopResources;
import reactor.util.retry.Retry;

/**
 * The event loops of the sockets, and every socket on them, whoever has opened it: what Reactor Netty opens comes by {@link
 * #onChannel}, what a listener accepts by {@link Loops#register}.
 *
 * <p>Connections are spread over all loops in turn; a client's is not put on the loop that opens it.
 */
final class SocketLoops implements LoopResources {
    /** How long a close waits until the peer has taken what was written before. */
    static final Duration LINGER = Duration.ofSeconds(1);

    private static final Duration LETTING_GO = Duration.ofSeconds(1);
    private static final String CLOSED = "the proactor has been closed";

    private final Transport transport;
    private final NumaTopology topology;
    private final int maxConnections;
    private final ByteBufAllocator allocator;
    private final Loops group;
    private final AddressResolverGroup<InetSocketAddress> resolver;
    private final Set<Channel> channels = ConcurrentHashMap.newKeySet();

    /** The sockets of the resolver, one a loop, which end with it. */
    private final Set<Channel> lookups = ConcurrentHashMap.newKeySet();

    private final Set<Channel> closingListeners = ConcurrentHashMap.newKeySet();
    private final AtomicInteger accepted = new AtomicInteger();
    private final LongAdder refused = new LongAdder();
    private volatile boolean closing;

    /** When a listener was last closed for its owner, in {@code nanoTime}; long ago before the first. */
    private volatile long lastListenerClosed = System.nanoTime() - LETTING_GO.toNanos();

    SocketLoops(
            Transport transport,
            int loops,
            LoopThreads threads,
            NumaTopology topology,
            int maxConnections,
            ByteBufAllocator allocator) {
        this.transport = transport;
        this.allocator = allocator;
        this.topology = topology;
        this.maxConnections = maxConnections;
        this.group = new Loops(loops, threads);
        this.resolver = new DnsAddressResolverGroup(new DnsNameResolverBuilder()
                .datagramChannelFactory(() -> lookup(LoopResources.super.onChannel(DatagramChannel.class, group))));
    }

    Transport transport() {
        return transport;
    }

    /** What the loops are spread over. */
    NumaTopology topology() {
        return topology;
    }

    /** Looks names up on the loops; Reactor Netty's default would start loops of its own for it. */
    AddressResolverGroup<InetSocketAddress> resolver() {
        return resolver;
    }

    private DatagramChannel lookup(DatagramChannel channel) {
        lookups.add(channel);
        channel.closeFuture().addListener(closed -> lookups.remove(channel));
        return channel;
    }

    int openSockets() {
        return channels.size();
    }

    /** How many connections were closed because there were too many. */
    long refused() {
        return refused.sum();
    }

    // ------------------------------------------------------------------------------------------- Reactor Netty's view

    @Override
    public EventLoopGroup onServer(boolean useNative) {
        return group;
    }

    @Override
    public <C extends Channel> C onChannel(Class<C> type, EventLoopGroup on) {
        if (closing) {
            throw new RejectedExecutionException(CLOSED);
        }
        C channel = LoopResources.super.onChannel(type, on);
        track(channel);
        return channel;
    }

    /** They are the proactor's to end. */
    @Override
    public boolean daemon() {
        return true;
    }

    @Override
    public boolean isDisposed() {
        return closing;
    }

    private void track(Channel channel) {
        channel.config().setAllocator(allocator);
        channels.add(channel);
        channel.closeFuture().addListener(closed -> channels.remove(channel));
        if (closing) {
            // Either this sees that it is closing, or the closing sees the channel.
            close(channel);
        }
    }

    private final class Loops extends MultiThreadIoEventLoopGroup {
        Loops(int loops, LoopThreads threads) {
            super(loops, threads, Transports.handlers(transport));
        }

        @Override
        public ChannelFuture register(Channel channel) {
            if (channel.parent() instanceof ServerChannel) {
                if (closing) {
                    return refuse(channel, CLOSED);
                }
                if (accepted.incrementAndGet() > maxConnections) {
                    accepted.decrementAndGet();
                    refused.increment();
                    return refuse(
                            channel, "there are " + maxConnections + " connections (expected: <= maxConnections)");
                }
                channel.closeFuture().addListener(closed -> accepted.decrementAndGet());
            }
            track(channel);
            return super.register(channel);
        }

        /** Reactor Netty closes it, and says so. */
        private ChannelFuture refuse(Channel channel, String reason) {
            return new DefaultChannelPromise(channel, next()).setFailure(new Refused(reason));
        }
    }

    /** Without a stack trace, which would be the same each time. */
    private static final class Refused extends IOException {
        private static final long serialVersionUID = 1L;

        Refused(String reason) {
            super(reason);
        }

        @Override
        public synchronized Throwable fillInStackTrace() {
            return this;
        }
    }

    // ------------------------------------------------------------------------------------------- end

    /** Closes a socket behind what has been written to it, or when {@link #LINGER} is over. */
    void close(Channel channel) {
        if (!channel.isOpen()) {
            return;
        }
        if (channel instanceof ServerChannel && closingListeners.add(channel)) {
            channel.closeFuture().addListener(closed -> {
                lastListenerClosed = System.nanoTime();
                closingListeners.remove(channel);
            });
        }
        try {
            if (channel.isRegistered()) {
                channel.eventLoop().execute(() -> closeOnLoop(channel));
            } else {
                // It is just being opened.
                group.schedule(() -> close(channel), 10, TimeUnit.MILLISECONDS);
            }
        } catch (RejectedExecutionException e) {
            // The loop has ended, and closed it.
        }
    }

    private static void closeOnLoop(Channel channel) {
        ChannelOutboundBuffer written = channel.unsafe().outboundBuffer();
        if (written == null || written.totalPendingWriteBytes() == 0) {
            channel.close();
            return;
        }
        ChannelPromise behind = channel.newPromise();
        ScheduledFuture<?> late =
                channel.eventLoop().schedule(() -> channel.close(), LINGER.toMillis(), TimeUnit.MILLISECONDS);
        channel.closeFuture().addListener(closed -> late.cancel(false));
        // Past the pipeline, in which not everybody takes a buffer.
        channel.unsafe().write(Unpooled.EMPTY_BUFFER, behind);
        channel.unsafe().flush();
        behind.addListener(flushed -> channel.close());
    }

    /**
     * Binds when the listeners that are being closed have been; and again, when an address is in use shortly after that: of nio and
     * of io_uring the kernel lets go of it only some time after the close.
     */
    <T> Mono<T> bind(Mono<T> binding) {
        return Mono.defer(() -> allClosed(closingListeners))
                .then(binding)
                .retryWhen(Retry.fixedDelay(Long.MAX_VALUE, Duration.ofMillis(20))
                        .filter(fault -> fault instanceof ChannelBindException
                                && System.nanoTime() - lastListenerClosed < LETTING_GO.toNanos()));
    }

    /** Closes all sockets, listeners first; then there will be no more. */
    Mono<Void> closeAll() {
        return Mono.defer(() -> {
                    closing = true;
                    return closeThose(ServerChannel.class::isInstance);
                })
                .then(Mono.defer(() -> closeThose(any -> true)));
    }

    private Mono<Void> closeThose(Predicate<Channel> which) {
        Set<Channel> those = ConcurrentHashMap.newKeySet();
        channels.stream().filter(which).filter(Channel::isOpen).forEach(those::add);
        those.forEach(this::close);
        return allClosed(those);
    }

    private static Mono<Void> allClosed(Set<Channel> channels) {
        return Flux.fromIterable(Set.copyOf(channels))
                .flatMap(SocketLoops::whenClosed, Integer.MAX_VALUE)
                .then();
    }

    static Mono<Void> whenClosed(Channel channel) {
        // A future that is done tells on its loop, which may have ended.
        return Mono.defer(() -> channel.closeFuture().isDone()
                ? Mono.empty()
                : Mono.create(sink -> channel.closeFuture().addListener(closed -> sink.success())));
    }

    /** Ends the threads. */
    Mono<Void> shutdown() {
        return Mono.defer(() -> {
                    resolver.close();
                    return allClosed(lookups);
                })
                .then(Mono.create(sink ->
                        group.shutdownGracefully(0, 10, TimeUnit.SECONDS).addListener(ended -> sink.success())));
    }
}
