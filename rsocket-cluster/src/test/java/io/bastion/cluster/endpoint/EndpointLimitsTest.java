package io.bastion.cluster.endpoint;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import io.bastion.actor.ActorSystem;
import io.bastion.cluster.DevelopmentCertificates;
import io.bastion.testkit.Await;
import io.netty.handler.ssl.SslContext;
import io.netty.handler.ssl.SslContextBuilder;
import io.rsocket.Payload;
import io.rsocket.RSocket;
import io.rsocket.core.RSocketServer;
import io.rsocket.exceptions.RejectedException;
import io.rsocket.exceptions.RejectedSetupException;
import io.rsocket.transport.netty.server.CloseableChannel;
import io.rsocket.transport.netty.server.TcpServerTransport;
import io.rsocket.util.ByteBufPayload;
import java.io.IOException;
import java.net.InetSocketAddress;
import java.net.Socket;
import java.net.SocketTimeoutException;
import java.nio.file.Path;
import java.time.Duration;
import java.util.ArrayList;
import java.util.List;
import java.util.Objects;
import java.util.concurrent.CancellationException;
import java.util.concurrent.CopyOnWriteArrayList;
import java.util.stream.Stream;
import org.junit.jupiter.api.AfterAll;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeAll;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.Timeout;
import org.junit.jupiter.api.io.TempDir;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;
import org.reactivestreams.Publisher;
import reactor.core.publisher.Flux;
import reactor.core.publisher.Hooks;
import reactor.core.publisher.Mono;
import reactor.test.StepVerifier;

/** What strangers may take of an endpoint, and that they need not be heard by others. */
@Timeout(60)
class EndpointLimitsTest {
    private static final String JSON = "application/json";
    private static final String TEXT = "text/plain";
    private static final Leaks LEAKS = new Leaks();

    private final Shop shop = new Shop(ActorSystem.create("limits"));
    private final List<RSocket> clients = new ArrayList<>();

    @BeforeAll
    static void followBuffers() {
        LEAKS.follow();
    }

    @AfterAll
    static void nothingHasLeaked() {
        LEAKS.assertNone();
    }

    @AfterEach
    void closeAll() {
        clients.forEach(RSocket::dispose);
        shop.close();
    }

    private InetSocketAddress bound(RSocketEndpointBuilder endpoint) {
        return Objects.requireNonNull(endpoint.build().bindTcp("localhost", 0).block(Shop.TIMEOUT));
    }

    private RSocket tcp(InetSocketAddress address, String type) {
        RSocket client = Client.tcp(address, Client.connector(type));
        clients.add(client);
        return client;
    }

    private static Mono<String> echo(RSocket client) {
        return client.requestResponse(Client.request("echo", "hello")).map(Client::text);
    }

    private static void assertEcho(RSocket client) {
        assertThat(echo(client).block(Shop.TIMEOUT)).isEqualTo("hello");
    }

    @Test
    void connection_tooMany_isRejected_untilAnotherOneEnds() {
        InetSocketAddress address = bound(shop.routes().maxConnections(2));
        RSocket first = tcp(address, TEXT);
        RSocket second = tcp(address, TEXT);
        assertEcho(first);
        assertEcho(second);

        StepVerifier.create(tcp(address, TEXT).onClose())
                .expectErrorSatisfies(e -> assertThat(e)
                        .isInstanceOf(RejectedSetupException.class)
                        .hasMessageContaining("connections: 2 (expected: fewer at a time)"))
                .verify(Shop.TIMEOUT);
        assertEcho(second);

        first.dispose();
        Await.until(
                "there is room again",
                () -> Boolean.TRUE.equals(echo(tcp(address, TEXT))
                        .map("hello"::equals)
                        .onErrorReturn(false)
                        .block(Shop.TIMEOUT)));
    }

    @Test
    void connectionsThatSayNothing_tooMany_areClosedAtOnce() throws IOException {
        InetSocketAddress address = bound(shop.routes().maxConnections(1).setupTimeout(Duration.ofMinutes(1)));
        try (Socket first = new Socket(address.getAddress(), address.getPort());
                Socket second = new Socket(address.getAddress(), address.getPort());
                Socket third = new Socket(address.getAddress(), address.getPort())) {
            Await.until(
                    "one is closed, long before the time for a SETUP is over",
                    () -> Stream.of(first, second, third).anyMatch(EndpointLimitsTest::isClosed));
            assertThat(Stream.of(first, second, third).filter(EndpointLimitsTest::isClosed))
                    .hasSize(1);
        }
        Await.until(
                "there is room again",
                () -> Boolean.TRUE.equals(echo(tcp(address, TEXT))
                        .map("hello"::equals)
                        .onErrorReturn(false)
                        .block(Shop.TIMEOUT)));
    }

    private static boolean isClosed(Socket socket) {
        try {
            socket.setSoTimeout(10);
            return socket.getInputStream().read() < 0;
        } catch (SocketTimeoutException e) {
            return false;
        } catch (IOException e) {
            return true;
        }
    }

    @Test
    void request_tooMany_isRejected_untilAnotherOneEnds() {
        RSocket client = tcp(bound(shop.routes().maxRequests(1)), JSON);
        String tea = "{\"item\":\"tea\",\"amount\":3}";
        StepVerifier.create(
                        client.requestStream(Client.request("orders.feed", "{\"from\":1,\"count\":1000}"))
                                .map(Client::text),
                        1)
                .expectNextCount(1)
                .then(() -> {
                    assertTooMany(client.requestResponse(Client.request("orders.place", tea)));
                    assertTooMany(client.requestStream(Client.request("orders.feed", "{\"from\":1,\"count\":9}")));
                    assertTooMany(client.requestChannel(places()));
                    client.fireAndForget(Client.request("orders.log", tea)).block(Shop.TIMEOUT);
                })
                .thenCancel()
                .verify(Shop.TIMEOUT);
        Await.until("the stream is over", () -> shop.cancelled.get() > 0);

        for (int i = 0; i < 50; i++) { // each is over for the endpoint before it is for the client
            assertThat(client.requestResponse(Client.request("orders.place", tea))
                            .map(Client::text)
                            .block(Shop.TIMEOUT))
                    .contains("\"price\":6");
        }
        assertThat(client.requestChannel(places())
                        .map(Client::text)
                        .collectList()
                        .block(Shop.TIMEOUT))
                .hasSize(100);
        assertThat(shop.logged).as("what came too much").isEmpty();
    }

    @Test
    void channelThatIsRefused_dropsNoError() {
        RSocket client = tcp(bound(shop.routes().maxRequests(1)), JSON);
        List<Throwable> dropped = new CopyOnWriteArrayList<>();
        Hooks.onErrorDropped(dropped::add);
        try {
            StepVerifier.create(
                            client.requestStream(Client.request("orders.feed", "{\"from\":1,\"count\":1000}"))
                                    .map(Client::text),
                            1)
                    .expectNextCount(1)
                    .then(() -> assertTooMany(client.requestChannel(places())))
                    .then(() -> assertTooMany(client.requestChannel(places()))) // so that the first one is over there
                    .thenCancel()
                    .verify(Shop.TIMEOUT);
        } finally {
            Hooks.resetOnErrorDropped();
        }
        assertThat(dropped).noneMatch(CancellationException.class::isInstance); // of others there may be more
    }

    private static void assertTooMany(Publisher<Payload> replies) {
        StepVerifier.create(Flux.from(replies).map(Client::text))
                .expectErrorSatisfies(e -> assertThat(e)
                        .isInstanceOf(RejectedException.class)
                        .hasMessageContaining("requests: 1 under way (expected: fewer at a time)"))
                .verify(Shop.TIMEOUT);
    }

    @Test
    void limits_belowOne_areRefused() {
        assertThatThrownBy(() -> shop.routes().maxConnections(0)).hasMessage("maxConnections: 0 (expected: >= 1)");
        assertThatThrownBy(() -> shop.routes().maxRequests(0)).hasMessage("maxRequests: 0 (expected: >= 1)");
    }

    @ParameterizedTest
    @ValueSource(booleans = {false, true})
    void tls_isTheServersOwn_andNobodyElseIsAnswered(boolean webSocket, @TempDir Path directory) throws IOException {
        DevelopmentCertificates.NodeFiles files =
                DevelopmentCertificates.create().node(directory, "localhost");
        SslContext own = SslContextBuilder.forServer(
                        files.certificate().toFile(), files.key().toFile())
                .build();
        SslContext trusted = SslContextBuilder.forClient()
                .trustManager(files.authority().toFile())
                .build();
        SslContext others = SslContextBuilder.forClient().build();
        RSocketEndpoint endpoint = shop.routes().build();
        Mono<InetSocketAddress> overTcp =
                endpoint.bindTcp(server -> server.host("localhost").port(0).secure(tls -> tls.sslContext(own)));
        Mono<InetSocketAddress> overWebSocket = endpoint.bindWebSocket(
                server -> server.host("localhost").port(0).secure(tls -> tls.sslContext(own)));
        Mono<InetSocketAddress> listening = webSocket ? overWebSocket : overTcp;
        int port = Objects.requireNonNull(listening.block(Shop.TIMEOUT)).getPort();

        RSocket client = Client.tls(webSocket, port, trusted, Client.connector(TEXT));
        clients.add(client);
        assertEcho(client);
        assertThatThrownBy(() -> Client.tls(webSocket, port, others, Client.connector(TEXT)))
                .hasStackTraceContaining("unable to find valid certification path");
        assertThatThrownBy(() -> echo(webSocket
                                ? Client.webSocket(new InetSocketAddress("localhost", port), Client.connector(TEXT))
                                : tcp(new InetSocketAddress("localhost", port), TEXT))
                        .block(Shop.TIMEOUT))
                .hasMessageNotContaining("Timeout");
    }

    @Test
    void demand_behindAnotherServer_isThatOfTheClient() {
        RSocketEndpoint endpoint = shop.routes().build();
        CloseableChannel server = Objects.requireNonNull(RSocketServer.create(endpoint.acceptor())
                .bind(TcpServerTransport.create("localhost", 0))
                .block(Shop.TIMEOUT));
        try {
            StepVerifier.create(
                            tcp(server.address(), JSON)
                                    .requestStream(Client.request("orders.feed", "{\"from\":1,\"count\":1000000}"))
                                    .map(Client::text),
                            3)
                    .expectNextCount(3)
                    .then(() -> assertThat(shop.requested.get()).isEqualTo(3))
                    .thenRequest(2)
                    .expectNextCount(2)
                    .then(() -> assertThat(shop.requested.get()).isEqualTo(5))
                    .thenCancel()
                    .verify(Shop.TIMEOUT);
            Await.until("it is cancelled", () -> shop.cancelled.get() > 0);
        } finally {
            server.dispose();
        }
    }

    private static Flux<Payload> places() {
        return Flux.range(0, 100)
                .map(i -> i == 0
                        ? Client.request("orders.process", "{\"item\":\"a\",\"amount\":0}")
                        : ByteBufPayload.create("{\"item\":\"a\",\"amount\":1}"));
    }
}
