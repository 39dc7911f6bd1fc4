package io.bastion.observability.observer;

import java.nio.charset.StandardCharsets;
import java.util.HashMap;
import java.util.Map;
import java.util.Optional;
import reactor.core.publisher.Flux;

/** Makes responses. */
final class Responses {
    private static final String CONTENT_TYPE = "Content-Type";
    private static final String CACHE_CONTROL = "Cache-Control";

    /** With all of them; scripts and styles are files, and nothing else is fetched from anywhere. */
    private static final Map<String, String> SECURITY = Map.of(
            "Content-Security-Policy",
            "default-src 'none'; script-src 'self'; style-src 'self'; img-src 'self'; connect-src 'self'; "
                    + "base-uri 'none'; form-action 'none'; frame-ancestors 'none'",
            "X-Content-Type-Options",
            "nosniff",
            "Referrer-Policy",
            "no-referrer",
            "Cross-Origin-Resource-Policy",
            "same-origin");

    private Responses() {}

    static ObserverResponse of(int status, String type, byte[] body, Map<String, String> headers) {
        return new ObserverResponse(status, all(type, headers), Flux.just(body), false);
    }

    static ObserverResponse json(byte[] body) {
        return of(200, "application/json", body, Map.of());
    }

    static ObserverResponse text(int status, String text) {
        return text(status, text, Map.of());
    }

    private static ObserverResponse text(int status, String text, Map<String, String> headers) {
        return of(status, "text/plain;charset=UTF-8", (text + "\n").getBytes(StandardCharsets.UTF_8), headers);
    }

    /** Server-sent events. */
    static ObserverResponse stream(Flux<byte[]> events) {
        // a proxy that buffers would hold them back
        return new ObserverResponse(200, all("text/event-stream", Map.of("X-Accel-Buffering", "no")), events, true);
    }

    static ObserverResponse unauthorized(Optional<String> challenge) {
        return text(
                challenge.isPresent() ? 401 : 403,
                "not authenticated",
                challenge.map(value -> Map.of("WWW-Authenticate", value)).orElse(Map.of()));
    }

    static ObserverResponse notAllowed(String method) {
        return text(405, "method: not allowed (expected: " + method + ")", Map.of("Allow", method));
    }

    static ObserverResponse notFound() {
        return text(404, "nothing here");
    }

    static ObserverResponse moved(String location) {
        return text(308, location, Map.of("Location", location));
    }

    private static Map<String, String> all(String type, Map<String, String> headers) {
        Map<String, String> all = new HashMap<>(SECURITY);
        all.put(CONTENT_TYPE, type);
        all.put(CACHE_CONTROL, "no-store");
        all.putAll(headers);
        return all;
    }
}
