package io.bastion.spring.webflux;

import static org.assertj.core.api.Assertions.assertThat;

import io.bastion.actor.ActorRef;
import io.bastion.spring.webflux.ShopApplication.Place;
import io.bastion.spring.webflux.ShopApplication.Receipt;
import java.net.URI;
import java.time.Duration;
import java.util.List;
import java.util.concurrent.atomic.AtomicBoolean;
import java.util.concurrent.locks.LockSupport;
import java.util.function.BooleanSupplier;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.springframework.beans.factory.annotation.Autowired;
import org.springframework.boot.test.context.SpringBootTest;
import org.springframework.boot.test.web.server.LocalServerPort;
import org.springframework.http.MediaType;
import org.springframework.test.annotation.DirtiesContext;
import org.springframework.test.web.reactive.server.WebTestClient;
import org.springframework.web.reactive.function.client.WebClient;
import org.springframework.web.reactive.socket.WebSocketMessage;
import org.springframework.web.reactive.socket.client.ReactorNettyWebSocketClient;
import reactor.core.publisher.Flux;
import reactor.core.publisher.Mono;
import reactor.core.publisher.Sinks;
import reactor.test.StepVerifier;

@SpringBootTest(
        classes = ShopApplication.class,
        webEnvironment = SpringBootTest.WebEnvironment.RANDOM_PORT,
        properties = {"bastion.workers=2", "spring.application.name=shop"})
class WebFluxTest {
    private static final Duration BOUND = Duration.ofSeconds(10);

    @LocalServerPort
    int port;

    private WebTestClient client = WebTestClient.bindToServer().build();

    @BeforeEach
    void connect() {
        client = WebTestClient.bindToServer()
                .baseUrl("http://localhost:" + port)
                .responseTimeout(BOUND)
                .build();
    }

    @Test
    void controller_thatReturnsAnAsk_answersWithTheReply() {
        client.post()
                .uri("/orders")
                .bodyValue(new Place("tea", 3))
                .exchange()
                .expectStatus()
                .isOk()
                .expectBody(Receipt.class)
                .isEqualTo(new Receipt("tea", 9));
    }

    @Test
    void route_withBody_answersWithTheReply() {
        client.post()
                .uri("/fn/orders")
                .bodyValue(new Place("coffee", 2))
                .exchange()
                .expectStatus()
                .isOk()
                .expectBody(Receipt.class)
                .isEqualTo(new Receipt("coffee", 8));
        client.post().uri("/fn/orders").exchange().expectStatus().isNoContent();
    }

    @Test
    void route_withoutBody_answersWithTheReply() {
        client.get()
                .uri("/fn/orders/coffee")
                .exchange()
                .expectBody(Receipt.class)
                .isEqualTo(new Receipt("coffee", 4));
    }

    @Test
    void ask_thatFailsItsActor_isAnInternalErrorAndTheNextIsServed() {
        client.get().uri("/fn/orders/gold").exchange().expectStatus().isEqualTo(500);
        client.get().uri("/fn/orders/tea").exchange().expectStatus().isOk();
    }

    @Test
    void context_ofAnExchange_comesToTheActor() {
        client.get()
                .uri("/buyer")
                .header("Buyer", "Ann")
                .exchange()
                .expectBody(String.class)
                .isEqualTo("Ann");
    }

    @Test
    void events_ofAnActor_areFollowedUntilTheClientGoes() {
        Flux<Receipt> receipts = WebClient.create("http://localhost:" + port) // no answer before the first event
                .get()
                .uri("/orders")
                .accept(MediaType.TEXT_EVENT_STREAM)
                .retrieve()
                .bodyToFlux(Receipt.class);
        StepVerifier.create(receipts)
                .then(() -> awaitFollowers(1))
                .then(this::controller_thatReturnsAnAsk_answersWithTheReply)
                .expectNext(new Receipt("tea", 9))
                .thenCancel()
                .verify(BOUND);
        awaitFollowers(0);
    }

    private void awaitFollowers(int expected) {
        await(expected + " follow", () -> {
            int followers = client.get()
                    .uri("/followers")
                    .exchange()
                    .returnResult(Integer.class)
                    .getResponseBody()
                    .last()
                    .blockOptional(BOUND)
                    .orElseThrow();
            return followers == expected;
        });
    }

    /** Bounded: fails after ten seconds. */
    private static void await(String what, BooleanSupplier condition) {
        long end = System.nanoTime() + BOUND.toNanos();
        while (!condition.getAsBoolean()) {
            assertThat(System.nanoTime()).as(what).isLessThan(end);
            LockSupport.parkNanos(1_000_000);
        }
    }

    @Test
    void webSocket_throughAFlow_answersInOrderAndEndsWithTheClient() {
        Sinks.One<List<String>> answers = Sinks.one();
        Mono<Void> talk = new ReactorNettyWebSocketClient()
                .execute(
                        URI.create("ws://localhost:" + port + "/upper"),
                        session -> session.send(Flux.just("a", "b", "c").map(session::textMessage))
                                .then(session.receive()
                                        .map(WebSocketMessage::getPayloadAsText)
                                        .take(3)
                                        .collectList()
                                        .doOnNext(answers::tryEmitValue)
                                        .then()));
        talk.block(BOUND);
        assertThat(answers.asMono().block(BOUND)).containsExactly("A", "B", "C");
    }

    @Test
    @DirtiesContext
    void failures_ofAsks_haveAStatusOfTheirOwn(@Autowired ActorRef<Runnable> busy) {
        AtomicBoolean inWork = new AtomicBoolean();
        busy.tell(() -> inWork.set(true));
        await("the first is in work", inWork::get);
        expect("/busy/50", 504, "There was no reply in time.").expectHeader().doesNotExist("Retry-After");
        busy.tell(() -> {}); // there is no room now, if there was any
        expect("/busy/50", 503, "There is too much to do.").expectHeader().valueEquals("Retry-After", "1");
        client.get().uri("/busy/stop").exchange().expectStatus().isOk();
        expect("/busy/50", 503, "Nobody is there to do it.").expectHeader().valueEquals("Retry-After", "1");
    }

    private WebTestClient.ResponseSpec expect(String uri, int status, String detail) {
        WebTestClient.ResponseSpec response = client.get().uri(uri).exchange();
        response.expectStatus()
                .isEqualTo(status)
                .expectHeader()
                .contentType(MediaType.APPLICATION_PROBLEM_JSON)
                .expectBody()
                .jsonPath("$.detail")
                .isEqualTo(detail)
                .jsonPath("$.instance")
                .isEqualTo(uri);
        return response;
    }
}
