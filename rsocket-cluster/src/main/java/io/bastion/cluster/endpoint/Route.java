package io.bastion.cluster.endpoint;

import java.util.Objects;
import java.util.function.Function;
import org.reactivestreams.Publisher;
import reactor.core.publisher.Flux;
import reactor.core.publisher.Mono;

/**
 * Where requests of one route go.
 *
 * @param type what their data is read as
 * @param replyType what replies are written as
 * @param handler takes what was read, or the {@link Flux} of it if it is a channel
 */
record Route(Class<?> type, Class<?> replyType, Function<Object, Publisher<?>> handler) {
    Mono<?> one(Object request) {
        return Mono.from(published(request));
    }

    Flux<?> many(Object request) {
        return Flux.from(published(request));
    }

    private Publisher<?> published(Object request) {
        return Objects.requireNonNull(handler.apply(request), "route: null (expected: a Publisher)");
    }
}
