package io.bastion.cluster.endpoint;

import io.netty.channel.Channel;
import io.netty.channel.ChannelHandler.Sharable;
import io.netty.channel.ChannelHandlerContext;
import io.netty.channel.ChannelInboundHandlerAdapter;
import io.netty.channel.ChannelOption;
import io.netty.channel.group.ChannelGroup;
import io.netty.channel.group.DefaultChannelGroup;
import io.netty.handler.codec.http.websocketx.PongWebSocketFrame;
import io.netty.util.concurrent.GlobalEventExecutor;
import io.rsocket.DuplexConnection;
import io.rsocket.SocketAcceptor;
import io.rsocket.core.RSocketServer;
import io.rsocket.frame.decoder.PayloadDecoder;
import io.rsocket.transport.netty.RSocketLengthCodec;
import io.rsocket.transport.netty.TcpDuplexConnection;
import io.rsocket.transport.netty.WebsocketDuplexConnection;
import java.net.InetSocketAddress;
import java.time.Duration;
import java.util.Queue;
import java.util.concurrent.ConcurrentLinkedQueue;
import java.util.function.Function;
import java.util.function.UnaryOperator;
import org.reactivestreams.Publisher;
import reactor.core.publisher.Flux;
import reactor.core.publisher.Mono;
import reactor.netty.Connection;
import reactor.netty.DisposableServer;
import reactor.netty.http.server.HttpServer;
import reactor.netty.http.server.WebsocketServerSpec;
import reactor.netty.http.websocket.WebsocketInbound;
import reactor.netty.http.websocket.WebsocketOutbound;
import reactor.netty.resources.LoopResources;
import reactor.netty.tcp.TcpServer;

/** The listeners of an endpoint, with event loops of their own. */
final class EndpointServers {
    private static final Duration CLOSE_TIMEOUT = Duration.ofSeconds(5);

    private final int maxPayload;
    private final Duration setupTimeout;
    private final Limit sockets;
    private final Function<Outlet, SocketAcceptor> acceptor;
    private final LoopResources loops;
    private final Queue<DisposableServer> servers = new ConcurrentLinkedQueue<>();
    private volatile boolean closed;
    private final ChannelGroup channels = new DefaultChannelGroup(GlobalEventExecutor.INSTANCE, true);

    EndpointServers(
            String name,
            Function<Outlet, SocketAcceptor> acceptor,
            int maxPayload,
            Duration setupTimeout,
            int maxSockets,
            int threads) {
        this.maxPayload = maxPayload;
        this.loops = LoopResources.create(name, threads, true);
        this.acceptor = acceptor;
        this.setupTimeout = setupTimeout;
        sockets = new Limit(maxSockets);
    }

    /** Each connection has one of its own, which so knows whether the connection takes more. */
    private Mono<Void> accept(Connection connection, DuplexConnection frames) {
        Outlet outlet = new Outlet(connection.channel());
        connection.addHandlerLast(outlet);
        return RSocketServer.create(acceptor.apply(outlet))
                .payloadDecoder(PayloadDecoder.ZERO_COPY)
                .maxInboundPayloadSize(maxPayload)
                .fragment(maxPayload)
                .maxTimeToFirstFrame(setupTimeout)
                .asConnectionAcceptor(maxPayload)
                .apply(frames)
                .onErrorComplete();
    }

    Mono<InetSocketAddress> tcp(UnaryOperator<TcpServer> settings) {
        return Mono.defer(() -> settings.apply(TcpServer.create().runOn(loops))
                        .channelGroup(channels)
                        .childOption(ChannelOption.TCP_NODELAY, true)
                        .doOnChannelInit((observer, channel, remote) -> count(channel))
                        .doOnConnection(this::accept)
                        .bind())
                .map(this::listening);
    }

    private void accept(Connection connection) {
        connection.addHandlerLast(new RSocketLengthCodec(maxPayload));
        accept(connection, new TcpDuplexConnection(connection))
                .then(Mono.<Void>never())
                .subscribe(connection.disposeSubscriber());
    }

    /** A bound for those that say nothing; who sends a SETUP is told. */
    @SuppressWarnings("FutureReturnValueIgnored")
    private void count(Channel channel) {
        sockets.enter()
                .ifPresentOrElse(place -> channel.closeFuture().addListener(closed -> place.dispose()), channel::close);
    }

    Mono<InetSocketAddress> webSocket(UnaryOperator<HttpServer> settings) {
        WebsocketServerSpec spec =
                WebsocketServerSpec.builder().maxFramePayloadLength(maxPayload).build();
        return Mono.defer(() -> settings.apply(HttpServer.create().runOn(loops))
                        .channelGroup(channels)
                        .doOnChannelInit((observer, channel, remote) -> count(channel))
                        .doOnConnection(connection -> connection.addHandlerLast(PongHandler.INSTANCE))
                        .handle((request, response) -> response.sendWebsocket(this::accept, spec))
                        .bind())
                .map(this::listening);
    }

    private Publisher<Void> accept(WebsocketInbound in, WebsocketOutbound out) {
        Connection connection = (Connection) in;
        return accept(connection, new WebsocketDuplexConnection(connection)).then(out.neverComplete());
    }

    private InetSocketAddress listening(DisposableServer server) {
        servers.add(server);
        if (closed) {
            server.dispose();
        }
        return (InetSocketAddress) server.address();
    }

    /** Listeners and connections; the group closes at once what joins it later. */
    Mono<Void> close() {
        return Mono.defer(() -> {
            closed = true;
            servers.forEach(DisposableServer::dispose);
            Mono<Void> unbound = Flux.fromIterable(servers)
                    .flatMap(DisposableServer::onDispose)
                    .then();
            Mono<Void> disconnected = Mono.create(sink -> channels.close().addListener(ended -> sink.success()));
            return unbound.then(disconnected).then(loops.disposeLater(Duration.ZERO, CLOSE_TIMEOUT));
        });
    }

    /** The answers to pings that the server did not send are no frames of RSocket. */
    @Sharable
    private static final class PongHandler extends ChannelInboundHandlerAdapter {
        static final PongHandler INSTANCE = new PongHandler();

        @Override
        public void channelRead(ChannelHandlerContext context, Object message) {
            if (message instanceof PongWebSocketFrame pong) {
                pong.release();
                context.read();
            } else {
                context.fireChannelRead(message);
            }
        }
    }
}
