package io.bastion.examples.twins;

import static org.assertj.core.api.Assertions.assertThat;

import io.bastion.actor.ActorSystem;
import io.bastion.examples.twins.load.LoadGenerator;
import io.bastion.examples.twins.load.LoadSettings;
import java.net.URI;
import java.time.Duration;
import java.util.List;
import java.util.Objects;
import java.util.concurrent.atomic.AtomicReference;
import org.jspecify.annotations.Nullable;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.springframework.beans.factory.annotation.Autowired;
import org.springframework.boot.test.context.SpringBootTest;
import org.springframework.boot.test.context.TestConfiguration;
import org.springframework.boot.test.web.server.LocalServerPort;
import org.springframework.context.annotation.Bean;
import org.springframework.context.annotation.Primary;
import org.springframework.http.MediaType;
import org.springframework.test.web.reactive.server.WebTestClient;
import org.springframework.web.reactive.function.client.WebClient;
import org.springframework.web.reactive.socket.CloseStatus;
import org.springframework.web.reactive.socket.WebSocketMessage;
import org.springframework.web.reactive.socket.client.ReactorNettyWebSocketClient;
import reactor.core.Disposable;
import reactor.core.publisher.Flux;
import reactor.core.publisher.Mono;
import reactor.core.publisher.Sinks;
import reactor.test.StepVerifier;
import tools.jackson.databind.json.JsonMapper;

/** The application from end to end, over the loopback interface. */
@SpringBootTest(
        webEnvironment = SpringBootTest.WebEnvironment.RANDOM_PORT,
        properties = {"bastion.workers=2", "twins.mailbox=2", "twins.timeout=2s"})
class TwinsApplicationTest {
    private static final Duration BOUND = Duration.ofSeconds(10);

    @LocalServerPort
    int port;

    @Autowired
    Twins twins;

    private WebTestClient client = WebTestClient.bindToServer().build();

    /** Targets whose store hangs for devices called {@code slow…}. */
    @TestConfiguration
    static class SlowStore {
        @Bean
        @Primary
        Targets slowTargets(TargetsInMemory targets) {
            return new Targets() {
                @Override
                public Mono<Target> find(DeviceId id) {
                    return targets.find(id);
                }

                @Override
                public Mono<Void> save(DeviceId id, Target target) {
                    return id.value().startsWith("slow") ? Mono.never() : targets.save(id, target);
                }

                @Override
                public Flux<DeviceId> after(String after, int limit) {
                    return targets.after(after, limit);
                }
            };
        }
    }

    @BeforeEach
    void connect() {
        client = WebTestClient.bindToServer()
                .baseUrl("http://localhost:" + port)
                .responseTimeout(BOUND)
                .build();
    }

    private Twin heat(String device, double celsius) {
        return Objects.requireNonNull(client.put()
                .uri("/devices/{id}/target", device)
                .bodyValue(new Target(celsius))
                .exchange()
                .expectStatus()
                .isOk()
                .returnResult(Twin.class)
                .getResponseBody()
                .blockFirst(BOUND));
    }

    private WebTestClient.ResponseSpec report(String device, String payload) {
        return client.post()
                .uri("/devices/{id}/readings", device)
                .contentType(MediaType.TEXT_PLAIN)
                .bodyValue(payload)
                .exchange();
    }

    private void expectProblem(WebTestClient.ResponseSpec response, int status, String detail) {
        response.expectStatus()
                .isEqualTo(status)
                .expectHeader()
                .contentTypeCompatibleWith(MediaType.APPLICATION_PROBLEM_JSON)
                .expectBody()
                .jsonPath("$.status")
                .isEqualTo(status)
                .jsonPath("$.detail")
                .isEqualTo(detail);
    }

    private static Twin twin(String id, double target, @Nullable Double temperature, long readings, int incarnation) {
        return new Twin(new DeviceId(id), target, temperature, readings, incarnation);
    }

    @Test
    void device_afterACommandAndAReading_isRead() {
        heat("hall", 21.5);
        report("hall", "T=19.5").expectStatus().isOk();
        client.get()
                .uri("/devices/hall")
                .exchange()
                .expectStatus()
                .isOk()
                .expectBody()
                .json("{\"id\":\"hall\",\"target\":21.5,\"temperature\":19.5,\"readings\":1,\"incarnation\":0}");
    }

    @Test
    void devices_areListedPageByPage() {
        List.of("list-a", "list-b", "list-c").forEach(device -> heat(device, 20));
        client.get()
                .uri("/devices?after=list-&limit=2")
                .exchange()
                .expectBody()
                .json("{\"devices\":[\"list-a\",\"list-b\"],\"next\":\"list-b\"}");
        client.get()
                .uri("/devices?after=list-b&limit=1")
                .exchange()
                .expectBody()
                .jsonPath("$.devices[0]")
                .isEqualTo("list-c");
    }

    @Test
    void device_thatIsUnknown_isNotFound() {
        String detail = "There is no device nobody.";
        expectProblem(client.get().uri("/devices/nobody").exchange(), 404, detail);
        expectProblem(report("nobody", "T=19"), 404, detail);
        expectProblem(client.get().uri("/devices/nobody/events").exchange(), 404, detail);
    }

    @Test
    void requests_thatMakeNoSense_areBad() {
        client.get().uri("/devices/a%20b").exchange().expectStatus().isBadRequest();
        client.put()
                .uri("/devices/hall/target")
                .bodyValue(new int[] {1})
                .exchange()
                .expectStatus()
                .isBadRequest();
        client.put()
                .uri("/devices/hall/target")
                .contentType(MediaType.APPLICATION_JSON)
                .bodyValue("{\"celsius\":99}")
                .exchange()
                .expectStatus()
                .isBadRequest();
    }

    @Test
    void events_tellWhatChanges() {
        heat("events", 20);
        Flux<Twin> events = WebClient.create("http://localhost:" + port)
                .get()
                .uri("/devices/events/events")
                .accept(MediaType.TEXT_EVENT_STREAM)
                .retrieve()
                .bodyToFlux(Twin.class);
        StepVerifier.create(events)
                .expectNext(twin("events", 20, null, 0, 0))
                .then(() -> heat("events", 22))
                .expectNext(twin("events", 22, null, 0, 0))
                .then(() -> report("events", "T=18").expectStatus().isOk())
                .expectNext(twin("events", 22, 18.0, 1, 0))
                .thenCancel()
                .verify(BOUND);
    }

    @Test
    void webSocket_takesTargetsAndTellsWhatChanges(@Autowired JsonMapper json) {
        heat("live", 20);
        Sinks.One<List<Twin>> told = Sinks.one();
        new ReactorNettyWebSocketClient()
                .execute(
                        URI.create("ws://localhost:" + port + "/devices/live/live"),
                        session -> session.receive()
                                .map(WebSocketMessage::getPayloadAsText)
                                .map(text -> json.readValue(text, Twin.class))
                                .index()
                                .concatMap(twin -> session.send(Mono.just(session.textMessage(
                                                json.writeValueAsString(new Target(21 + twin.getT1())))))
                                        .thenReturn(twin.getT2()))
                                .take(3)
                                .collectList()
                                .doOnNext(told::tryEmitValue)
                                .then())
                .block(BOUND);
        assertThat(told.asMono().block(BOUND)).extracting(Twin::target).containsExactly(20.0, 21.0, 22.0);
    }

    @Test
    void webSocket_thatMakesNoSense_isClosedWithTheReason() {
        heat("talk", 20);
        assertThat(closeStatus("talk", "no json")).isEqualTo(CloseStatus.BAD_DATA);
        assertThat(closeStatus("nobody", "{\"celsius\":20}").getCode()).isEqualTo(4404);
    }

    private CloseStatus closeStatus(String device, String message) {
        AtomicReference<CloseStatus> status = new AtomicReference<>();
        new ReactorNettyWebSocketClient()
                .execute(
                        URI.create("ws://localhost:" + port + "/devices/" + device + "/live"),
                        session -> session.send(Mono.just(session.textMessage(message)))
                                .thenMany(session.receive())
                                .then(session.closeStatus().doOnNext(status::set))
                                .then())
                .block(BOUND);
        return Objects.requireNonNull(status.get());
    }

    @Test
    void follower_thatIsSlow_getsTheNewestAndKeepsNobodyWaiting() {
        heat("fast", 20);
        StepVerifier.create(twins.follow(new DeviceId("fast")), 1)
                .expectNext(twin("fast", 20, null, 0, 0))
                .then(() -> {
                    for (int i = 1; i <= 100; i++) {
                        report("fast", "T=" + i).expectStatus().isOk();
                    }
                })
                .thenRequest(Long.MAX_VALUE)
                .expectNext(twin("fast", 20, 100.0, 100, 0))
                .thenCancel()
                .verify(BOUND.multipliedBy(3)); // for a hundred requests
    }

    @Test
    void device_thatSendsGarbage_isRestartedAndGoesOnWithItsTarget() {
        heat("bad", 21);
        report("bad", "T=19").expectStatus().isOk();
        expectProblem(
                report("bad", "\u0017\u0003"), 500, "The twin of the device has failed at this, and is restarted.");
        report("bad", "T=20").expectStatus().isOk().expectBody(Twin.class).isEqualTo(twin("bad", 21, 20.0, 1, 1));
    }

    @Test
    void device_thatIsOverloaded_saysSoAndDisturbsNobody(@Autowired ActorSystem system) {
        Mono<Void> hanging = WebClient.create("http://localhost:" + port)
                .put()
                .uri("/devices/slow/target")
                .bodyValue(new Target(20))
                .exchangeToMono(response -> response.releaseBody());
        // three hang, of which one is in work; others are refused, among them the third if the first was not in work by
        // then
        Disposable requests = Flux.interval(Duration.ofMillis(10))
                .onBackpressureDrop()
                .flatMap(i -> hanging, 4)
                .subscribe();
        awaitQueued(system, "slow", 2);
        expectProblem(client.get().uri("/devices/slow").exchange(), 503, "There is too much to do.");
        heat("fast", 20);
        requests.dispose();
        expectProblem(
                client.put()
                        .uri("/devices/slower/target")
                        .bodyValue(new Target(20))
                        .exchange(),
                504,
                "There was no reply in time.");
    }

    @Test
    void load_isBorneAndOnlyBadFirmwareFails(@LocalServerPort int server) {
        heat("warm", 20); // the first request of an application takes long
        List<String> lines = LoadGenerator.lines(
                        new LoadSettings("http://localhost:" + server, 8, 1, 50, Duration.ZERO, Duration.ofSeconds(2)))
                .collectList()
                .block(BOUND);
        assertThat(lines)
                .hasSize(2)
                .allMatch(line -> line.matches(" +[12] s +[0-9]+ answers/s .* errors (none|\\{50.*})"))
                .anyMatch(line -> line.matches(" +[12] s +[1-9].*"));
    }

    @Test
    void page_isServed() {
        for (String file : List.of("/", "/twins.js", "/twins.css")) {
            client.get().uri(file).exchange().expectStatus().isOk();
        }
    }

    @Test
    void pageOfTheActors_isServed_andTheirMeters() {
        client.get()
                .uri("/observer/")
                .exchange()
                .expectStatus()
                .isOk()
                .expectBody(String.class)
                .value(page -> assertThat(page).contains("Bastion observer"));
        client.get()
                .uri("/actuator/metrics/bastion.messages.refused")
                .exchange()
                .expectStatus()
                .isOk();
    }

    @Test
    void actuator_knowsTheActors() {
        client.get()
                .uri("/actuator/health")
                .exchange()
                .expectStatus()
                .isOk()
                .expectBody()
                .jsonPath("$.components.actors.status")
                .exists();
        heat("seen", 20);
        client.get()
                .uri("/actuator/actors?path=app/devices")
                .exchange()
                .expectStatus()
                .isOk()
                .expectBody()
                .jsonPath("$.children[?(@.name == 'seen')]")
                .exists();
    }

    /** Bounded: fails after ten seconds. */
    private static void awaitQueued(ActorSystem system, String device, long expected) {
        Flux.interval(Duration.ZERO, Duration.ofMillis(5))
                .onBackpressureDrop()
                .concatMap(tick -> system.tree())
                .filter(tree -> tree.children().stream()
                        .flatMap(app -> app.children().stream())
                        .flatMap(devices -> devices.children().stream())
                        .anyMatch(node -> node.name().equals(device) && node.queued() == expected))
                .blockFirst(BOUND);
    }
}
