package io.bastion.cluster.endpoint;

import io.netty.buffer.ByteBuf;
import io.rsocket.metadata.TracingMetadata;
import io.rsocket.metadata.TracingMetadataCodec;
import java.nio.charset.StandardCharsets;
import java.util.HashMap;
import java.util.Locale;
import java.util.Map;
import java.util.Set;
import reactor.util.context.Context;

/** The trace that a request belongs to, by the names and in the form of HTTP's headers. */
final class Tracing {
    static final String TRACEPARENT = "traceparent";
    static final String B3 = "b3";

    /* Micrometer's propagators write each under its name as MIME type */
    private static final Set<String> HEADERS = Set.of(
            TRACEPARENT,
            "tracestate",
            "baggage",
            B3,
            "x-b3-traceid",
            "x-b3-spanid",
            "x-b3-parentspanid",
            "x-b3-sampled",
            "x-b3-flags");

    private static final int MAX_LENGTH = 8192;

    private final Map<String, String> headers = new HashMap<>();

    void header(String name, ByteBuf content) {
        String header = name.toLowerCase(Locale.ROOT);
        if (HEADERS.contains(header) && content.readableBytes() <= MAX_LENGTH) {
            headers.put(header, content.toString(StandardCharsets.UTF_8));
        }
    }

    /** Also as traceparent, unless there is one. */
    void zipkin(ByteBuf content) {
        TracingMetadata trace = TracingMetadataCodec.decode(content);
        String decision = trace.isDebug() ? "d" : trace.isSampled() ? "1" : trace.isDecided() ? "0" : "";
        if (trace.isEmpty()) {
            if (!decision.isEmpty()) {
                headers.putIfAbsent(B3, decision);
            }
            return;
        }
        String traceId = (trace.traceIdHigh() == 0 ? "" : hex(trace.traceIdHigh())) + hex(trace.traceId());
        StringBuilder b3 = new StringBuilder(traceId).append('-').append(hex(trace.spanId()));
        if (!decision.isEmpty()) {
            b3.append('-').append(decision);
            if (trace.hasParent()) {
                b3.append('-').append(hex(trace.parentId()));
            }
        }
        headers.putIfAbsent(B3, b3.toString());
        headers.putIfAbsent(
                TRACEPARENT,
                "00-" + hex(trace.traceIdHigh()) + hex(trace.traceId()) + "-" + hex(trace.spanId())
                        + (decision.equals("1") || decision.equals("d") ? "-01" : "-00"));
    }

    private static String hex(long part) {
        return String.format(Locale.ROOT, "%016x", part);
    }

    Context context() {
        return Context.of(headers);
    }
}
