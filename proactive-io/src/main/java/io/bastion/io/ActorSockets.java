package io.bastion.io;

import io.bastion.actor.ActorContext;
import io.netty.channel.Channel;
import java.util.HashSet;
import java.util.Set;
import java.util.concurrent.atomic.AtomicBoolean;
import java.util.function.Function;
import org.reactivestreams.Publisher;
import reactor.core.Disposable;
import reactor.core.Disposables;
import reactor.core.publisher.Flux;
import reactor.core.publisher.Mono;
import reactor.core.publisher.MonoSink;
import reactor.netty.Connection;
import reactor.netty.DisposableChannel;

/**
 * The sockets of one incarnation of an actor: they are closed when it stops, fails or is killed, and all results come on the
 * actor's scheduler. From {@link Proactor#sockets}.
 *
 * <p>What has been written to one is still sent, for up to a second. A listener of the next incarnation waits until that of this one
 * has let go of its address.
 */
public final class ActorSockets {
    private final SocketLoops loops;
    private final Home home;

    /** Guarded by this. */
    private final Set<Channel> channels = new HashSet<>();

    private boolean ended;

    private ActorSockets(SocketLoops loops, Home home) {
        this.loops = loops;
        this.home = home;
    }

    static <M> ActorSockets of(SocketLoops loops, ActorContext<M> context) {
        Disposable.Composite deliveries = Disposables.composite();
        ActorSockets sockets = new ActorSockets(loops, new Home(context.scheduler(), deliveries));
        // Never emits, so never sends: the actor cancels it when the incarnation ends, however it does.
        context.pipeToSelf(Mono.never().doOnCancel(() -> sockets.end(deliveries)), (value, fault) -> {
            throw new IllegalStateException("sockets of " + context.path() + ": an end (expected: none)");
        });
        return sockets;
    }

    Home home() {
        return home;
    }

    /**
     * Opens a connection that belongs to the incarnation, as {@code connect(io.tcpClient().host(…).port(…).connect())}; the same
     * for {@code UdpClient.connect} and {@code UdpServer.bind}.
     *
     * <p>Cancelled while it is being opened, it is closed when it comes: how long that may take is up to the client's connect
     * time-out.
     */
    public Mono<ActorConnection> connect(Mono<? extends Connection> opening) {
        return Mono.<ActorConnection>create(sink -> open(
                        opening.map(connection -> new ActorConnection(connection, Inlet.of(connection), loops, home)),
                        ActorConnection::channel,
                        sink))
                .publishOn(home.scheduler());
    }

    /**
     * Opens something of Reactor Netty that belongs to the incarnation, as {@code own(io.tcpServer().port(0).bind())}, or a server of
     * HTTP. Waits for the addresses of listeners that are being closed.
     */
    public <C extends DisposableChannel> Mono<C> own(Mono<? extends C> opening) {
        return Mono.<C>create(sink -> open(loops.bind(Mono.<C>from(opening)), C::channel, sink))
                .publishOn(home.scheduler());
    }

    /** Is not cancelled: what Reactor Netty opens in the instant of a cancel, nobody would ever get. */
    private <T> void open(Publisher<? extends T> opening, Function<T, Channel> channelOf, MonoSink<T> sink) {
        AtomicBoolean cancelled = new AtomicBoolean();
        sink.onCancel(() -> cancelled.set(true));
        Flux.from(opening)
                .subscribe(
                        opened -> {
                            Channel channel = channelOf.apply(opened);
                            if (cancelled.get()) {
                                loops.close(channel);
                            } else if (add(channel)) {
                                sink.success(opened);
                            }
                        },
                        sink::error,
                        sink::success);
    }

    /** Takes a connection over; closes it when the incarnation has ended. */
    ActorConnection adopt(Connection connection, Inlet inlet) {
        ActorConnection adopted = new ActorConnection(connection, inlet, loops, home);
        add(adopted.channel());
        return adopted;
    }

    /** Whether the incarnation has not ended, and owns the channel now. */
    boolean add(Channel channel) {
        synchronized (this) {
            if (!ended) {
                channels.add(channel);
                SocketLoops.whenClosed(channel).subscribe(null, null, () -> release(channel));
                return true;
            }
        }
        loops.close(channel);
        return false;
    }

    /** Somebody else owns it now. */
    synchronized void release(Channel channel) {
        channels.remove(channel);
    }

    private void end(Disposable deliveries) {
        Set<Channel> left;
        synchronized (this) {
            ended = true;
            left = Set.copyOf(channels);
            channels.clear();
        }
        deliveries.dispose();
        left.forEach(loops::close);
    }
}
