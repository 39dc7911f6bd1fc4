package io.bastion.observability.tracing;

import io.micrometer.observation.Observation;
import io.micrometer.tracing.Link;
import io.micrometer.tracing.Span;
import io.micrometer.tracing.TraceContext;
import io.micrometer.tracing.Tracer;
import io.micrometer.tracing.handler.TracingObservationHandler;
import java.util.Objects;
import java.util.regex.Matcher;
import java.util.regex.Pattern;
import org.jspecify.annotations.Nullable;
import reactor.util.context.ContextView;

/**
 * Makes a restart a trace of its own with a link to the span of the message that caused it. It must come before the handlers that take any
 * observation; without it a restart is a span without a link. Thread-safe.
 */
public final class RestartTracingObservationHandler implements TracingObservationHandler<ActorRestartContext> {
    /** Version, trace, span and flags, as W3C's Trace Context has them. */
    private static final Pattern TRACEPARENT =
            Pattern.compile("[0-9a-f]{2}-([0-9a-f]{32})-([0-9a-f]{16})-([0-9a-f]{2})(-.*)?");

    private final Tracer tracer;

    /** A handler that makes its spans with that tracer. */
    public RestartTracingObservationHandler(Tracer tracer) {
        this.tracer = Objects.requireNonNull(tracer, "tracer: null (expected: a Tracer)");
    }

    @Override
    public Tracer getTracer() {
        return tracer;
    }

    @Override
    public boolean supportsContext(Observation.Context context) {
        return context instanceof ActorRestartContext;
    }

    @Override
    public void onStart(ActorRestartContext context) {
        Span.Builder span = tracer.spanBuilder().setNoParent().name(Objects.requireNonNull(context.getName()));
        TraceContext cause = cause(context.cause());
        if (cause != null) {
            span.addLink(new Link(cause));
        }
        getTracingContext(context).setSpan(span.start());
    }

    @Override
    public void onStop(ActorRestartContext context) {
        Span span = getRequiredSpan(context);
        span.name(getSpanName(context));
        tagSpan(context, span);
        endSpan(context, span);
    }

    private @Nullable TraceContext cause(ContextView message) {
        Observation sender = Ancestry.carried(message);
        TracingContext known = sender == null ? null : sender.getContextView().get(TracingContext.class);
        Span span = known == null ? null : known.getSpan();
        return span != null ? span.context() : foreign(message.getOrDefault(Ancestry.TRACEPARENT, null));
    }

    private @Nullable TraceContext foreign(@Nullable Object traceparent) {
        if (traceparent instanceof String text) {
            Matcher parts = TRACEPARENT.matcher(text);
            if (parts.matches()) {
                boolean sampled = (Integer.parseInt(parts.group(3), 16) & 1) == 1;
                return tracer.traceContextBuilder()
                        .traceId(parts.group(1))
                        .spanId(parts.group(2))
                        .sampled(sampled)
                        .build();
            }
        }
        return null;
    }
}
