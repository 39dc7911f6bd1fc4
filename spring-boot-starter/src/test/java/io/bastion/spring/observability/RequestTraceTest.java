package io.bastion.spring.observability;

import static org.assertj.core.api.Assertions.assertThat;

import io.bastion.actor.ActorContext;
import io.bastion.actor.ActorRef;
import io.bastion.actor.ActorSpec;
import io.bastion.actor.ActorSystem;
import io.bastion.actor.Behavior;
import io.bastion.actor.Distributor;
import io.bastion.actor.GroupSpec;
import io.bastion.cluster.Cluster;
import io.bastion.cluster.ClusterConfig;
import io.bastion.cluster.Discovery;
import io.bastion.cluster.codec.MessageTypes;
import io.bastion.observability.tracing.ActorTracing;
import io.bastion.spring.Actor;
import io.micrometer.observation.ObservationHandler;
import io.micrometer.observation.ObservationRegistry;
import io.micrometer.tracing.Tracer;
import io.micrometer.tracing.handler.DefaultTracingObservationHandler;
import io.micrometer.tracing.handler.PropagatingReceiverTracingObservationHandler;
import io.micrometer.tracing.handler.PropagatingSenderTracingObservationHandler;
import io.micrometer.tracing.propagation.Propagator;
import io.opentelemetry.sdk.testing.exporter.InMemorySpanExporter;
import io.opentelemetry.sdk.trace.SpanProcessor;
import io.opentelemetry.sdk.trace.data.SpanData;
import io.opentelemetry.sdk.trace.export.SimpleSpanProcessor;
import java.time.Duration;
import java.util.Comparator;
import java.util.Locale;
import java.util.Objects;
import java.util.concurrent.locks.LockSupport;
import java.util.function.BooleanSupplier;
import org.junit.jupiter.api.AfterAll;
import org.junit.jupiter.api.BeforeAll;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.Timeout;
import org.springframework.boot.autoconfigure.EnableAutoConfiguration;
import org.springframework.boot.builder.SpringApplicationBuilder;
import org.springframework.context.ConfigurableApplicationContext;
import org.springframework.context.annotation.Bean;
import org.springframework.context.annotation.Configuration;
import org.springframework.context.annotation.Import;
import org.springframework.web.bind.annotation.GetMapping;
import org.springframework.web.bind.annotation.PathVariable;
import org.springframework.web.bind.annotation.RestController;
import org.springframework.web.reactive.function.client.WebClient;
import reactor.core.publisher.Mono;

/** A request over HTTP to an application that is a node, over TCP to an actor of another node, and back. */
@Timeout(60)
class RequestTraceTest {
    private static final Duration BOUND = Duration.ofSeconds(20);

    record Reserve(String item, ActorRef<Price> prices, ActorRef<String> replyTo) {}

    record Price(String item, ActorRef<Integer> replyTo) {}

    private static MessageTypes types() {
        return MessageTypes.builder()
                .register(Reserve.class)
                .register(Price.class)
                .build();
    }

    @Actor("prices")
    static final class Prices implements Behavior.Receive<Price> {
        @Override
        public void receive(ActorContext<Price> context, Price price) {
            price.replyTo().tell(price.item().length());
        }
    }

    @RestController
    static final class Orders {
        private final Distributor<Reserve> stock;
        private final ActorRef<Price> prices;

        Orders(Cluster cluster, ActorRef<Price> prices) {
            stock = cluster.group("stock", Reserve.class);
            this.prices = prices;
        }

        @GetMapping("/orders/{item}")
        Mono<String> order(@PathVariable String item) {
            return stock.askOne(reply -> new Reserve(item, prices, reply), BOUND);
        }
    }

    @Configuration(proxyBeanMethods = false)
    @EnableAutoConfiguration
    @Import({Prices.class, Orders.class})
    static class Application {
        @Bean
        MessageTypes messageTypes() {
            return types();
        }

        /** At once; an exporter that is a bean would get batches. */
        @Bean
        SpanProcessor processor() {
            return SimpleSpanProcessor.create(spans);
        }
    }

    private static final InMemorySpanExporter spans = InMemorySpanExporter.create();

    private static ConfigurableApplicationContext application;
    private static ActorSystem otherSystem;
    private static Cluster other;
    private static WebClient client;

    @BeforeAll
    static void startBoth() {
        application = new SpringApplicationBuilder(Application.class)
                .properties(
                        "server.port=0",
                        "spring.main.banner-mode=off",
                        "bastion.name=shop",
                        "bastion.workers=2",
                        "bastion.tracing.enabled=true",
                        "bastion.cluster.enabled=true",
                        "management.tracing.sampling.probability=1")
                .run();
        client = WebClient.create(
                "http://localhost:" + application.getEnvironment().getProperty("local.server.port"));
        otherSystem = ActorSystem.builder("shop")
                .workers(2)
                .intercept(ActorTracing.builder(observations()).sampled(0).build())
                .build();
        other = Objects.requireNonNull(Cluster.start(
                        otherSystem,
                        ClusterConfig.named("shop")
                                .discovery(Discovery.none())
                                .seeds(application.getBean(Cluster.class).self().address())
                                .messageTypes(types())
                                .build())
                .block(BOUND));
        otherSystem.supervise(GroupSpec.of(
                "stock",
                1,
                ActorSpec.anonymous(() -> Behavior.<Reserve>receiveAsync((context, reserve) -> reserve.prices()
                        .<Integer>ask(reply -> new Price(reserve.item(), reply), BOUND)
                        .doOnNext(price -> reserve.replyTo().tell(reserve.item() + " for " + price))))));
        other.shareGroup("stock");
        Distributor<Reserve> stock = application.getBean(Cluster.class).group("stock", Reserve.class);
        await("stock is known", () -> stock.members().size() == 1);
    }

    /** As Spring Boot has them, of the same service of traces. */
    private static ObservationRegistry observations() {
        Tracer tracer = application.getBean(Tracer.class);
        Propagator propagator = application.getBean(Propagator.class);
        ObservationRegistry registry = ObservationRegistry.create();
        registry.observationConfig()
                .observationHandler(new ObservationHandler.FirstMatchingCompositeObservationHandler(
                        new PropagatingSenderTracingObservationHandler<>(tracer, propagator),
                        new PropagatingReceiverTracingObservationHandler<>(tracer, propagator),
                        new DefaultTracingObservationHandler(tracer)));
        return registry;
    }

    @AfterAll
    static void stopBoth() {
        other.leave().block(BOUND);
        otherSystem.close();
        application.close();
    }

    @BeforeEach
    void forget() {
        spans.reset();
    }

    @Test
    void request_thatAsksOverTwoNodesAndBack_isOneTraceThatTheClientBegan() {
        String trace = "4bf92f3577b34da6a3ce929d0e0e4736";
        String reply = client.get()
                .uri("/orders/tea")
                .header("traceparent", "00-" + trace + "-00f067aa0ba902b7-01")
                .retrieve()
                .bodyToMono(String.class)
                .block(BOUND);
        await("all is done", () -> spans.getFinishedSpanItems().size() >= 5);

        assertThat(reply).isEqualTo("tea for 3");
        assertThat(tree("00f067aa0ba902b7")).isEqualTo("""
                        server http get /orders/{item}
                          producer send stock
                            consumer process stock
                              producer send prices
                                consumer process RequestTraceTest.Prices
                        """);
        assertThat(spans.getFinishedSpanItems())
                .hasSize(5)
                .extracting(SpanData::getTraceId)
                .containsOnly(trace);
    }

    /** The spans below one, a line for each, in the order of their start. */
    private static String tree(String parent) {
        StringBuilder text = new StringBuilder();
        draw("", parent, text);
        return text.toString();
    }

    private static void draw(String indent, String parent, StringBuilder text) {
        spans.getFinishedSpanItems().stream()
                .filter(span -> span.getParentSpanId().equals(parent))
                .sorted(Comparator.comparingLong(SpanData::getStartEpochNanos))
                .forEach(span -> {
                    text.append(indent)
                            .append(span.getKind().name().toLowerCase(Locale.ROOT))
                            .append(' ')
                            .append(span.getName())
                            .append('\n');
                    draw(indent + "  ", span.getSpanId(), text);
                });
    }

    /** Bounded. */
    private static void await(String what, BooleanSupplier condition) {
        long end = System.nanoTime() + BOUND.toNanos();
        while (!condition.getAsBoolean()) {
            assertThat(System.nanoTime())
                    .as(what + ": " + spans.getFinishedSpanItems())
                    .isLessThan(end);
            LockSupport.parkNanos(5_000_000);
        }
    }
}
