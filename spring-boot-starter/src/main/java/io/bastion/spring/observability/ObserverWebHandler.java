package io.bastion.spring.observability;

import io.bastion.observability.observer.ObserverHandler;
import io.bastion.observability.observer.ObserverRequest;
import io.bastion.observability.observer.ObserverResponse;
import java.net.InetSocketAddress;
import java.util.Optional;
import org.springframework.core.io.buffer.DataBuffer;
import org.springframework.http.HttpStatusCode;
import org.springframework.http.server.reactive.ServerHttpRequest;
import org.springframework.http.server.reactive.ServerHttpResponse;
import org.springframework.web.server.ServerWebExchange;
import org.springframework.web.server.WebHandler;
import reactor.core.publisher.Flux;
import reactor.core.publisher.Mono;

/** The page on the server of WebFlux. */
record ObserverWebHandler(ObserverHandler observer) implements WebHandler {
    @Override
    public Mono<Void> handle(ServerWebExchange exchange) {
        return observer.handle(new Request(exchange.getRequest()))
                .flatMap(answer -> write(answer, exchange.getResponse()));
    }

    private static Mono<Void> write(ObserverResponse answer, ServerHttpResponse response) {
        response.setStatusCode(HttpStatusCode.valueOf(answer.status()));
        answer.headers().forEach(response.getHeaders()::set);
        Flux<DataBuffer> body = answer.body().map(response.bufferFactory()::wrap);
        return answer.streaming() ? response.writeAndFlushWith(body.map(Mono::just)) : response.writeWith(body);
    }

    /** A request as WebFlux sees it. */
    private record Request(ServerHttpRequest request) implements ObserverRequest {
        @Override
        public String method() {
            return request.getMethod().name();
        }

        @Override
        public String path() {
            return request.getURI().getPath();
        }

        @Override
        public String query() {
            return Optional.ofNullable(request.getURI().getRawQuery()).orElse("");
        }

        @Override
        public Optional<String> header(String name) {
            return Optional.ofNullable(request.getHeaders().getFirst(name));
        }

        @Override
        public Optional<InetSocketAddress> remoteAddress() {
            return Optional.ofNullable(request.getRemoteAddress());
        }
    }
}
