package io.bastion.observability.observer;

import java.net.InetSocketAddress;
import java.net.URI;
import java.security.SecureRandom;
import java.util.HexFormat;
import java.util.Optional;
import reactor.core.publisher.Mono;

/** Who may see the page, and who may act on it. */
final class Access {
    /** What the page sends with an action: a header that no form and no simple request can have. */
    static final String TOKEN_HEADER = "X-Observer-Token";

    private final ObserverSettings settings;

    /** Known to who can read what the page is told. */
    private final String token;

    Access(ObserverSettings settings) {
        this.settings = settings;
        byte[] random = new byte[16];
        new SecureRandom().nextBytes(random);
        token = HexFormat.of().formatHex(random);
    }

    String token() {
        return token;
    }

    /** Empty if a request may be served, otherwise the refusal. */
    Mono<ObserverResponse> refusal(ObserverRequest request) {
        return settings.authenticator()
                .map(authenticator -> asked(authenticator, request))
                .orElseGet(() -> Mono.justOrEmpty(foreign(request)));
    }

    private static Mono<ObserverResponse> asked(ObserverAuthenticator authenticator, ObserverRequest request) {
        return Mono.defer(() -> authenticator.authenticate(request))
                .onErrorReturn(false)
                .defaultIfEmpty(false)
                .filter(allowed -> !allowed)
                .map(refused -> Responses.unauthorized(authenticator.challenge()));
    }

    /**
     * Without an authenticator the page is for this machine. A name of the host that is not of the loopback interface is a web
     * page elsewhere whose name was made to lead here; what a proxy passes on may come from anywhere.
     */
    private static Optional<ObserverResponse> foreign(ObserverRequest request) {
        String host = request.header("Host").orElse("");
        String wrong = "";
        if (!request.remoteAddress().map(Access::isLoopback).orElse(false)) {
            wrong = "remote address";
        } else if (!isLoopbackName(host)) {
            wrong = "Host";
        } else if (request.header("Forwarded").isPresent()
                || request.header("X-Forwarded-For").isPresent()) {
            wrong = "Forwarded";
        }
        return wrong.isEmpty()
                ? Optional.empty()
                : Optional.of(Responses.text(
                        403, wrong + ": not of this machine (expected: the loopback interface, or an authenticator)"));
    }

    private static boolean isLoopback(InetSocketAddress remote) {
        return !remote.isUnresolved() && remote.getAddress().isLoopbackAddress();
    }

    private static boolean isLoopbackName(String host) {
        int end = host.startsWith("[") ? host.indexOf(']') + 1 : host.indexOf(':');
        String name = end > 0 ? host.substring(0, end) : host;
        return name.equalsIgnoreCase("localhost") || name.equals("[::1]") || name.matches("127(\\.\\d{1,3}){3}");
    }

    /** Empty if a request may act, otherwise the refusal. The one to see the page was given before. */
    Optional<ObserverResponse> refusalToAct(ObserverRequest request) {
        if (!settings.actions()) {
            return Optional.of(Responses.text(403, "actions: off (expected: enabled in the settings)"));
        }
        if (!request.method().equals("POST")) {
            return Optional.of(Responses.notAllowed("POST"));
        }
        boolean own = request.header("Origin").map(origin -> isOwn(origin, request)).orElse(true)
                && request.header("Sec-Fetch-Site").map("same-origin"::equals).orElse(true);
        if (!own || !request.header(TOKEN_HEADER).map(token::equals).orElse(false)) {
            return Optional.of(Responses.text(403, TOKEN_HEADER + ": not the page's (expected: an action of the page)"));
        }
        return Optional.empty();
    }

    private static boolean isOwn(String origin, ObserverRequest request) {
        try {
            String authority = URI.create(origin).getRawAuthority();
            return authority != null && authority.equalsIgnoreCase(request.header("Host").orElse(""));
        } catch (IllegalArgumentException e) {
            return false;
        }
    }
}
