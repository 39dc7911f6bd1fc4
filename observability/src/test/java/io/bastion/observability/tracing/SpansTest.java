package io.bastion.observability.tracing;

import static org.assertj.core.api.Assertions.assertThat;

import io.bastion.actor.ActorRef;
import io.bastion.actor.ActorSpec;
import io.bastion.actor.Behavior;
import io.bastion.actor.TellResult;
import io.bastion.testkit.BastionTest;
import io.bastion.testkit.TestKit;
import io.micrometer.observation.Observation;
import io.micrometer.observation.contextpropagation.ObservationThreadLocalAccessor;
import io.opentelemetry.api.common.AttributeKey;
import io.opentelemetry.api.trace.StatusCode;
import io.opentelemetry.sdk.trace.data.LinkData;
import io.opentelemetry.sdk.trace.data.SpanData;
import java.time.Duration;
import java.util.Map;
import java.util.function.Supplier;
import java.util.stream.Stream;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.Arguments;
import org.junit.jupiter.params.provider.MethodSource;
import reactor.core.publisher.Flux;
import reactor.core.publisher.Mono;
import reactor.util.context.Context;

/** What OpenTelemetry makes of it: traces of messages, and of restarts. */
@BastionTest
class SpansTest {
    private static final Duration SECOND = Duration.ofSeconds(1);
    private static final String FOREIGN = "00-0af7651916cd43dd8448eb211c80319c-b7ad6b7169203331-01";

    record Ask(ActorRef<String> replyTo) {}

    private final Spans spans = new Spans();
    private final ActorTracing tracing = ActorTracing.of(spans.registry);

    @AfterEach
    void nothingIsOpen() {
        spans.open.assertNone();
        spans.close();
    }

    private <M> ActorSpec<M> traced(String name, Supplier<Behavior<M>> behavior) {
        return ActorSpec.of(name, behavior).type(name).intercept(tracing);
    }

    @Test
    void asksOverThreeActors_areOneTrace(TestKit kit) {
        ActorRef<Ask> third = kit.spawn(traced(
                "third", () -> Behavior.receive((context, ask) -> ask.replyTo().tell("done"))));
        ActorRef<Ask> second = kit.spawn(traced(
                "second",
                () -> Behavior.receiveAsync((context, ask) -> Mono.delay(SECOND)
                        .then(third.<String>ask(Ask::new, SECOND))
                        .doOnNext(ask.replyTo()::tell))));
        ActorRef<Ask> first = kit.spawn(traced(
                "first",
                () -> Behavior.receiveAsync((context, ask) ->
                        second.<String>ask(Ask::new, SECOND.multipliedBy(10)).doOnNext(ask.replyTo()::tell))));
        Observation request = Observation.start("request", spans.registry);

        Mono<String> reply = first.<String>ask(Ask::new, SECOND.multipliedBy(10))
                .contextWrite(Context.of(ObservationThreadLocalAccessor.KEY, request))
                .cache();
        reply.subscribe();
        kit.rest();
        kit.advanceBy(SECOND);
        assertThat(kit.result(reply)).isEqualTo("done");
        request.stop();
        kit.rest();

        assertThat(spans.tree()).isEqualTo("""
                        internal request
                          producer send first
                            consumer process first
                              producer send second
                                consumer process second
                                  producer send third
                                    consumer process third
                        """);
        assertThat(spans.all())
                .extracting(SpanData::getTraceId)
                .containsOnly(spans.one("request").getTraceId());
        assertThat(spans.one("process second").getAttributes().asMap())
                .containsEntry(AttributeKey.stringKey("messaging.system"), "bastion")
                .containsEntry(AttributeKey.stringKey("messaging.operation.type"), "process")
                .containsEntry(AttributeKey.stringKey("messaging.destination.name"), "second")
                .containsEntry(AttributeKey.stringKey("bastion.actor.path"), "bastion://test/second");
    }

    @Test
    void message_thatBringsATraceFromElsewhere_isHandledInIt_andItsSendingIsNotObservedHere(TestKit kit) {
        ActorRef<String> actor = kit.spawn(traced("a", () -> Behavior.receive((context, message) -> {})));

        actor.tell("m", Context.of("traceparent", FOREIGN));
        kit.rest();

        SpanData only = spans.one("process a");
        assertThat(spans.all()).containsExactly(only);
        assertThat(only.getTraceId() + " " + only.getParentSpanId())
                .isEqualTo("0af7651916cd43dd8448eb211c80319c b7ad6b7169203331");
    }

    static Stream<Arguments> failures() {
        return Map.<String, Supplier<Behavior<String>>>of(
                        "handler",
                        () -> Behavior.receive((context, message) -> {
                            throw new IllegalStateException(message);
                        }),
                        "asynchronous handler",
                        () -> Behavior.receiveAsync((context, message) ->
                                Mono.delay(SECOND).then(Mono.error(new IllegalStateException(message)))),
                        "asynchronous handler that has failed when it returns",
                        () -> Behavior.receiveAsync(
                                (context, message) -> Mono.error(new IllegalStateException(message))),
                        "flow",
                        () -> Behavior.flow((context, inbox) -> inbox.map(message -> {
                            throw new IllegalStateException(message);
                        })),
                        "flow that fails later",
                        () -> Behavior.flow((context, inbox) -> inbox.concatMap(
                                message -> Mono.delay(SECOND).then(Mono.error(new IllegalStateException(message))))))
                .entrySet()
                .stream()
                .map(kind -> Arguments.of(kind.getKey(), kind.getValue()));
    }

    @ParameterizedTest(name = "{0}")
    @MethodSource("failures")
    void restart_isATraceOfItsOwn_linkedToThatOfItsCause(
            String kind, Supplier<Behavior<String>> behavior, TestKit kit) {
        ActorRef<String> actor = kit.spawn(traced("failing", behavior));

        actor.tell("first");
        kit.rest();
        kit.advanceBy(SECOND);
        kit.rest();
        SpanData cause = spans.one("send failing");
        SpanData restart = spans.one("restart failing");
        assertThat(restart.getLinks()).extracting(LinkData::getSpanContext).containsExactly(cause.getSpanContext());
        assertThat(restart.getTraceId()).isNotEqualTo(cause.getTraceId());
        assertThat(restart.getParentSpanContext().isValid()).isFalse();
        assertThat(restart.getStatus().getStatusCode()).isEqualTo(StatusCode.ERROR);
        assertThat(restart.getAttributes().asMap())
                .containsEntry(AttributeKey.stringKey("bastion.restart.cause"), IllegalStateException.class.getName())
                .containsEntry(AttributeKey.stringKey("bastion.actor.incarnation"), "0");
        if (!kind.startsWith("flow")) {
            assertThat(spans.one("process failing").getStatus().getStatusCode()).isEqualTo(StatusCode.ERROR);
        }

        spans.forget();
        actor.tell("of elsewhere", Context.of("traceparent", FOREIGN));
        kit.rest();
        kit.advanceBy(SECOND);
        kit.rest();
        assertThat(spans.one("restart failing").getLinks())
                .extracting(link -> link.getSpanContext().getTraceId() + " "
                        + link.getSpanContext().getSpanId() + " "
                        + link.getSpanContext().isSampled())
                .containsExactly("0af7651916cd43dd8448eb211c80319c b7ad6b7169203331 true");
    }

    @Test
    void restart_ofAMessageThatWasNotSampled_hasNoLink(TestKit kit) {
        ActorTracing never = ActorTracing.builder(spans.registry).sampled(0).build();
        ActorRef<String> actor = kit.spawn(ActorSpec.<String>of(
                        "failing",
                        () -> Behavior.receive((context, m) -> {
                            throw new IllegalStateException(m);
                        }))
                .type("failing")
                .intercept(never));

        actor.tell("fail");
        actor.tell("fail with nonsense", Context.of("traceparent", "nonsense"));
        kit.rest();

        assertThat(spans.all())
                .filteredOn(span -> span.getName().equals("restart failing"))
                .hasSize(2)
                .allSatisfy(span -> assertThat(span.getLinks()).isEmpty());
    }

    @Test
    void askThatIsCancelled_endsItsSpans_whenTheHandlerDoes(TestKit kit) {
        ActorRef<Ask> actor = kit.spawn(traced(
                "slow",
                () -> Behavior.receiveAsync((context, ask) ->
                        Mono.delay(SECOND).doOnNext(n -> ask.replyTo().tell("late")))));

        actor.<String>ask(Ask::new, SECOND.multipliedBy(2)).subscribe().dispose();
        kit.rest();
        assertThat(spans.tree()).isEqualTo("producer send slow\n");
        kit.advanceBy(SECOND);
        kit.rest();

        assertThat(spans.tree()).isEqualTo("producer send slow\n  consumer process slow\n");
    }

    @Test
    void everyWayIn_isSentAndHandled(TestKit kit) {
        ActorRef<Integer> actor = kit.spawn(traced("a", () -> Behavior.receive((context, message) -> {})));

        assertThat(actor.tell(1)).isEqualTo(TellResult.ACCEPTED);
        actor.tellAll(java.util.List.of(2, 3));
        kit.result(actor.send(4));
        kit.result(actor.feed(Flux.just(5, 6)));
        kit.result(actor.feed(Flux.just(7).hide()));
        kit.rest();

        assertThat(spans.tree()).isEqualTo("producer send a\n  consumer process a\n".repeat(7));
    }
}
