package io.bastion.spring.webflux;

import io.bastion.actor.ActorRef;
import io.bastion.actor.ActorTerminatedException;
import io.bastion.actor.ReferencePort;
import java.time.Duration;
import java.util.function.BiFunction;
import org.springframework.web.reactive.function.server.HandlerFunction;
import org.springframework.web.reactive.function.server.ServerRequest;
import org.springframework.web.reactive.function.server.ServerResponse;
import reactor.core.publisher.Mono;

/**
 * Functional routes to actors. The Reactor context of the exchange travels with what is sent. A failure of the ask fails the handler
 * with its exception, which is answered as {@code bastion.webflux.errors.*} say; a client that goes away cancels the ask.
 */
public final class ActorHandlers {
    private ActorHandlers() {}

    /**
     * Asks, and answers with the reply: status 200, or 204 when the request's body is empty.
     *
     * @param body the type of the request's body
     * @param request makes the message from the body and a reference that takes the reply
     */
    public static <B, M, R> HandlerFunction<ServerResponse> ask(
            ActorRef<M> actor,
            Class<B> body,
            BiFunction<? super B, ? super ActorRef<R>, ? extends M> request,
            Duration timeout) {
        return exchange -> exchange.bodyToMono(body)
                .flatMap(read -> actor.<R>ask(reply -> request.apply(read, reply), timeout))
                .flatMap(ActorHandlers::ok)
                .switchIfEmpty(Mono.defer(() -> ServerResponse.noContent().build()));
    }

    /**
     * The same for a request without a body.
     *
     * @param request makes the message from the request, as from its path variables, and a reference that takes the reply
     */
    public static <M, R> HandlerFunction<ServerResponse> ask(
            ActorRef<M> actor,
            BiFunction<? super ServerRequest, ? super ActorRef<R>, ? extends M> request,
            Duration timeout) {
        return exchange ->
                actor.<R>ask(reply -> request.apply(exchange, reply), timeout).flatMap(ActorHandlers::ok);
    }

    /**
     * Tells the actor the request's body, and answers with status 202 when it is in the mailbox.
     *
     * @param body the type of the request's body
     */
    public static <M> HandlerFunction<ServerResponse> tell(ActorRef<? super M> actor, Class<M> body) {
        return exchange -> exchange.bodyToMono(body)
                .flatMap(message -> Mono.deferContextual(context -> switch (actor.tell(message, context)) {
                    case ACCEPTED -> Mono.just(message);
                    case REFUSED, DROPPED ->
                        Mono.error(ReferencePort.refused(
                                actor, "mailbox of " + actor.path() + " is full (expected: room for the message)"));
                    case TERMINATED -> Mono.error(new ActorTerminatedException(actor));
                }))
                .then(Mono.defer(() -> ServerResponse.accepted().build()));
    }

    private static Mono<ServerResponse> ok(Object reply) {
        return ServerResponse.ok().bodyValue(reply);
    }
}
