package io.bastion.observability.tracing;

import io.micrometer.observation.ObservationHandler.FirstMatchingCompositeObservationHandler;
import io.micrometer.observation.ObservationRegistry;
import io.micrometer.tracing.handler.DefaultTracingObservationHandler;
import io.micrometer.tracing.handler.PropagatingReceiverTracingObservationHandler;
import io.micrometer.tracing.handler.PropagatingSenderTracingObservationHandler;
import io.micrometer.tracing.otel.bridge.OtelCurrentTraceContext;
import io.micrometer.tracing.otel.bridge.OtelPropagator;
import io.micrometer.tracing.otel.bridge.OtelTracer;
import io.opentelemetry.api.trace.propagation.W3CTraceContextPropagator;
import io.opentelemetry.context.propagation.ContextPropagators;
import io.opentelemetry.sdk.testing.exporter.InMemorySpanExporter;
import io.opentelemetry.sdk.trace.SdkTracerProvider;
import io.opentelemetry.sdk.trace.data.SpanData;
import io.opentelemetry.sdk.trace.export.SimpleSpanProcessor;
import java.util.Comparator;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.function.Predicate;

/** OpenTelemetry's SDK under Micrometer's observations; its spans go to memory, as of one service or of several. */
final class Spans implements AutoCloseable {
    final ObservationRegistry registry = ObservationRegistry.create();
    final Open open = new Open();
    private final InMemorySpanExporter exporter;
    private final SdkTracerProvider provider;

    Spans() {
        this(InMemorySpanExporter.create());
    }

    private Spans(InMemorySpanExporter exporter) {
        this.exporter = exporter;
        provider = SdkTracerProvider.builder()
                .addSpanProcessor(SimpleSpanProcessor.create(exporter))
                .build();
        var otel = provider.get("io.bastion");
        var tracer = new OtelTracer(otel, new OtelCurrentTraceContext(), event -> {});
        var propagator = new OtelPropagator(ContextPropagators.create(W3CTraceContextPropagator.getInstance()), otel);
        registry.observationConfig()
                .observationHandler(open)
                .observationHandler(new FirstMatchingCompositeObservationHandler(
                        new PropagatingSenderTracingObservationHandler<>(tracer, propagator),
                        new PropagatingReceiverTracingObservationHandler<>(tracer, propagator),
                        new RestartTracingObservationHandler(tracer),
                        new DefaultTracingObservationHandler(tracer)));
    }

    /** Another service, whose spans go to the same place. */
    Spans another() {
        return new Spans(exporter);
    }

    /** All that have ended. */
    List<SpanData> all() {
        return exporter.getFinishedSpanItems();
    }

    SpanData one(String name) {
        List<SpanData> found =
                all().stream().filter(s -> s.getName().equals(name)).toList();
        if (found.size() != 1) {
            throw new AssertionError(name + ": " + found.size() + " (expected: 1 of " + all() + ")");
        }
        return found.get(0);
    }

    void forget() {
        exporter.reset();
    }

    /** The spans as a tree, a line for each, in the order of their start. */
    String tree() {
        StringBuilder text = new StringBuilder();
        Map<String, SpanData> known = new HashMap<>();
        all().forEach(span -> known.put(span.getSpanId(), span));
        draw("", span -> !known.containsKey(span.getParentSpanId()), text);
        return text.toString();
    }

    private void draw(String indent, Predicate<SpanData> which, StringBuilder text) {
        all().stream()
                .filter(which)
                .sorted(Comparator.comparingLong(SpanData::getStartEpochNanos))
                .forEach(span -> {
                    text.append(indent)
                            .append(span.getKind().name().toLowerCase(java.util.Locale.ROOT))
                            .append(' ')
                            .append(span.getName())
                            .append('\n');
                    draw(indent + "  ", child -> child.getParentSpanId().equals(span.getSpanId()), text);
                });
    }

    @Override
    public void close() {
        provider.close();
    }
}
