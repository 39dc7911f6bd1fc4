package io.bastion.observability.observer;

import io.bastion.actor.ActorSystem;
import io.netty.buffer.Unpooled;
import java.net.InetAddress;
import java.net.InetSocketAddress;
import java.time.Duration;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;
import reactor.core.publisher.Mono;
import reactor.netty.DisposableServer;
import reactor.netty.http.server.HttpServer;
import reactor.netty.http.server.HttpServerResponse;

/** The page on a port of its own. Thread-safe. */
public final class Observer {
    private static final Logger LOG = LoggerFactory.getLogger(Observer.class);
    private static final Duration IDLE = Duration.ofSeconds(60);

    private final DisposableServer server;
    private final ObserverHandler handler;
    private final String basePath;

    private Observer(DisposableServer server, ObserverHandler handler, String basePath) {
        this.server = server;
        this.handler = handler;
        this.basePath = basePath;
    }

    /** Serves the page with {@link ObserverSettings#defaults()}. */
    public static Mono<Observer> start(ActorSystem system) {
        return start(system, ObserverSettings.defaults());
    }

    /**
     * Serves the page until it is stopped or the system has terminated.
     *
     * @return starts a server for each subscription; fails if it cannot listen
     * @throws IllegalArgumentException if the page could be seen from elsewhere, and nobody says who may
     */
    public static Mono<Observer> start(ActorSystem system, ObserverSettings settings) {
        InetAddress address = settings.address();
        if (!address.isLoopbackAddress() && settings.authenticator().isEmpty()) {
            throw new IllegalArgumentException(
                    "address: " + address.getHostAddress() + " (expected: loopback, or an authenticator)");
        }
        return Mono.defer(() -> {
            ObserverHandler handler = ObserverHandler.of(system, settings);
            return HttpServer.create()
                    .bindAddress(() -> new InetSocketAddress(address, settings.port()))
                    .idleTimeout(IDLE)
                    .httpRequestDecoder(limits -> limits.maxInitialLineLength(32_768))
                    .handle((request, response) -> handler.handle(NettyRequest.of(request))
                            .flatMap(answer -> send(answer, response)))
                    .bind()
                    .map(server -> new Observer(server, handler, settings.basePath()))
                    .doOnError(e -> handler.dispose())
                    .doOnNext(observer -> {
                        LOG.info("observer of {} at {}", system.name(), observer.url());
                        system.whenTerminated()
                                .onErrorComplete()
                                .then(observer.stop())
                                .subscribe();
                    });
        });
    }

    private static Mono<Void> send(ObserverResponse answer, HttpServerResponse response) {
        response.status(answer.status());
        answer.headers().forEach(response::header);
        if (!answer.streaming()) {
            return response.sendByteArray(answer.body().singleOrEmpty()).then();
        }
        return response.send(answer.body().map(Unpooled::wrappedBuffer), part -> true)
                .then();
    }

    /** Where it listens. */
    public InetSocketAddress address() {
        return (InetSocketAddress) server.address();
    }

    /** What to give to a browser on this machine. */
    public String url() {
        InetAddress address = address().getAddress();
        String host = address.isAnyLocalAddress() || address.isLoopbackAddress()
                ? "localhost"
                : address.getHostAddress();
        return "http://" + (host.indexOf(':') < 0 ? host : "[" + host + "]") + ":" + server.port() + basePath + "/";
    }

    /**
     * Ends the page.
     *
     * @return acts when it is subscribed to; completes when the port is free
     */
    public Mono<Void> stop() {
        return Mono.defer(() -> {
            handler.dispose();
            server.dispose();
            return server.onDispose();
        });
    }
}
