package io.bastion.observability.observer;

import java.nio.charset.StandardCharsets;
import java.security.MessageDigest;
import java.util.Base64;
import java.util.Optional;
import reactor.core.publisher.Mono;

/** Says who may see the page. Called for each request, on a thread of the server that must not be blocked. */
@FunctionalInterface
public interface ObserverAuthenticator {
    /**
     * Whether a request may be served.
     *
     * @return true if it may; false, empty or a failure if not
     */
    Mono<Boolean> authenticate(ObserverRequest request);

    /** The value of {@code WWW-Authenticate} for requests that may not be served; none by default. */
    default Optional<String> challenge() {
        return Optional.empty();
    }

    /**
     * Lets in who knows a name and a password, by HTTP's basic authentication. Both cross the network as plain text: of use on
     * loopback, in a tunnel or behind TLS.
     */
    static ObserverAuthenticator basic(String user, String password) {
        if (user.isEmpty() || user.indexOf(':') >= 0) {
            throw new IllegalArgumentException("user: \"" + user + "\" (expected: a name without a colon)");
        }
        if (password.isEmpty()) {
            throw new IllegalArgumentException("password: \"\" (expected: not empty)");
        }
        byte[] expected = ("Basic "
                        + Base64.getEncoder().encodeToString((user + ":" + password).getBytes(StandardCharsets.UTF_8)))
                .getBytes(StandardCharsets.UTF_8);
        return new ObserverAuthenticator() {
            @Override
            public Mono<Boolean> authenticate(ObserverRequest request) {
                byte[] given = request.header("Authorization").orElse("").getBytes(StandardCharsets.UTF_8);
                return Mono.just(MessageDigest.isEqual(expected, given));
            }

            @Override
            public Optional<String> challenge() {
                return Optional.of("Basic realm=\"Bastion observer\", charset=\"UTF-8\"");
            }
        };
    }
}
