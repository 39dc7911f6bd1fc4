package io.bastion.cluster.endpoint;

import io.bastion.actor.ActorSystem;
import io.rsocket.ConnectionSetupPayload;
import io.rsocket.RSocket;
import io.rsocket.SocketAcceptor;
import io.rsocket.exceptions.RejectedSetupException;
import java.net.InetSocketAddress;
import java.time.Duration;
import java.util.Set;
import java.util.concurrent.ConcurrentHashMap;
import java.util.function.UnaryOperator;
import org.jspecify.annotations.Nullable;
import reactor.core.Disposable;
import reactor.core.Disposables;
import reactor.core.publisher.Mono;
import reactor.netty.http.server.HttpServer;
import reactor.netty.tcp.TcpServer;

/**
 * Actors for RSocket clients of any kind, by route: in the standard forms of routing, MIME types, authentication and tracing, over
 * TCP and WebSocket. Thread-safe. Ends with its system, or when it is closed.
 *
 * <p>What a client gets to know of failures: {@code INVALID}, its metadata or data cannot be read; {@code REJECTED}, the request was
 * not processed, since there was no room, nobody there, or the client is not known; {@code CANCELED}, it may have been processed,
 * but the time was over or the actor has terminated; {@code APPLICATION_ERROR}, there is no such route, or its handling failed, of
 * which the log says more. An {@link io.rsocket.RSocketErrorException} of a handler is passed on as it is. A failure costs its
 * request only.
 */
public final class RSocketEndpoint implements AutoCloseable {
    /** How large what a client sends may be when nothing is said: 1 MiB. */
    public static final int DEFAULT_MAX_PAYLOAD = 1024 * 1024;

    /** How long a new connection may take to send its SETUP when nothing is said. */
    public static final Duration DEFAULT_SETUP_TIMEOUT = Duration.ofSeconds(10);

    /** How many event loops there are when nothing is said. */
    public static final int DEFAULT_THREADS = 2;

    private static final Duration CLOSE_TIMEOUT = Duration.ofSeconds(15);

    private final Routes routes;
    private final DataFormats formats;
    private final Authentication authentication;
    private final EndpointServers servers;
    private final Set<RSocket> connections = ConcurrentHashMap.newKeySet();
    private final Mono<Void> closing;
    private final Disposable.Swap systemEnd = Disposables.swap();
    private volatile boolean closed;

    RSocketEndpoint(RSocketEndpointBuilder builder) {
        routes = new Routes(builder.routes);
        formats = new DataFormats(builder.json, builder.cbor);
        authentication = new Authentication(builder.authentication);
        servers = new EndpointServers(
                "bastion-endpoint-" + builder.system.name(),
                this::acceptor,
                builder.maxPayload,
                builder.setupTimeout,
                builder.threads);
        closing = Mono.defer(this::end).cache();
        systemEnd.update(builder.system
                .whenTerminated()
                .onErrorComplete()
                .subscribe(null, null, () -> shutdown().subscribe()));
    }

    /** Begins an endpoint for the actors of a system. */
    public static RSocketEndpointBuilder builder(ActorSystem system) {
        return new RSocketEndpointBuilder(system);
    }

    /**
     * The endpoint for an RSocket server that is not its own, such as that of Spring Boot; limits of size and time are then that
     * server's, and streams do not wait while a client does not read what it has requested.
     */
    public SocketAcceptor acceptor() {
        return acceptor(null);
    }

    /** Whether there is a route of that name, for any interaction: for a server that has routes of its own besides. */
    public boolean hasRoute(String name) {
        return routes.has(name);
    }

    private SocketAcceptor acceptor(@Nullable Outlet outlet) {
        return (setup, client) -> accept(setup, client, outlet);
    }

    /**
     * Listens for TCP. Unencrypted: {@link #bindTcp(UnaryOperator)} can do more.
     *
     * @param port 0 for any
     * @return the address once it listens
     */
    public Mono<InetSocketAddress> bindTcp(String host, int port) {
        return bindTcp(server -> server.host(host).port(port));
    }

    /**
     * Listens for TCP as set up: address, TLS, options. It is on the endpoint's event loops, if not said otherwise.
     *
     * @param settings changes a server that has none
     */
    public Mono<InetSocketAddress> bindTcp(UnaryOperator<TcpServer> settings) {
        return servers.tcp(settings);
    }

    /**
     * Listens for WebSockets, at any path. Unencrypted: {@link #bindWebSocket(UnaryOperator)} can do more.
     *
     * @param port 0 for any
     * @return the address once it listens
     */
    public Mono<InetSocketAddress> bindWebSocket(String host, int port) {
        return bindWebSocket(server -> server.host(host).port(port));
    }

    /**
     * Listens for WebSockets as set up: address, TLS, options. It is on the endpoint's event loops, if not said otherwise.
     *
     * @param settings changes a server that has none
     */
    public Mono<InetSocketAddress> bindWebSocket(UnaryOperator<HttpServer> settings) {
        return servers.webSocket(settings);
    }

    private Mono<RSocket> accept(ConnectionSetupPayload setup, RSocket client, @Nullable Outlet outlet) {
        return Mono.defer(() -> {
                    if (closed) {
                        throw new RejectedSetupException("endpoint: closed (expected: an open one)");
                    }
                    String metadataType = setup.metadataMimeType();
                    String dataType = setup.dataMimeType();
                    RequestMetadata metadata =
                            RequestMetadata.of(Incoming.of(setup.retain()).metadata(), metadataType);
                    return authentication.ofConnection(metadata.credentials()).<RSocket>map(context -> {
                        add(client);
                        return new EndpointSocket(
                                routes, formats, authentication, metadataType, dataType, context, outlet);
                    });
                })
                .onErrorMap(e -> new RejectedSetupException(String.valueOf(e.getMessage())));
    }

    private void add(RSocket client) {
        connections.add(client);
        client.onClose()
                .onErrorComplete()
                .doFinally(end -> connections.remove(client))
                .subscribe();
        if (closed) {
            client.dispose();
        }
    }

    /** Ends listeners, connections with all that they have under way, and event loops; completes when they have. */
    public Mono<Void> shutdown() {
        return closing;
    }

    private Mono<Void> end() {
        closed = true;
        systemEnd.dispose();
        connections.forEach(RSocket::dispose);
        return servers.close();
    }

    /** The same, and waits for it. */
    @Override
    public void close() {
        shutdown().block(CLOSE_TIMEOUT);
    }
}
