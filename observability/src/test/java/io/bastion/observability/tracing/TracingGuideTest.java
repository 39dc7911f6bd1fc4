package io.bastion.observability.tracing;

import static org.assertj.core.api.Assertions.assertThat;

import io.bastion.actor.ActorRef;
import io.bastion.actor.ActorSpec;
import io.bastion.actor.ActorSystem;
import io.bastion.actor.Behavior;
import io.bastion.testkit.Await;
import io.micrometer.common.KeyValues;
import io.micrometer.observation.Observation;
import io.micrometer.observation.ObservationHandler.FirstMatchingCompositeObservationHandler;
import io.micrometer.observation.ObservationRegistry;
import io.micrometer.observation.contextpropagation.ObservationThreadLocalAccessor;
import io.micrometer.observation.tck.TestObservationRegistry;
import io.micrometer.tracing.Tracer;
import io.micrometer.tracing.handler.DefaultTracingObservationHandler;
import io.micrometer.tracing.handler.PropagatingReceiverTracingObservationHandler;
import io.micrometer.tracing.handler.PropagatingSenderTracingObservationHandler;
import io.micrometer.tracing.propagation.Propagator;
import io.micrometer.tracing.test.simple.SimpleTracer;
import java.time.Duration;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.Timeout;
import reactor.core.publisher.Mono;
import reactor.util.context.Context;

/** The snippets on traces of docs/observability.md, run. */
@Timeout(60)
class TracingGuideTest {
    record Order(String item, ActorRef<String> replyTo) {}

    private final TestObservationRegistry observations = TestObservationRegistry.create();

    @Test
    void system_isTraced_andAskBelongsToTheObservationOfItsSubscriber() {
        ActorSystem system = ActorSystem.builder("shop")
                .intercept(ActorTracing.of(observations))
                .build();
        ActorRef<Order> orders = system.spawn(ActorSpec.<Order>of(
                        "orders",
                        () -> Behavior.receive(
                                (context, order) -> order.replyTo().tell("accepted")))
                .type("orders"));

        Observation request = Observation.start("request", observations);
        Mono<String> reply = orders.<String>ask(replyTo -> new Order("tea", replyTo), Duration.ofSeconds(5))
                .contextWrite(Context.of(ObservationThreadLocalAccessor.KEY, request));
        assertThat(reply.blockOptional()).contains("accepted");
        request.stop();

        observations
                .assertThat()
                .hasObservationWithNameEqualTo("bastion.actor.send")
                .that()
                .hasParentObservationEqualTo(request);
        system.close();
    }

    @Test
    void messages_areSelected() {
        ActorTracing tracing = ActorTracing.builder(observations)
                .types(type -> !type.equals("clock"))
                .sampled(0.01)
                .build();

        try (ActorSystem system = ActorSystem.builder("shop").intercept(tracing).build()) {
            ActorSpec<String> spec = ActorSpec.<String>of("clock", () -> Behavior.receive((context, message) -> {}))
                    .type("clock");
            ActorRef<String> clock = system.spawn(spec);
            Observation.createNotStarted("request", observations).observe(() -> clock.tell("tick"));
            Await.until("handled", () -> clock.stats().handled() == 1);
        }
        observations.assertThat().hasNumberOfObservationsEqualTo(1);
    }

    /** Handlers without Spring. */
    static void trace(ObservationRegistry observations, Tracer tracer, Propagator propagator) {
        observations
                .observationConfig()
                .observationHandler(new FirstMatchingCompositeObservationHandler(
                        new PropagatingSenderTracingObservationHandler<>(tracer, propagator),
                        new PropagatingReceiverTracingObservationHandler<>(tracer, propagator),
                        new RestartTracingObservationHandler(tracer),
                        new DefaultTracingObservationHandler(tracer)));
    }

    @Test
    void restart_isASpan() {
        SimpleTracer tracer = new SimpleTracer();
        trace(observations, tracer, Propagator.NOOP);
        try (ActorSystem system = ActorSystem.builder("shop").build()) {
            system.spawn(ActorSpec.<String>of(
                                    "failing",
                                    () -> Behavior.<String>receive((context, message) -> {
                                        throw new IllegalStateException(message);
                                    }))
                            .type("failing")
                            .intercept(ActorTracing.builder(observations)
                                    .sampled(0)
                                    .build()))
                    .tell("fail");
            Await.until("it restarts", () -> !tracer.getSpans().isEmpty());
        }
        assertThat(tracer.onlySpan().getName()).isEqualTo("restart failing");
    }

    @Test
    void convention_isReplaced() {
        ActorTracing tracing = ActorTracing.builder(observations)
                .convention(new ActorSendObservationConvention() {
                    @Override
                    public KeyValues getHighCardinalityKeyValues(ActorSendContext context) {
                        return ActorSendObservationConvention.super
                                .getHighCardinalityKeyValues(context)
                                .and("shop.message", context.message().toString());
                    }
                })
                .build();
        try (ActorSystem system = ActorSystem.builder("shop").intercept(tracing).build()) {
            ActorSpec<String> spec = ActorSpec.<String>of("orders", () -> Behavior.receive((context, message) -> {}))
                    .type("orders");
            system.spawn(spec).tell("tea");
        }
        observations.assertThat().hasAnObservationWithAKeyValue("shop.message", "tea");
    }
}
