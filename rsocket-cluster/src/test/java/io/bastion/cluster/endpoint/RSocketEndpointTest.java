package io.bastion.cluster.endpoint;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import io.bastion.actor.ActorSpec;
import io.bastion.actor.ActorSystem;
import io.bastion.actor.Behavior;
import io.bastion.actor.DeadLetter;
import io.bastion.actor.TellResult;
import io.bastion.testkit.Await;
import io.netty.buffer.ByteBufAllocator;
import io.netty.buffer.CompositeByteBuf;
import io.netty.buffer.Unpooled;
import io.rsocket.Payload;
import io.rsocket.RSocket;
import io.rsocket.RSocketErrorException;
import io.rsocket.core.RSocketConnector;
import io.rsocket.core.RSocketServer;
import io.rsocket.exceptions.ApplicationErrorException;
import io.rsocket.exceptions.CanceledException;
import io.rsocket.exceptions.InvalidException;
import io.rsocket.exceptions.RejectedException;
import io.rsocket.exceptions.RejectedSetupException;
import io.rsocket.metadata.TaggingMetadataCodec;
import io.rsocket.metadata.TracingMetadataCodec;
import io.rsocket.metadata.WellKnownMimeType;
import io.rsocket.transport.netty.server.CloseableChannel;
import io.rsocket.transport.netty.server.TcpServerTransport;
import io.rsocket.util.ByteBufPayload;
import java.net.InetSocketAddress;
import java.util.ArrayList;
import java.util.List;
import java.util.Objects;
import java.util.Queue;
import java.util.concurrent.ConcurrentLinkedQueue;
import java.util.concurrent.CountDownLatch;
import java.util.concurrent.atomic.AtomicInteger;
import org.junit.jupiter.api.AfterAll;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeAll;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.Timeout;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.EnumSource;
import org.junit.jupiter.params.provider.ValueSource;
import reactor.core.publisher.BaseSubscriber;
import reactor.core.publisher.Flux;
import reactor.core.publisher.Mono;
import reactor.test.StepVerifier;

/** Endpoints and clients by rsocket-java, with every buffer followed. */
@Timeout(60)
class RSocketEndpointTest {
    private static final String JSON = "application/json";
    private static final Leaks LEAKS = new Leaks();

    private final Shop shop = new Shop(ActorSystem.create("shop"));
    private final Queue<DeadLetter> deadLetters = new ConcurrentLinkedQueue<>();
    private final List<RSocket> clients = new ArrayList<>();

    enum Transport {
        TCP,
        WEB_SOCKET
    }

    @BeforeAll
    static void followBuffers() {
        LEAKS.follow();
    }

    @AfterAll
    static void nothingHasLeaked() {
        LEAKS.assertNone();
    }

    @BeforeEach
    void seeDeadLetters() {
        shop.system.deadLetters().subscribe(deadLetters::add);
    }

    @AfterEach
    void closeAll() {
        clients.forEach(RSocket::dispose);
        shop.close();
    }

    private RSocket client(RSocketEndpoint endpoint, Transport transport, RSocketConnector connector) {
        RSocket client = transport == Transport.TCP
                ? Client.tcp(
                        Objects.requireNonNull(endpoint.bindTcp("localhost", 0).block()), connector)
                : Client.webSocket(
                        Objects.requireNonNull(
                                endpoint.bindWebSocket("localhost", 0).block()),
                        connector);
        clients.add(client);
        return client;
    }

    private RSocket client(RSocketEndpointBuilder routes) {
        return client(routes.build(), Transport.TCP, Client.connector(JSON));
    }

    private static String ask(RSocket client, Payload request) {
        return Objects.requireNonNull(
                client.requestResponse(request).map(Client::text).block(Shop.TIMEOUT));
    }

    @ParameterizedTest
    @EnumSource
    void eachInteraction_reachesItsActor(Transport transport) {
        RSocket client = client(shop.routes().build(), transport, Client.connector(JSON));

        assertThat(ask(client, Client.request("orders.place", "{\"item\":\"tea\",\"amount\":3}")))
                .contains("\"item\":\"tea\"", "\"price\":6");

        client.fireAndForget(Client.request("orders.log", "{\"item\":\"tea\",\"amount\":3}"))
                .block(Shop.TIMEOUT);
        Await.until("the log", () -> shop.logged.contains(new Shop.Place("tea", 3)));

        assertThat(client.requestStream(Client.request("orders.flow", "{\"from\":1,\"count\":1000}"))
                        .map(Client::text)
                        .map(Integer::valueOf)
                        .collectList()
                        .block(Shop.TIMEOUT))
                .isEqualTo(Flux.range(1, 1000).collectList().block());

        Flux<Payload> places = Flux.range(0, 1000)
                .map(i -> i == 0
                        ? Client.request("orders.process", "{\"item\":\"a\",\"amount\":0}")
                        : ByteBufPayload.create("{\"item\":\"a\",\"amount\":" + i + "}"));
        assertThat(client.requestChannel(places).map(Client::text).collectList().block(Shop.TIMEOUT))
                .hasSize(1000)
                .last()
                .asString()
                .contains("\"price\":1998");
    }

    @Test
    void demandOfTheClient_reachesTheFlowOfTheActor_andSoDoesItsCancellation() {
        RSocket client = client(shop.routes());
        Queue<String> got = new ConcurrentLinkedQueue<>();
        BaseSubscriber<String> subscriber = new BaseSubscriber<>() {
            @Override
            protected void hookOnSubscribe(org.reactivestreams.Subscription subscription) {
                subscription.request(3);
            }

            @Override
            protected void hookOnNext(String value) {
                got.add(value);
            }
        };
        client.requestStream(Client.request("orders.flow", "{\"from\":1,\"count\":1000000}"))
                .map(Client::text)
                .subscribe(subscriber);
        Await.until("three", () -> got.size() == 3);
        subscriber.request(2);
        Await.until("five", () -> got.size() == 5);
        assertThat(shop.requested.get()).isLessThan(1_000);

        subscriber.cancel();
        Await.until("the flow is cancelled", () -> shop.cancelled.get() > 0);
        assertThat(got).containsExactly("1", "2", "3", "4", "5");
    }

    @Test
    void demandOfAChannel_followsTheMailboxOfItsActor() {
        RSocket client = client(shop.routes());
        AtomicInteger sent = new AtomicInteger();
        Flux<Payload> places = Flux.range(0, 10_000).map(i -> {
            sent.incrementAndGet();
            return i == 0
                    ? Client.request("orders.process", "{\"item\":\"a\",\"amount\":0}")
                    : ByteBufPayload.create("{\"item\":\"a\",\"amount\":" + i + "}");
        });
        StepVerifier.create(client.requestChannel(places).map(Client::text), 4)
                .expectNextCount(4)
                .then(() -> Await.until("some wait", () -> sent.get() >= 8))
                .then(() -> assertThat(sent.get()).isLessThan(600))
                .thenRequest(1_000)
                .expectNextCount(1_000)
                .thenCancel()
                .verify(Shop.TIMEOUT);
        Await.until("the input is cancelled", () -> shop.cancelled.get() > 0);
        assertThat(sent.get()).isLessThan(2_000);
    }

    private static <E extends RSocketErrorException> void assertFails(
            RSocket client, Payload request, Class<E> type, String message) {
        assertThatThrownBy(() -> ask(client, request))
                .isInstanceOf(type)
                .hasMessageContaining(message)
                .hasMessageNotContaining("bastion://")
                .hasMessageNotContaining("secret");
        assertThat(ask(client, Client.request("orders.place", "{\"item\":\"b\",\"amount\":1}")))
                .contains("\"price\":2");
    }

    @Test
    void eachFailure_hasItsCode_andCostsItsRequestOnly() {
        RSocket client = client(shop.routes());
        String tea = "{\"item\":\"tea\",\"amount\":1}";
        assertFails(client, Client.request("nowhere", tea), ApplicationErrorException.class, "route: \"nowhere\"");
        assertFails(client, Client.request("orders.feed", tea), ApplicationErrorException.class, "request-response");
        assertFails(client, ByteBufPayload.create(tea), ApplicationErrorException.class, "route: none");
        assertFails(
                client, Client.request("orders.place", "{\"item\":"), InvalidException.class, "data: cannot be read");
        assertFails(client, Client.request("orders.place", "null"), InvalidException.class, "data: cannot be read");
        assertFails(
                client,
                Client.request(Unpooled.wrappedBuffer(new byte[] {3, 2, 1}), tea),
                InvalidException.class,
                "metadata");
        assertFails(
                client,
                Client.request("orders.place", "{\"item\":\"a\",\"amount\":-1}"),
                ApplicationErrorException.class,
                "failed");
        assertFails(client, Client.request("orders.group", tea), RejectedException.class, "unavailable");

        // in work, in the mailbox, and one too many
        Mono<String> first =
                client.requestResponse(Client.request("orders.mute", tea)).map(Client::text);
        StepVerifier.create(first).expectError(CanceledException.class).verify(Shop.TIMEOUT);
        Await.until("it is in work", () -> shop.unanswered.get() == 1);
        assertThat(shop.mute.tell(new Shop.Order(
                        new Shop.Place("", 1),
                        shop.system.spawn(
                                ActorSpec.<Shop.Receipt>of("nobody-else", context -> Behavior.receive((c, m) -> {}))))))
                .isEqualTo(TellResult.ACCEPTED);
        assertFails(client, Client.request("orders.mute", tea), RejectedException.class, "overloaded");

        shop.mute.kill();
        shop.mute.whenTerminated().block(Shop.TIMEOUT);
        assertFails(client, Client.request("orders.mute", tea), CanceledException.class, "unavailable");
    }

    @Test
    void elementThatCannotBeRead_failsItsChannel() {
        RSocket client = client(shop.routes().requestChannel("same", Shop.Place.class, Shop.Place.class, in -> in));
        Flux<Payload> places = Flux.just(
                Client.request("same", "{\"item\":\"a\",\"amount\":0}"), ByteBufPayload.create("{\"item\":3"));
        StepVerifier.create(client.requestChannel(places).map(Client::text))
                .expectNextCount(1)
                .expectError(InvalidException.class)
                .verify(Shop.TIMEOUT);
        assertFails(client, Client.request("nowhere", ""), ApplicationErrorException.class, "route");
    }

    @Test
    void whatIsSentToADeadOrFullActor_isADeadLetter() {
        RSocket client = client(shop.routes());
        shop.log.kill();
        shop.log.whenTerminated().block(Shop.TIMEOUT);
        client.fireAndForget(Client.request("orders.log", "{\"item\":\"tea\",\"amount\":3}"))
                .block(Shop.TIMEOUT);
        Await.until(
                "a dead letter",
                () -> deadLetters.stream().anyMatch(letter -> letter.message().equals(new Shop.Place("tea", 3))));
    }

    @Test
    void mimeTypes_areThoseOfTheSetup_orOfTheRequest() {
        RSocket client = client(shop.routes());
        assertThat(ask(client, Client.request("echo", "\"ä\""))).isEqualTo("\"ä\"");
        CompositeByteBuf text = Client.with(
                Client.metadata("echo"), WellKnownMimeType.MESSAGE_RSOCKET_MIMETYPE, Client.mimeType("text/plain"));
        assertThat(ask(client, Client.request(text, "ä"))).isEqualTo("ä");

        CompositeByteBuf textToJson = Client.with(
                Client.metadata("echo"), WellKnownMimeType.MESSAGE_RSOCKET_MIMETYPE, Client.mimeType("text/plain"));
        Client.with(
                textToJson,
                WellKnownMimeType.MESSAGE_RSOCKET_ACCEPT_MIMETYPES,
                Client.acceptTypes("application/x-other", "application/json"));
        assertThat(ask(client, Client.request(textToJson, "ä"))).isEqualTo("\"ä\"");

        CompositeByteBuf other = Client.with(
                Client.metadata("echo"), WellKnownMimeType.MESSAGE_RSOCKET_MIMETYPE, Client.mimeType("application/x"));
        assertFails(client, Client.request(other, "a"), InvalidException.class, "application/x");
        assertThat(ask(client, Client.request("bytes", "{not json"))).isEqualTo("{not json");
    }

    @Test
    void manyTagsOfCbor_areRefused() {
        RSocket client = client(shop.routes().build(), Transport.TCP, Client.connector("application/cbor"));
        byte[] tags = new byte[500_000];
        java.util.Arrays.fill(tags, (byte) 0xC1);
        assertThatThrownBy(() -> client.requestResponse(
                                ByteBufPayload.create(Unpooled.wrappedBuffer(tags), Client.metadata("orders.place")))
                        .block(Shop.TIMEOUT))
                .isInstanceOf(InvalidException.class);
    }

    @Test
    void routeAlone_mayBeTheMetadata() {
        RSocket client = client(
                shop.routes().build(),
                Transport.TCP,
                Client.connector("text/plain").metadataMimeType(WellKnownMimeType.MESSAGE_RSOCKET_ROUTING.getString()));
        assertThat(ask(
                        client,
                        Client.request(
                                TaggingMetadataCodec.createTaggingContent(ByteBufAllocator.DEFAULT, List.of("echo")),
                                "hello")))
                .isEqualTo("hello");
    }

    @ParameterizedTest
    @ValueSource(booleans = {true, false})
    void trace_isSeenByTheActor(boolean zipkin) {
        RSocket client = client(shop.routes());
        CompositeByteBuf metadata = Client.metadata("orders.log");
        if (zipkin) {
            Client.with(
                    metadata,
                    WellKnownMimeType.MESSAGE_RSOCKET_TRACING_ZIPKIN,
                    TracingMetadataCodec.encode128(
                            ByteBufAllocator.DEFAULT, 1, 2, 3, 4, TracingMetadataCodec.Flags.SAMPLE));
        } else {
            Client.with(metadata, "traceparent", "00-00000000000000010000000000000002-0000000000000003-01");
        }
        client.fireAndForget(Client.request(metadata, "{\"item\":\"tea\",\"amount\":3}"))
                .block(Shop.TIMEOUT);
        Await.until("the log", () -> !shop.contexts.isEmpty());
        assertThat(shop.contexts.element().<String>get("traceparent"))
                .isEqualTo("00-00000000000000010000000000000002-0000000000000003-01");
        if (zipkin) {
            assertThat(shop.contexts.element().<String>get("b3"))
                    .isEqualTo("00000000000000010000000000000002-0000000000000003-1-0000000000000004");
        }
    }

    private RSocketEndpointBuilder guarded() {
        return shop.routes().authenticate(shown -> {
            if (shown instanceof Credentials.UserPassword known
                    && known.password().equals("secret")) {
                return Mono.just(known::user);
            }
            return shown instanceof Credentials.Bearer bearer && bearer.token().equals("token")
                    ? Mono.just(() -> "bearer")
                    : Mono.empty();
        });
    }

    @Test
    void client_isKnownByItsSetup_andByItsRequests() {
        RSocketEndpoint endpoint = guarded().build();
        String tea = "{\"item\":\"tea\",\"amount\":1}";
        CompositeByteBuf setup = Client.with(
                ByteBufAllocator.DEFAULT.compositeBuffer(),
                WellKnownMimeType.MESSAGE_RSOCKET_AUTHENTICATION,
                Client.password("ann", "secret"));
        RSocket ann = client(
                endpoint,
                Transport.TCP,
                Client.connector(JSON).setupPayload(ByteBufPayload.create(Unpooled.EMPTY_BUFFER, setup)));
        assertThat(ask(ann, Client.request("orders.place", tea))).contains("\"user\":\"ann\"");

        RSocket unknown = client(endpoint, Transport.WEB_SOCKET, Client.connector(JSON));
        assertThatThrownBy(() -> ask(unknown, Client.request("nowhere", tea)))
                .isInstanceOf(RejectedException.class)
                .hasMessageContaining("authentication: none");
        CompositeByteBuf wrong = Client.with(
                Client.metadata("orders.place"),
                WellKnownMimeType.MESSAGE_RSOCKET_AUTHENTICATION,
                Client.password("ann", "guess"));
        assertThatThrownBy(() -> ask(unknown, Client.request(wrong, tea)))
                .isInstanceOf(RejectedException.class)
                .hasMessageContaining("authentication: refused");
        CompositeByteBuf right = Client.with(
                Client.metadata("orders.place"),
                WellKnownMimeType.MESSAGE_RSOCKET_AUTHENTICATION,
                Client.bearer("token"));
        assertThat(ask(unknown, Client.request(right, tea))).contains("\"user\":\"bearer\"");
    }

    @Test
    void wrongCredentialsInTheSetup_rejectTheConnection() {
        CompositeByteBuf setup = Client.with(
                ByteBufAllocator.DEFAULT.compositeBuffer(),
                WellKnownMimeType.MESSAGE_RSOCKET_AUTHENTICATION,
                Client.bearer("guess"));
        RSocket client = client(
                guarded().build(),
                Transport.TCP,
                Client.connector(JSON).setupPayload(ByteBufPayload.create(Unpooled.EMPTY_BUFFER, setup)));
        StepVerifier.create(client.onClose())
                .expectErrorSatisfies(e -> assertThat(e)
                        .isInstanceOf(RejectedSetupException.class)
                        .hasMessageContaining("authentication: refused"))
                .verify(Shop.TIMEOUT);
    }

    @Test
    void setupThatCannotBeRead_isRejected() {
        RSocket client = client(
                shop.routes().build(),
                Transport.TCP,
                Client.connector(JSON)
                        .setupPayload(ByteBufPayload.create(
                                Unpooled.EMPTY_BUFFER, Unpooled.wrappedBuffer(new byte[] {3, 2, 1}))));
        StepVerifier.create(client.onClose())
                .expectErrorSatisfies(e -> assertThat(e)
                        .isInstanceOf(RejectedSetupException.class)
                        .hasMessageContaining("metadata: cannot be read"))
                .verify(Shop.TIMEOUT);
    }

    @ParameterizedTest
    @EnumSource
    void tooLargeAPayload_endsItsConnectionOnly(Transport transport) {
        RSocketEndpoint endpoint = shop.routes().maxPayload(4096).build();
        RSocket client = client(endpoint, transport, Client.connector("text/plain"));
        assertThatThrownBy(() -> ask(client, Client.request("echo", "x".repeat(10_000))))
                .hasMessageNotContaining("Timeout");
        RSocket fragments =
                client(endpoint, transport, Client.connector("text/plain").fragment(1024));
        assertThatThrownBy(() -> ask(fragments, Client.request("echo", "x".repeat(10_000))))
                .hasMessageNotContaining("Timeout");
        RSocket other =
                client(endpoint, transport, Client.connector("text/plain").fragment(1024));
        assertThat(ask(other, Client.request("echo", "x".repeat(3_000)))).hasSize(3_000);
    }

    @Test
    void anotherServer_carriesTheEndpoint() {
        RSocketEndpoint endpoint = shop.routes().build();
        CloseableChannel server = Objects.requireNonNull(RSocketServer.create(endpoint.acceptor())
                .bind(TcpServerTransport.create("localhost", 0))
                .block());
        RSocket client = Client.tcp(server.address(), Client.connector("text/plain"));
        assertThat(ask(client, Client.request("echo", "hello"))).isEqualTo("hello");
        endpoint.close();
        StepVerifier.create(client.onClose().onErrorComplete()).verifyComplete();
        server.dispose();
    }

    @ParameterizedTest
    @ValueSource(booleans = {true, false})
    void close_endsListenersAndConnections(boolean byTheSystem) {
        RSocketEndpoint endpoint = shop.routes().build();
        InetSocketAddress address =
                Objects.requireNonNull(endpoint.bindTcp("localhost", 0).block());
        RSocket client = Client.tcp(address, Client.connector(JSON));
        Mono<Payload> pending = client.requestStream(Client.request("orders.feed", "{\"from\":1,\"count\":2147483647}"))
                .doOnNext(Payload::release)
                .ignoreElements();
        StepVerifier.Step<Payload> waiting = StepVerifier.create(pending).then(() -> {
            if (byTheSystem) {
                shop.system.stop();
            } else {
                endpoint.close();
            }
        });
        waiting.expectError().verify(Shop.TIMEOUT);
        endpoint.shutdown().block(Shop.TIMEOUT);
        assertThatThrownBy(() -> Client.tcp(address, Client.connector(JSON))).isInstanceOf(Exception.class);
        Await.until("its event loops have ended", shop::hasNoEventLoops);
    }

    @ParameterizedTest
    @EnumSource
    void clientThatRequestsAllAndReadsNothing_isSentNoMoreThanItsConnectionTakes(Transport transport) {
        RSocketEndpoint endpoint = shop.routes().build();
        CountDownLatch stopped = new CountDownLatch(1);
        AtomicInteger got = new AtomicInteger();
        RSocket client = client(endpoint, transport, Client.connector(JSON));
        client.requestStream(Client.request("blocks", "{\"from\":1,\"count\":2147483646}"))
                .map(Client::text)
                .subscribe(text -> {
                    if (got.incrementAndGet() == 10) {
                        Await.open(stopped); // holds the client's event loop
                    }
                });
        Await.until("the client is stuck", () -> got.get() == 10);
        long before = -1;
        while (before != shop.requested.get()) {
            before = shop.requested.get();
            for (int i = 0; i < 500; i++) {
                shop.orders
                        .<Shop.Receipt>ask(reply -> new Shop.Order(new Shop.Place("a", 1), reply), Shop.TIMEOUT)
                        .block();
            }
        }
        assertThat(shop.requested.get()).isLessThan(3_000);
        stopped.countDown();
        long stuck = before;
        Await.until("it goes on", () -> shop.requested.get() > stuck + 1_000);
    }

    @Test
    void clientThatCancelsEverywhere_leavesNothing() {
        RSocket client = client(shop.routes());
        for (int i = 0; i < 200; i++) {
            client.requestStream(Client.request("orders.feed", "{\"from\":1,\"count\":1000}"))
                    .map(Client::text)
                    .take(1 + i % 7)
                    .blockLast(Shop.TIMEOUT);
            Flux<Payload> places = Flux.range(0, 100)
                    .map(n -> n == 0
                            ? Client.request("orders.process", "{\"item\":\"a\",\"amount\":0}")
                            : ByteBufPayload.create("{\"item\":\"a\",\"amount\":1}"));
            client.requestChannel(places).map(Client::text).take(1 + i % 7).blockLast(Shop.TIMEOUT);
        }
        assertThat(ask(client, Client.request("orders.place", "{\"item\":\"b\",\"amount\":1}")))
                .contains("\"price\":2");
    }

    @Test
    void badSettings_areRefused() {
        RSocketEndpointBuilder builder = shop.routes();
        assertThatThrownBy(() -> builder.requestResponse("echo", String.class, String.class, Mono::just))
                .hasMessage("route: \"echo\" (expected: one that is not yet there for request-response)");
        assertThatThrownBy(() -> builder.requestResponse("", String.class, String.class, Mono::just))
                .hasMessageContaining("(expected: a name of 1 to 255 characters)");
        assertThatThrownBy(() -> builder.maxPayload(1)).hasMessageStartingWith("maxPayload: 1 (expected: ");
        assertThatThrownBy(() -> builder.threads(0)).hasMessage("threads: 0 (expected: >= 1)");
        assertThat(new Credentials.UserPassword("ann", "secret").toString()).doesNotContain("secret");
        assertThat(new Credentials.Bearer("secret").toString()).doesNotContain("secret");
    }
}
