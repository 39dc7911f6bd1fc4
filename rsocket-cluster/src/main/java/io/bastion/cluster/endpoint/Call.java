package io.bastion.cluster.endpoint;

import io.rsocket.Payload;
import reactor.core.publisher.Flux;
import reactor.core.publisher.Mono;
import reactor.util.context.Context;

/**
 * A request whose metadata have been read, and whose client may make it.
 *
 * @param context what its handler is subscribed to with
 */
record Call(Route route, DataFormats.Chosen in, DataFormats.Chosen out, Context context) {
    Mono<Payload> one(byte[] data) {
        return Mono.defer(() -> route.one(read(data))).map(this::write).contextWrite(context);
    }

    Flux<Payload> stream(byte[] data) {
        return Flux.defer(() -> route.many(read(data))).map(this::write).contextWrite(context);
    }

    Flux<Payload> channel(Flux<Incoming> elements) {
        return Flux.defer(() -> route.many(elements.map(element -> read(element.data()))))
                .map(this::write)
                .contextWrite(context);
    }

    private Payload write(Object reply) {
        return out.write(reply, route.replyType());
    }

    private Object read(byte[] data) {
        return in.read(data, route.type());
    }
}
