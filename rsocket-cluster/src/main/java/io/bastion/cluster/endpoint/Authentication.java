package io.bastion.cluster.endpoint;

import io.rsocket.RSocketErrorException;
import io.rsocket.exceptions.RejectedException;
import java.security.Principal;
import java.util.function.Function;
import org.jspecify.annotations.Nullable;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;
import reactor.core.publisher.Mono;
import reactor.util.context.Context;

/** Who a client is. A request's own credentials count before those of its connection's SETUP. */
final class Authentication {
    private static final Logger LOGGER = LoggerFactory.getLogger(RSocketEndpoint.class);

    private final @Nullable Function<? super Credentials, ? extends Mono<? extends Principal>> check;

    Authentication(@Nullable Function<? super Credentials, ? extends Mono<? extends Principal>> check) {
        this.check = check;
    }

    /** The context of a connection: empty if it has shown nothing. */
    Mono<Context> ofConnection(@Nullable Credentials shown) {
        return shown == null || check == null ? Mono.just(Context.empty()) : checked(check, shown);
    }

    /** The context of a request; an error if somebody must be known, and is not. */
    Mono<Context> ofRequest(@Nullable Credentials shown, Context ofConnection) {
        if (check == null || (shown == null && ofConnection.hasKey(Principal.class))) {
            return Mono.just(ofConnection);
        }
        return shown == null
                ? Mono.error(new RejectedException("authentication: none (expected: simple or bearer)"))
                : checked(check, shown);
    }

    private static Mono<Context> checked(
            Function<? super Credentials, ? extends Mono<? extends Principal>> check, Credentials shown) {
        return Mono.<Principal>defer(() -> check.apply(shown))
                .map(principal -> Context.of(Principal.class, principal))
                .onErrorMap(e -> !(e instanceof RSocketErrorException), e -> {
                    LOGGER.warn("authentication of {} failed", shown, e);
                    return refused();
                })
                .switchIfEmpty(Mono.error(Authentication::refused));
    }

    private static RejectedException refused() {
        return new RejectedException("authentication: refused (expected: valid credentials)");
    }
}
