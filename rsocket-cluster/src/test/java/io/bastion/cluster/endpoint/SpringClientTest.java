package io.bastion.cluster.endpoint;

import static org.assertj.core.api.Assertions.assertThat;

import io.bastion.actor.ActorSystem;
import io.bastion.testkit.Await;
import io.rsocket.exceptions.ApplicationErrorException;
import io.rsocket.exceptions.RejectedException;
import java.net.InetSocketAddress;
import java.net.URI;
import java.util.Objects;
import java.util.stream.Stream;
import org.junit.jupiter.api.AfterAll;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeAll;
import org.junit.jupiter.api.Timeout;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.Arguments;
import org.junit.jupiter.params.provider.MethodSource;
import org.springframework.core.codec.Decoder;
import org.springframework.core.codec.Encoder;
import org.springframework.http.codec.cbor.JacksonCborDecoder;
import org.springframework.http.codec.cbor.JacksonCborEncoder;
import org.springframework.http.codec.json.JacksonJsonDecoder;
import org.springframework.http.codec.json.JacksonJsonEncoder;
import org.springframework.messaging.rsocket.RSocketRequester;
import org.springframework.messaging.rsocket.RSocketStrategies;
import org.springframework.security.rsocket.metadata.BearerTokenAuthenticationEncoder;
import org.springframework.security.rsocket.metadata.BearerTokenMetadata;
import org.springframework.security.rsocket.metadata.SimpleAuthenticationEncoder;
import org.springframework.security.rsocket.metadata.UsernamePasswordMetadata;
import org.springframework.util.MimeType;
import reactor.core.publisher.Flux;
import reactor.core.publisher.Mono;
import reactor.test.StepVerifier;

/** Spring's client, with its own codecs and metadata. */
@Timeout(60)
class SpringClientTest {
    private static final MimeType AUTHENTICATION = MimeType.valueOf("message/x.rsocket.authentication.v0");
    private static final Leaks LEAKS = new Leaks();

    private final Shop shop = new Shop(ActorSystem.create("shop"));

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
        shop.close();
    }

    static Stream<Arguments> clients() {
        return Stream.of("application/json", "application/cbor")
                .flatMap(type -> Stream.of(Arguments.of(type, false), Arguments.of(type, true)));
    }

    private RSocketEndpoint endpoint() {
        return shop.routes()
                .authenticate(shown -> {
                    if (shown instanceof Credentials.UserPassword known
                            && known.password().equals("secret")) {
                        return Mono.just(known::user);
                    }
                    return shown instanceof Credentials.Bearer bearer
                                    && bearer.token().equals("token")
                            ? Mono.just(() -> "bearer")
                            : Mono.empty();
                })
                .build();
    }

    private static RSocketRequester.Builder requester(String type, Encoder<?> authentication) {
        boolean json = type.equals("application/json");
        Encoder<?> encoder = json ? new JacksonJsonEncoder() : new JacksonCborEncoder();
        Decoder<?> decoder = json ? new JacksonJsonDecoder() : new JacksonCborDecoder();
        return RSocketRequester.builder()
                .dataMimeType(MimeType.valueOf(type))
                .rsocketStrategies(RSocketStrategies.builder()
                        .encoder(authentication, encoder)
                        .decoder(decoder)
                        .build());
    }

    private RSocketRequester connected(RSocketRequester.Builder builder, boolean webSocket) {
        if (webSocket) {
            InetSocketAddress address = Objects.requireNonNull(
                    endpoint().bindWebSocket("localhost", 0).block());
            return builder.websocket(URI.create("ws://localhost:" + address.getPort() + "/"));
        }
        InetSocketAddress address =
                Objects.requireNonNull(endpoint().bindTcp("localhost", 0).block());
        return builder.tcp("localhost", address.getPort());
    }

    @ParameterizedTest
    @MethodSource("clients")
    void eachInteraction_reachesItsActor(String type, boolean webSocket) {
        RSocketRequester requester = connected(
                requester(type, new SimpleAuthenticationEncoder())
                        .setupMetadata(new UsernamePasswordMetadata("ann", "secret"), AUTHENTICATION),
                webSocket);
        try {
            assertThat(requester
                            .route("orders.place")
                            .data(new Shop.Place("tea", 3))
                            .retrieveMono(Shop.Receipt.class)
                            .block(Shop.TIMEOUT))
                    .isEqualTo(new Shop.Receipt("tea", 6, "ann", ""));

            requester.route("orders.log").data(new Shop.Place("tea", 3)).send().block(Shop.TIMEOUT);
            Await.until("the log", () -> shop.logged.contains(new Shop.Place("tea", 3)));

            StepVerifier.create(
                            requester
                                    .route("orders.flow")
                                    .data(new Shop.Query(1, 1_000_000))
                                    .retrieveFlux(Integer.class),
                            2)
                    .expectNext(1, 2)
                    .thenRequest(1)
                    .expectNext(3)
                    .thenCancel()
                    .verify(Shop.TIMEOUT);
            Await.until("the flow is cancelled", () -> shop.cancelled.get() > 0);

            assertThat(requester
                            .route("orders.process")
                            .data(Flux.range(0, 500).map(i -> new Shop.Place("tea", i)), Shop.Place.class)
                            .retrieveFlux(Shop.Receipt.class)
                            .map(Shop.Receipt::price)
                            .collectList()
                            .block(Shop.TIMEOUT))
                    .isEqualTo(Flux.range(0, 500).map(i -> 2 * i).collectList().block());

            StepVerifier.create(requester.route("nowhere").data("").retrieveMono(String.class))
                    .expectError(ApplicationErrorException.class)
                    .verify(Shop.TIMEOUT);
        } finally {
            requester.dispose();
        }
    }

    @ParameterizedTest
    @MethodSource("clients")
    void tokenOfARequest_saysWhoItIs(String type, boolean webSocket) {
        RSocketRequester requester = connected(requester(type, new BearerTokenAuthenticationEncoder()), webSocket);
        try {
            assertThat(requester
                            .route("orders.place")
                            .metadata(new BearerTokenMetadata("token"), AUTHENTICATION)
                            .data(new Shop.Place("tea", 3))
                            .retrieveMono(Shop.Receipt.class)
                            .block(Shop.TIMEOUT))
                    .isEqualTo(new Shop.Receipt("tea", 6, "bearer", ""));
            StepVerifier.create(requester
                            .route("orders.place")
                            .metadata(new BearerTokenMetadata("guess"), AUTHENTICATION)
                            .data(new Shop.Place("tea", 3))
                            .retrieveMono(Shop.Receipt.class))
                    .expectError(RejectedException.class)
                    .verify(Shop.TIMEOUT);
        } finally {
            requester.dispose();
        }
    }
}
