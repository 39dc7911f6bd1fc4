package io.bastion.cluster.endpoint;

import static org.assertj.core.api.Assertions.assertThat;

import io.bastion.actor.ActorRef;
import io.bastion.actor.ActorSpec;
import io.bastion.actor.ActorSystem;
import io.bastion.actor.Behavior;
import io.bastion.bridge.ActorProcessor;
import io.bastion.bridge.ActorStreams;
import io.bastion.supervision.Restart;
import io.bastion.testkit.Await;
import java.net.InetSocketAddress;
import java.net.URI;
import java.security.Principal;
import java.time.Duration;
import java.util.List;
import java.util.Map;
import java.util.Objects;
import java.util.Queue;
import java.util.concurrent.ConcurrentLinkedQueue;
import java.util.concurrent.atomic.AtomicLong;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.Timeout;
import org.springframework.http.codec.json.JacksonJsonDecoder;
import org.springframework.http.codec.json.JacksonJsonEncoder;
import org.springframework.messaging.rsocket.RSocketRequester;
import org.springframework.messaging.rsocket.RSocketStrategies;
import org.springframework.security.rsocket.metadata.SimpleAuthenticationEncoder;
import org.springframework.security.rsocket.metadata.UsernamePasswordMetadata;
import org.springframework.util.MimeType;
import reactor.core.publisher.Flux;
import reactor.core.publisher.Mono;

/** The snippets of docs/rsocket-endpoints.md, run. */
@Timeout(60)
class EndpointGuideTest {
    record Place(String item, int amount) {}

    record Receipt(String item, int price) {}

    record Order(Place place, ActorRef<Receipt> replyTo) {}

    private static RSocketRequester.Builder spring() {
        return RSocketRequester.builder()
                .rsocketStrategies(RSocketStrategies.builder()
                        .encoder(new SimpleAuthenticationEncoder(), new JacksonJsonEncoder())
                        .decoder(new JacksonJsonDecoder())
                        .build());
    }

    @Test
    void actors_areAskedAndToldByRoute() {
        Queue<Place> logged = new ConcurrentLinkedQueue<>();
        try (ActorSystem system = ActorSystem.create("shop")) {
            ActorRef<Order> orders = system.spawn(ActorSpec.<Order>of(
                    "orders",
                    context -> Behavior.receive((c, order) -> order.replyTo()
                            .tell(new Receipt(
                                    order.place().item(), 2 * order.place().amount())))));
            ActorRef<Place> log = system.spawn(
                    ActorSpec.<Place>of("log", context -> Behavior.receive((c, place) -> logged.add(place))));

            RSocketEndpoint endpoint = RSocketEndpoint.builder(system)
                    .requestResponse(
                            "orders.place",
                            Place.class,
                            Receipt.class,
                            place -> orders.ask(reply -> new Order(place, reply), Duration.ofSeconds(5)))
                    .fireAndForget("orders.log", Place.class, log)
                    .build();
            Mono<InetSocketAddress> listening = endpoint.bindTcp("localhost", 0);

            InetSocketAddress address = Objects.requireNonNull(listening.block());
            RSocketRequester client = spring().tcp("localhost", address.getPort());
            Mono<Receipt> receipt =
                    client.route("orders.place").data(new Place("tea", 3)).retrieveMono(Receipt.class);
            assertThat(receipt.block()).isEqualTo(new Receipt("tea", 6));
            client.route("orders.log").data(new Place("tea", 3)).send().block();
            Await.until("the log", () -> !logged.isEmpty());
            client.dispose();
        }
    }

    @Test
    void actor_isAProcessorOfAChannel_andAFlowIsAStream() {
        AtomicLong channels = new AtomicLong();
        try (ActorSystem system = ActorSystem.create("shop")) {
            RSocketEndpoint endpoint = RSocketEndpoint.builder(system)
                    .requestChannel(
                            "numbers.doubled",
                            Integer.class,
                            Integer.class,
                            numbers -> Flux.defer(() -> {
                                ActorProcessor<Integer, Integer> actor = ActorStreams.processor(
                                        "doubled-" + channels.incrementAndGet(),
                                        (context, in) -> in.map(n -> 2 * n),
                                        spec -> system.spawn(spec.restart(Restart.temporary())));
                                numbers.subscribe(actor);
                                return actor.flux();
                            }))
                    .requestStream(
                            "numbers",
                            Integer.class,
                            Integer.class,
                            count -> Flux.defer(() -> {
                                ActorProcessor<Integer, Integer> actor = ActorStreams.processor(
                                        "numbers-" + channels.incrementAndGet(),
                                        (context, in) -> in.concatMap(n -> Flux.range(1, n)),
                                        spec -> system.spawn(spec.restart(Restart.temporary())));
                                Mono.just(count).subscribe(actor);
                                return actor.flux();
                            }))
                    .build();
            InetSocketAddress address = Objects.requireNonNull(
                    endpoint.bindWebSocket("localhost", 0).block());
            RSocketRequester client = spring().websocket(URI.create("ws://localhost:" + address.getPort() + "/"));
            assertThat(client.route("numbers")
                            .data(3)
                            .retrieveFlux(Integer.class)
                            .collectList()
                            .block())
                    .isEqualTo(List.of(1, 2, 3));
            assertThat(client.route("numbers.doubled")
                            .data(Flux.just(1, 2, 3), Integer.class)
                            .retrieveFlux(Integer.class)
                            .collectList()
                            .block())
                    .isEqualTo(List.of(2, 4, 6));
            client.dispose();
        }
    }

    @Test
    void actor_seesWhoAsks() {
        Queue<String> users = new ConcurrentLinkedQueue<>();
        try (ActorSystem system = ActorSystem.create("shop")) {
            Map<String, String> passwords = Map.of("ann", "secret");
            ActorRef<Place> log = system.spawn(ActorSpec.<Place>of(
                    "log",
                    context -> Behavior.receive((c, place) -> {
                        Principal user = c.contextView().get(Principal.class);
                        users.add(user.getName());
                    })));
            RSocketEndpoint endpoint = RSocketEndpoint.builder(system)
                    .fireAndForget("orders.log", Place.class, log)
                    .authenticate(shown -> shown instanceof Credentials.UserPassword known
                                    && known.password().equals(passwords.get(known.user()))
                            ? Mono.just(known::user)
                            : Mono.empty())
                    .build();
            InetSocketAddress address =
                    Objects.requireNonNull(endpoint.bindTcp("localhost", 0).block());
            RSocketRequester client = spring().setupMetadata(
                            new UsernamePasswordMetadata("ann", "secret"),
                            MimeType.valueOf("message/x.rsocket.authentication.v0"))
                    .tcp("localhost", address.getPort());
            client.route("orders.log").data(new Place("tea", 3)).send().block();
            Await.until("the user", () -> users.contains("ann"));
            client.dispose();
        }
    }
}
