package io.bastion.observability.tracing;

import static org.assertj.core.api.Assertions.assertThat;

import io.bastion.actor.ActorRef;
import io.bastion.actor.ActorSpec;
import io.bastion.actor.ActorSystem;
import io.bastion.actor.Behavior;
import io.bastion.actor.RemoteActorRef;
import io.bastion.cluster.Cluster;
import io.bastion.cluster.ClusterConfig;
import io.bastion.cluster.Discovery;
import io.bastion.cluster.Member;
import io.bastion.cluster.codec.MessageTypes;
import io.bastion.testkit.Await;
import io.micrometer.observation.Observation;
import io.micrometer.observation.contextpropagation.ObservationThreadLocalAccessor;
import io.opentelemetry.sdk.trace.data.LinkData;
import io.opentelemetry.sdk.trace.data.SpanData;
import java.time.Duration;
import java.util.ArrayList;
import java.util.List;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.Timeout;
import reactor.core.publisher.Flux;
import reactor.util.context.Context;

/** Two nodes, each with its own tracer, over TCP on this machine. */
@Timeout(60)
class ClusterTracingTest {
    private static final Duration BOUND = Duration.ofSeconds(20);

    /** What a shop asks its stock. */
    record Reserve(String item, ActorRef<Price> prices, ActorRef<String> replyTo) {}

    /** What the stock asks back. */
    record Price(String item, ActorRef<Integer> replyTo) {}

    /** What an order is. */
    record Order(String item, ActorRef<String> replyTo) {}

    private final Spans first = new Spans();
    private final Spans second = first.another();
    private final List<ActorSystem> systems = new ArrayList<>();
    private final List<Cluster> nodes = new ArrayList<>();

    private Cluster start(ActorTracing tracing, String... seeds) {
        ActorSystem system = ActorSystem.builder("shop").intercept(tracing).build();
        systems.add(system);
        Cluster node = Cluster.start(
                        system,
                        ClusterConfig.named("shop")
                                .discovery(Discovery.none())
                                .seeds(seeds)
                                .pingInterval(Duration.ofMillis(250))
                                .suspicion(60) // a busy machine may stand still for seconds
                                .messageTypes(MessageTypes.builder()
                                        .register(Reserve.class)
                                        .register(Price.class)
                                        .build())
                                .build())
                .blockOptional(BOUND)
                .orElseThrow();
        nodes.add(node);
        return node;
    }

    @BeforeEach
    void startTwo() {
        // only the shop's own actors: a node's are not of its types
        Cluster one = start(tracing(first));
        start(tracing(second), one.self().address());
        Await.until(
                "both know each other",
                () -> nodes.stream().allMatch(node -> node.members().size() == 2));
    }

    private static ActorTracing tracing(Spans spans) {
        return ActorTracing.builder(spans.registry)
                .types(List.of("orders", "stock", "prices")::contains)
                .build();
    }

    @AfterEach
    void stop() {
        Flux.fromIterable(nodes).flatMap(Cluster::leave).blockLast(BOUND);
        systems.forEach(ActorSystem::close);
        first.close();
        second.close();
    }

    private ActorRef<Reserve> stockElsewhere(Behavior<Reserve> behavior) {
        nodes.get(1)
                .register("stock", any -> ActorSpec.of("stock", () -> behavior).type("stock"));
        Member there = nodes.get(1).self();
        ActorRef<Reserve> stock = nodes.get(0)
                .<Reserve>spawn(there, "stock", "", BOUND)
                .blockOptional(BOUND)
                .orElseThrow();
        assertThat(stock).isInstanceOf(RemoteActorRef.class);
        return stock;
    }

    private ActorRef<Price> prices() {
        return systems.get(0)
                .spawn(ActorSpec.of(
                                "prices",
                                () -> Behavior.<Price>receive(
                                        (context, price) -> price.replyTo().tell(42)))
                        .type("prices"));
    }

    @Test
    void request_thatAsksOverTwoNodesAndBack_isOneTrace() {
        ActorRef<Reserve> stock = stockElsewhere(Behavior.receiveAsync((context, reserve) -> reserve.prices()
                .<Integer>ask(replyTo -> new Price(reserve.item(), replyTo), BOUND)
                .doOnNext(price -> reserve.replyTo().tell(reserve.item() + " for " + price))));
        ActorRef<Price> prices = prices();
        ActorRef<Order> orders = systems.get(0)
                .spawn(ActorSpec.of(
                                "orders",
                                () -> Behavior.<Order>receiveAsync((context, order) -> stock.<String>ask(
                                                replyTo -> new Reserve(order.item(), prices, replyTo), BOUND)
                                        .doOnNext(order.replyTo()::tell)))
                        .type("orders"));
        Observation request = Observation.start("GET /orders", first.registry);

        String reply = orders.<String>ask(replyTo -> new Order("tea", replyTo), BOUND)
                .contextWrite(Context.of(ObservationThreadLocalAccessor.KEY, request))
                .blockOptional(BOUND)
                .orElseThrow();
        request.stop();
        Await.until("all is done", () -> first.open.isNone() && second.open.isNone());

        assertThat(reply).isEqualTo("tea for 42");
        assertThat(first.tree()).isEqualTo("""
                        internal GET /orders
                          producer send orders
                            consumer process orders
                              producer send stock
                                consumer process stock
                                  producer send prices
                                    consumer process prices
                        """);
        assertThat(first.all())
                .extracting(SpanData::getTraceId)
                .containsOnly(first.one("GET /orders").getTraceId());
        assertThat(second.open.started()).isEqualTo(2);
    }

    @Test
    void plainHandlers_thatTellActorsElsewhere_areOneTrace() {
        ActorRef<Reserve> stock = stockElsewhere(
                Behavior.receive((context, reserve) -> reserve.prices().tell(new Price(reserve.item(), ignoring(1)))));
        ActorRef<Price> prices = prices();
        ActorRef<String> nobody = ignoring(0);
        ActorRef<Order> orders = systems.get(0)
                .spawn(ActorSpec.of(
                                "orders",
                                () -> Behavior.<Order>receive(
                                        (context, order) -> stock.tell(new Reserve(order.item(), prices, nobody))))
                        .type("orders"));

        orders.tell(new Order("tea", nobody));
        Await.until(
                "all is done", // the last one first: by then all others have begun
                () -> first.all().stream().anyMatch(span -> span.getName().equals("process prices"))
                        && first.open.isNone()
                        && second.open.isNone());

        assertThat(first.tree()).isEqualTo("""
                        producer send orders
                          consumer process orders
                            producer send stock
                              consumer process stock
                                producer send prices
                                  consumer process prices
                                    producer send anonymous
                        """);
    }

    private <M> ActorRef<M> ignoring(int node) {
        return systems.get(node).spawn(ActorSpec.anonymous(() -> Behavior.receive((context, message) -> {})));
    }

    @Test
    void restart_elsewhere_isLinkedToTheTraceOfTheMessageThatCausedIt() {
        ActorRef<Reserve> stock = stockElsewhere(Behavior.receive((context, reserve) -> {
            throw new IllegalStateException("out of stock");
        }));
        Observation request = Observation.start("GET /orders", first.registry);

        request.scoped(() -> stock.tell(new Reserve("tea", prices(), ignoring(0))));
        request.stop();
        Await.until(
                "it restarts",
                () -> first.all().stream().anyMatch(span -> span.getName().equals("restart stock")));

        assertThat(first.one("restart stock").getLinks())
                .extracting(LinkData::getSpanContext)
                .extracting(context -> context.getTraceId() + " " + context.getSpanId())
                .containsExactly(first.one("GET /orders").getTraceId() + " "
                        + first.one("send stock").getSpanId());
    }
}
