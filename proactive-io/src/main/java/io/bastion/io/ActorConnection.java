package io.bastion.io;

import io.bastion.actor.ActorContext;
import io.netty.buffer.ByteBuf;
import io.netty.buffer.ByteBufHolder;
import io.netty.buffer.ByteBufUtil;
import io.netty.channel.Channel;
import io.netty.channel.socket.DatagramPacket;
import io.netty.channel.socket.DuplexChannel;
import org.jspecify.annotations.Nullable;
import org.reactivestreams.Publisher;
import reactor.core.Disposable;
import reactor.core.publisher.Flux;
import reactor.core.publisher.Mono;
import reactor.netty.Connection;
import reactor.netty.FutureMono;
import reactor.netty.channel.AbortedException;

/**
 * A connection that belongs to an incarnation of an actor. What it receives, and the ends of what it sends, come on the actor's
 * scheduler.
 *
 * <p>It is read only as its actor takes what it receives: {@value #RECEIVED_AHEAD} buffers are received ahead, and what the
 * kernel has when the peer ends its output. Beyond that the peer waits.
 *
 * <p>Thread-safe. Faults are those of Reactor Netty and Netty: {@code AbortedException} when it has been closed, an {@code
 * IOException} when the peer has reset it.
 */
public final class ActorConnection {
    private static final int RECEIVED_AHEAD = 16;
    private static final int IN_FLIGHT = 64;

    private final Connection connection;
    private final Channel channel;
    private final SocketLoops loops;
    private final Home home;
    private final Flux<Object> received;

    /** Guarded by this. */
    private boolean reading;

    private boolean closed;
    private @Nullable Runnable whenOver;

    ActorConnection(Connection connection, Inlet inlet, SocketLoops loops, Home home) {
        this.connection = connection;
        this.channel = connection.channel();
        this.loops = loops;
        this.home = home;
        Disposable unread = inlet::cancel;
        Disposable.Composite deliveries = home.deliveries();
        if (deliveries != null) {
            deliveries.add(unread);
        }
        this.received = new DeliveredFlux<>(
                        inlet, RECEIVED_AHEAD, home, () -> new AbortedException("connection closed with its owner"))
                .doOnSubscribe(begun -> reading(true))
                .doFinally(end -> {
                    if (deliveries != null) {
                        deliveries.remove(unread);
                    }
                    reading(false);
                });
    }

    Channel channel() {
        return channel;
    }

    /** Reactor Netty's view of it: addresses, handlers, idle times. Its {@code inbound()} is taken: there is {@link #receive}. */
    public Connection connection() {
        return connection;
    }

    // ------------------------------------------------------------------------------------------- in

    /**
     * What the peer sends, for one subscriber, who releases it; demand reaches the socket. Ends when the peer ends its output or
     * closes the connection, after all that came before; fails when it resets it.
     */
    public Flux<ByteBuf> receive() {
        return received.map(message -> message instanceof ByteBufHolder holder ? holder.content() : (ByteBuf) message);
    }

    /** The same for a socket that takes datagrams from anybody, with their senders. */
    public Flux<DatagramPacket> receiveDatagrams() {
        return received.cast(DatagramPacket.class);
    }

    /**
     * Fills the mailbox of the actor with what is made of {@link #receive}, as its {@link Lines}; demand follows the free room. When
     * that ends the actor is drained, when it fails the actor fails with it.
     *
     * @param messages no buffers: what is in the mailbox of an actor that is killed is not released
     */
    public <M> void feed(ActorContext<M> context, Publisher<? extends M> messages) {
        Mono<M> fed = context.self()
                .feed(messages)
                .doOnSuccess(done -> context.self().drain())
                .then(Mono.never());
        context.pipeToSelf(fed, (none, fault) -> {
            throw Faults.asIs(fault);
        });
    }

    // ------------------------------------------------------------------------------------------- out

    /**
     * Sends what a publisher emits, and releases it. What has come is gathered into one write; at most {@value #IN_FLIGHT} buffers
     * are requested and not yet taken by the kernel. Two sends at a time are mixed, buffer by buffer.
     *
     * @return how many bytes, when the kernel has taken them all; fails when the connection is closed before. Cancelling it leaves
     *     what has been handed over
     */
    public Mono<Long> send(Publisher<? extends ByteBuf> source) {
        return write(source);
    }

    /** Sends a text in UTF-8. */
    public Mono<Long> send(String text) {
        return write(Mono.fromSupplier(() -> ByteBufUtil.writeUtf8(channel.alloc(), text)));
    }

    /** Sends a part of a file; see {@link AsyncFile#transferTo}. */
    public Mono<Long> send(AsyncFile file, ReadSpec spec) {
        return file.transferTo(channel, spec).publishOn(home.scheduler());
    }

    /** Sends datagrams to their recipients. */
    public Mono<Long> sendDatagrams(Publisher<DatagramPacket> source) {
        return write(source);
    }

    private Mono<Long> write(Publisher<?> source) {
        // The loop requests; what the actor's publishers do on a request belongs on its worker.
        return new ChannelWrite(channel, Flux.from(source).subscribeOn(home.scheduler()), IN_FLIGHT)
                .publishOn(home.scheduler());
    }

    /** Ends the output, so that the peer's input ends; a connection of TCP or of Unix domain sockets can still receive. */
    public Mono<Void> shutdownOutput() {
        return FutureMono.deferFuture(() -> ((DuplexChannel) channel).shutdownOutput())
                .publishOn(home.scheduler());
    }

    // ------------------------------------------------------------------------------------------- end

    /** Closes it behind what has been written to it, within a second. */
    public Mono<Void> close() {
        return Mono.<Void>fromRunnable(() -> loops.close(channel)).then(whenClosed());
    }

    /** Completes when it has been closed, by whomever. */
    public Mono<Void> whenClosed() {
        return SocketLoops.whenClosed(channel).publishOn(home.scheduler());
    }

    /** Runs an action once, when the connection has been closed and what it received is not, or no longer, being taken. */
    void whenOver(Runnable action) {
        synchronized (this) {
            whenOver = action;
        }
        SocketLoops.whenClosed(channel).subscribe(null, null, () -> {
            synchronized (this) {
                closed = true;
            }
            runIfOver();
        });
    }

    private void reading(boolean begun) {
        synchronized (this) {
            reading = begun;
        }
        runIfOver();
    }

    private void runIfOver() {
        Runnable action;
        synchronized (this) {
            if (!closed || reading || whenOver == null) {
                return;
            }
            action = whenOver;
            whenOver = null;
        }
        action.run();
    }

    @Override
    public String toString() {
        return "ActorConnection[" + channel + "]";
    }
}
