package io.bastion.cluster.link;

import io.bastion.cluster.link.LinkRejectedException.Code;
import io.bastion.cluster.security.LinkTls;
import io.netty.channel.Channel;
import io.netty.channel.ChannelOption;
import io.netty.channel.group.ChannelGroup;
import io.netty.channel.group.DefaultChannelGroup;
import io.netty.resolver.DefaultAddressResolverGroup;
import io.netty.util.AttributeKey;
import io.netty.util.NetUtil;
import io.netty.util.concurrent.GlobalEventExecutor;
import io.rsocket.DuplexConnection;
import io.rsocket.RSocket;
import io.rsocket.RSocketErrorException;
import io.rsocket.core.RSocketConnector;
import io.rsocket.core.RSocketServer;
import io.rsocket.frame.decoder.PayloadDecoder;
import io.rsocket.transport.ClientTransport;
import java.io.IOException;
import java.net.InetAddress;
import java.net.InetSocketAddress;
import java.net.UnknownHostException;
import java.time.Duration;
import java.util.Set;
import java.util.concurrent.ConcurrentHashMap;
import java.util.concurrent.TimeoutException;
import java.util.concurrent.atomic.AtomicReference;
import java.util.function.Consumer;
import java.util.function.Function;
import org.jspecify.annotations.Nullable;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;
import reactor.core.Exceptions;
import reactor.core.publisher.Mono;
import reactor.core.publisher.Sinks;
import reactor.core.scheduler.Schedulers;
import reactor.netty.Connection;
import reactor.netty.DisposableServer;
import reactor.netty.tcp.TcpClient;
import reactor.netty.tcp.TcpServer;

/** Links over RSocket over TCP, on event loops of its own. */
public final class RSocketTransport implements LinkTransport {
    /*
     * RSocket's own keep-alive goes by the wall clock, so it is put off to where it does nothing; the links have their own. Resumption
     * and leases are not used.
     *
     * Each connection has an acceptor of its own, which so knows the connection, and by it the certificate of the other end.
     */
    private static final Duration NEVER = Duration.ofDays(20);

    private static final Logger log = LoggerFactory.getLogger(RSocketTransport.class);

    /** Reactor's name for who hears of an error that nobody takes, in a context. */
    private static final String ON_ERROR_DROPPED = "reactor.onErrorDropped.local";

    private static final AttributeKey<@Nullable InetAddress> ADMITTED = AttributeKey.valueOf("bastion.admitted");

    private final RSocketSettings settings;
    private final LinkCredentials credentials;
    private final LinkLoops loops;
    private final ChannelGroup channels = new DefaultChannelGroup(GlobalEventExecutor.INSTANCE);
    private final Set<RSocketLink> halfOpen = ConcurrentHashMap.newKeySet();
    private final Admission admission;
    private final Set<RSocketLink> links = ConcurrentHashMap.newKeySet();
    private final Sinks.Empty<Void> closing = Sinks.empty();
    private volatile @Nullable DisposableServer server;
    private volatile Function<Hello, Verdict> verdict =
            hello -> new Verdict.Rejected(Code.UNAVAILABLE, "not listening");
    private volatile LinkListener listener = new LinkListener() {};
    private volatile boolean closed;

    /**
     * A transport that does not listen yet. It has threads already: whoever makes it closes it.
     *
     * @throws IllegalArgumentException if plain TCP would leave this machine and that is not allowed
     */
    public RSocketTransport(RSocketSettings settings) {
        this.settings = settings;
        if (isPlainRefused(settings.host())) {
            throw new IllegalArgumentException(
                    "host: " + settings.host() + " (expected: a loopback address, TLS, or plain TCP that was allowed)");
        }
        this.credentials = new LinkCredentials(settings.security());
        this.admission = new Admission(settings.maxHalfOpen(), settings.maxHalfOpenPerAddress(), System::nanoTime);
        this.loops = new LinkLoops(settings.threads());
    }

    private boolean isPlainRefused(String host) {
        return !settings.security().plainAllowed() && settings.security().tls() == null && !isLoopback(host);
    }

    /** A name is not looked up: it may mean another address tomorrow. */
    private static boolean isLoopback(String host) {
        byte[] address = NetUtil.createByteArrayFromIpAddressString(host);
        try {
            return address == null
                    ? host.equals("localhost")
                    : InetAddress.getByAddress(address).isLoopbackAddress();
        } catch (UnknownHostException e) {
            return false;
        }
    }

    // ------------------------------------------------------------------------------------------- for the links

    RSocketSettings settings() {
        return settings;
    }

    LinkCredentials credentials() {
        return credentials;
    }

    LinkListener listener() {
        return listener;
    }

    Verdict verdict(Hello hello) {
        return closed ? new Verdict.Rejected(Code.UNAVAILABLE, "closed") : verdict.apply(hello);
    }

    void up(RSocketLink link, Channel channel) {
        leave(channel);
        halfOpen.remove(link);
        links.add(link);
        if (closed) {
            link.close("closed");
        }
    }

    void ended(RSocketLink link) {
        halfOpen.remove(link);
        links.remove(link);
    }

    // ------------------------------------------------------------------------------------------- listening

    @Override
    public Mono<Integer> bind(Function<Hello, Verdict> verdict, LinkListener listener) {
        return Mono.defer(() -> {
            this.verdict = verdict;
            this.listener = listener;
            return server().bind().map(bound -> {
                server = bound;
                if (closed) {
                    bound.dispose();
                }
                return ((InetSocketAddress) bound.address()).getPort();
            });
        });
    }

    private TcpServer server() {
        TcpServer plain = TcpServer.create()
                .runOn(loops)
                .host(settings.host())
                .port(settings.port())
                .childOption(ChannelOption.TCP_NODELAY, true)
                .doOnChannelInit((observer, channel, remote) -> admit(channel))
                .doOnConnection(this::accepted);
        LinkTls tls = settings.security().tls();
        return tls == null
                ? plain
                : plain.secure(spec -> spec.sslContext(tls.acceptor()).handshakeTimeout(settings.handshakeTimeout()));
    }

    /** Before a handshake of TLS begins, too. */
    private void admit(Channel channel) {
        channels.add(channel);
        InetAddress from = Admission.of(channel.remoteAddress());
        if (closed || !admission.enter(from)) {
            channel.close();
            return;
        }
        channel.attr(ADMITTED).set(from);
        channel.closeFuture().addListener(end -> leave(channel));
    }

    private void leave(Channel channel) {
        InetAddress from = channel.attr(ADMITTED).getAndSet(null);
        if (from != null) {
            admission.leave(from);
        }
    }

    private void accepted(Connection connection) {
        if (closed || !connection.channel().isActive()) {
            connection.dispose();
            return;
        }
        RSocketLink link = new RSocketLink(this, connection, false);
        halfOpen.add(link);
        RSocketServer.create(link::setup)
                .payloadDecoder(PayloadDecoder.ZERO_COPY)
                .maxInboundPayloadSize(maxPayload())
                .fragment(settings.maxFrame())
                .maxTimeToFirstFrame(settings.handshakeTimeout())
                .asConnectionAcceptor(settings.maxFrame())
                .apply(new LinkConnection(connection, settings.maxFrame(), false))
                .onErrorComplete()
                .then(Mono.<Void>never())
                .subscribe(connection.disposeSubscriber());
    }

    /** A batch with what RSocket puts around it. */
    private int maxPayload() {
        return settings.maxBatch() + 64;
    }

    // ------------------------------------------------------------------------------------------- dialling

    @Override
    public Mono<Link> connect(String address, Hello hello) {
        return Mono.defer(() -> {
                    int colon = address.lastIndexOf(':');
                    String host = address.substring(0, Math.max(colon, 0));
                    if (closed) {
                        return Mono.error(new IOException("closed"));
                    }
                    if (isPlainRefused(host)) {
                        return Mono.error(new IOException("plain TCP to " + address + " is not allowed"));
                    }
                    return dial(
                            InetSocketAddress.createUnresolved(host, Integer.parseInt(address.substring(colon + 1))),
                            hello);
                })
                .onErrorMap(e -> failure(address, e));
    }

    private Mono<Link> dial(InetSocketAddress address, Hello hello) {
        AtomicReference<@Nullable RSocketLink> dialled = new AtomicReference<>();
        Introduction self = Introduction.of(hello, credentials);
        Mono<Link> dial = resolved(address)
                .flatMap(resolved -> connector(self, dialled)
                        .connect(new Dialler(resolved, dialled))
                        .flatMap(socket -> link(dialled).ask(socket, self)));
        return untilGivenUp(dial).doOnError(e -> abandon(dialled)).doOnCancel(() -> abandon(dialled));
    }

    /**
     * A dial, until its time is over, or this transport, or nobody wants it. That its connection is closed just then, on another thread,
     * is no error that was dropped.
     */
    <T> Mono<T> untilGivenUp(Mono<T> dial) {
        return Mono.firstWithSignal(
                        dial.timeout(settings.handshakeTimeout()),
                        closing.asMono().then(Mono.error(new IOException("closed"))))
                .contextWrite(
                        context -> context.put(ON_ERROR_DROPPED, (Consumer<Throwable>) RSocketTransport::failedLater));
    }

    private static void failedLater(Throwable error) {
        log.debug("a dial that was given up has failed", error);
    }

    private static RSocketLink link(AtomicReference<@Nullable RSocketLink> dialled) {
        RSocketLink link = dialled.get();
        if (link == null) {
            throw new IllegalStateException("not connected");
        }
        return link;
    }

    private static void abandon(AtomicReference<@Nullable RSocketLink> dialled) {
        RSocketLink link = dialled.get();
        if (link != null) {
            link.close("given up");
        }
    }

    /** Not on an event loop: the resolver of the JDK may block. */
    private static Mono<InetSocketAddress> resolved(InetSocketAddress address) {
        Mono<InetSocketAddress> resolved =
                Mono.fromSupplier(() -> new InetSocketAddress(address.getHostString(), address.getPort()));
        boolean literal = NetUtil.createByteArrayFromIpAddressString(address.getHostString()) != null;
        return literal ? resolved : resolved.subscribeOn(Schedulers.boundedElastic());
    }

    private RSocketConnector connector(Introduction self, AtomicReference<@Nullable RSocketLink> dialled) {
        return RSocketConnector.create()
                .payloadDecoder(PayloadDecoder.ZERO_COPY)
                .maxInboundPayloadSize(maxPayload())
                .fragment(settings.maxFrame())
                .keepAlive(NEVER, NEVER)
                .metadataMimeType(Introduction.MIME_TYPE)
                .setupPayload(Mono.fromSupplier(self::setup))
                .acceptor((setup, socket) -> Mono.<RSocket>just(link(dialled).responder()));
    }

    private final class Dialler implements ClientTransport {
        private final InetSocketAddress address;
        private final AtomicReference<@Nullable RSocketLink> dialled;

        Dialler(InetSocketAddress address, AtomicReference<@Nullable RSocketLink> dialled) {
            this.address = address;
            this.dialled = dialled;
        }

        @Override
        public int maxFrameLength() {
            return settings.maxFrame();
        }

        @Override
        public Mono<DuplexConnection> connect() {
            return client().connect().map(connection -> {
                channels.add(connection.channel());
                dialled.set(new RSocketLink(RSocketTransport.this, connection, true));
                return new LinkConnection(connection, settings.maxFrame(), true);
            });
        }

        private TcpClient client() {
            TcpClient plain = TcpClient.newConnection()
                    .runOn(loops)
                    .resolver(DefaultAddressResolverGroup.INSTANCE)
                    .remoteAddress(() -> address)
                    .option(ChannelOption.TCP_NODELAY, true)
                    .option(ChannelOption.CONNECT_TIMEOUT_MILLIS, (int)
                            settings.handshakeTimeout().toMillis());
            LinkTls tls = settings.security().tls();
            return tls == null
                    ? plain
                    : plain.secure(
                            spec -> spec.sslContext(tls.dialler()).handshakeTimeout(settings.handshakeTimeout()));
        }
    }

    private static IOException failure(String address, Throwable error) {
        Throwable cause = Exceptions.unwrap(error);
        String message = String.valueOf(cause.getMessage());
        for (Code code : Code.values()) {
            if (cause instanceof RSocketErrorException && message.startsWith(code + ": ")) {
                return new LinkRejectedException(
                        code, message.substring(code.name().length() + 2));
            }
        }
        if (cause instanceof TimeoutException) {
            return new IOException("dial of " + address + " timed out", cause);
        }
        return cause instanceof IOException e ? e : new IOException("dial of " + address + " failed: " + cause, cause);
    }

    // ------------------------------------------------------------------------------------------- end

    @Override
    public Mono<Void> close(String reason) {
        return Mono.defer(() -> {
            closed = true;
            closing.tryEmitEmpty();
            DisposableServer listening = server;
            if (listening != null) {
                listening.dispose();
            }
            links.forEach(link -> link.close(reason));
            halfOpen.forEach(link -> link.close(reason));
            Mono<Void> noListener = listening == null ? Mono.empty() : listening.onDispose();
            Mono<Void> noConnections =
                    Mono.create(sink -> channels.newCloseFuture().addListener(done -> sink.success()));
            return noListener.then(noConnections).then(loops.end());
        });
    }
}
