package io.bastion.bridge;

import static org.assertj.core.api.Assertions.assertThat;

import io.bastion.actor.ActorRef;
import io.bastion.actor.ActorSpec;
import io.bastion.actor.ActorSystem;
import io.bastion.actor.Behavior;
import io.bastion.actor.Interceptors;
import io.bastion.actor.Placement;
import io.bastion.actor.TreeEvent;
import io.bastion.testkit.Await;
import io.micrometer.context.ContextRegistry;
import io.micrometer.context.integration.Slf4jThreadLocalAccessor;
import java.time.Duration;
import java.util.List;
import java.util.concurrent.CopyOnWriteArrayList;
import org.junit.jupiter.api.Test;
import org.slf4j.MDC;
import reactor.core.publisher.Flux;
import reactor.core.publisher.Mono;
import reactor.core.scheduler.Schedulers;
import reactor.util.context.Context;

/** The snippets of docs/reactor-bridge.md on context, threads and blocking; each is run, and what the text says about it is checked. */
class CitizenshipGuideTest {
    private final List<Object> seen = new CopyOnWriteArrayList<>();

    private record Order(String item) {}

    @Test
    void context() {
        try (ActorSystem system = ActorSystem.create("shop")) {
            ActorRef<String> orders = system.spawn(ActorSpec.of(
                    "orders",
                    () -> Behavior.receive((context, order) -> {
                        String tenant = context.contextView().getOrDefault("tenant", "nobody");
                        seen.add(tenant + " orders " + order);
                        context.timers().once("reminder", "a reminder", Duration.ofMillis(1));
                    })));
            orders.tell("tea", Context.of("tenant", "acme"));
            Await.until("the reminder", () -> seen.contains("acme orders a reminder"));
            Mono<Boolean> accepted = orders.send("milk").contextWrite(Context.of("tenant", "umbrella"));
            accepted.block();
            Await.until("the milk", () -> seen.contains("umbrella orders milk"));
        }
    }

    @Test
    void threadLocals() {
        ContextRegistry.getInstance().registerThreadLocalAccessor(new Slf4jThreadLocalAccessor("request"));
        try (ActorSystem system = ActorSystem.builder("shop")
                .intercept(ContextPropagation.interceptor())
                .build()) {
            ActorRef<String> orders = system.spawn(ActorSpec.of(
                    "orders",
                    () -> Behavior.receive((context, order) -> seen.add(order + " for " + MDC.get("request")))));
            MDC.put("request", "r-17");
            orders.tell("tea");
            Await.until("the order", () -> seen.contains("tea for r-17"));
        } finally {
            MDC.clear();
            ContextRegistry.getInstance().removeThreadLocalAccessor(Slf4jThreadLocalAccessor.KEY);
        }
    }

    @Test
    void scheduler() {
        try (ActorSystem system = ActorSystem.create("shop")) {
            Flux<Long> squares = Flux.interval(Duration.ofMillis(1), system.scheduler())
                    .publishOn(system.scheduler())
                    .map(n -> n * n);
            assertThat(squares.take(3).collectList().block()).containsExactly(0L, 1L, 4L);
        }
    }

    @Test
    void blocking() {
        try (ActorSystem system = ActorSystem.builder("shop").workers(1).build()) {
            ActorRef<String> archive = system.spawn(ActorSpec.<String>of(
                            "archive",
                            () -> Behavior.receive((context, order) -> {
                                Thread.sleep(10); // a call of JDBC
                                seen.add(order);
                            }))
                    .placement(Placement.blocking()));
            archive.tell("tea");
            Await.until("the order is kept", () -> seen.contains("tea"));
            ActorSpec<String> own = ActorSpec.<String>of(
                            "own", () -> Behavior.receive((context, order) -> seen.add(order)))
                    .placement(Placement.on(Schedulers.boundedElastic()));
            system.spawn(own).tell("milk");
            Await.until("the other order is kept", () -> seen.contains("milk"));
        }
    }

    @Test
    void traces() {
        List<Throwable> failures = new CopyOnWriteArrayList<>();
        try (ActorSystem system = ActorSystem.builder("shop")
                .intercept(Interceptors.traceSenders())
                .build()) {
            system.events().ofType(TreeEvent.Failed.class).subscribe(failed -> failures.add(failed.cause()));
            ActorRef<Order> orders = system.spawn(ActorSpec.of(
                    "orders",
                    () -> Behavior.receive((context, order) -> {
                        throw new IllegalStateException("out of " + order.item());
                    })));
            ActorRef<Order> web =
                    system.spawn(ActorSpec.of("web", () -> Behavior.receive((context, order) -> orders.tell(order))));
            web.tell(new Order("tea"));
            Await.until("the failure", () -> !failures.isEmpty());
        }
        assertThat(failures.get(0).getSuppressed())
                .singleElement()
                .satisfies(trace -> assertThat(trace)
                        .hasMessage("at bastion://shop/orders (incarnation 0) handling " + Order.class.getTypeName()
                                + " from bastion://shop/web"));
    }
}
