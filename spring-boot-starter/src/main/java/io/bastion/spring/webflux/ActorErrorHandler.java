package io.bastion.spring.webflux;

import io.bastion.actor.ActorTerminatedException;
import io.bastion.actor.AskRefusedException;
import io.bastion.actor.AskTimeoutException;
import io.bastion.actor.UndispatchedException;
import io.bastion.mailbox.MailboxOverflowException;
import java.net.URI;
import java.util.List;
import org.jspecify.annotations.Nullable;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;
import org.springframework.core.annotation.Order;
import org.springframework.http.HttpHeaders;
import org.springframework.http.HttpStatus;
import org.springframework.http.HttpStatusCode;
import org.springframework.http.MediaType;
import org.springframework.http.ProblemDetail;
import org.springframework.http.codec.HttpMessageWriter;
import org.springframework.http.codec.ServerCodecConfigurer;
import org.springframework.web.reactive.function.server.ServerResponse;
import org.springframework.web.reactive.result.view.ViewResolver;
import org.springframework.web.server.ServerWebExchange;
import org.springframework.web.server.WebExceptionHandler;
import reactor.core.publisher.Mono;

/**
 * Answers failures of actors with a status and a problem detail (RFC 9457) that tell the client what to do, and nothing of the actors:
 * that goes to the log at level debug. Comes before Spring Boot's own handler.
 */
@Order(-2)
final class ActorErrorHandler implements WebExceptionHandler {
    private static final Logger log = LoggerFactory.getLogger(ActorErrorHandler.class);

    private final ActorErrorProperties properties;
    private final ServerResponse.Context writers;

    ActorErrorHandler(ActorErrorProperties properties, ServerCodecConfigurer codecs) {
        this.properties = properties;
        writers = new ServerResponse.Context() {
            @Override
            public List<HttpMessageWriter<?>> messageWriters() {
                return codecs.getWriters();
            }

            @Override
            public List<ViewResolver> viewResolvers() {
                return List.of();
            }
        };
    }

    @Override
    public Mono<Void> handle(ServerWebExchange exchange, Throwable error) {
        ProblemDetail problem = problem(error);
        if (problem == null || exchange.getResponse().isCommitted()) {
            return Mono.error(error);
        }
        log.debug("{} is answered with {}", exchange.getRequest().getPath(), problem.getStatus(), error);
        problem.setInstance(URI.create(exchange.getRequest().getPath().value()));
        ServerResponse.BodyBuilder response =
                ServerResponse.status(problem.getStatus()).contentType(MediaType.APPLICATION_PROBLEM_JSON);
        if (problem.getStatus() != HttpStatus.GATEWAY_TIMEOUT.value()) {
            response.header(
                    HttpHeaders.RETRY_AFTER,
                    Long.toString(properties.retryAfter().toSeconds()));
        }
        return response.bodyValue(problem).flatMap(written -> written.writeTo(exchange, writers));
    }

    private @Nullable ProblemDetail problem(Throwable error) {
        if (error instanceof AskTimeoutException) {
            return problem(HttpStatus.GATEWAY_TIMEOUT, "There was no reply in time.");
        }
        if (error instanceof AskRefusedException || error instanceof MailboxOverflowException) {
            return problem(HttpStatusCode.valueOf(properties.overloadStatus()), "There is too much to do.");
        }
        if (error instanceof ActorTerminatedException || error instanceof UndispatchedException) {
            return problem(HttpStatus.SERVICE_UNAVAILABLE, "Nobody is there to do it.");
        }
        return null;
    }

    private static ProblemDetail problem(HttpStatusCode status, String detail) {
        return ProblemDetail.forStatusAndDetail(status, detail);
    }
}
