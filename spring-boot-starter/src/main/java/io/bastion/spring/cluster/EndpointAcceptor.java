package io.bastion.spring.cluster;

import io.bastion.cluster.endpoint.RSocketEndpoint;
import io.rsocket.ConnectionSetupPayload;
import io.rsocket.Payload;
import io.rsocket.RSocket;
import io.rsocket.SocketAcceptor;
import org.reactivestreams.Publisher;
import org.springframework.messaging.rsocket.MetadataExtractor;
import org.springframework.util.MimeType;
import org.springframework.util.MimeTypeUtils;
import reactor.core.publisher.Flux;
import reactor.core.publisher.Mono;

/** A connection to the endpoint for its routes, and to the server's own handlers for all others. Both must accept it. */
record EndpointAcceptor(RSocketEndpoint endpoint, SocketAcceptor others, MetadataExtractor metadata)
        implements SocketAcceptor {
    @Override
    public Mono<RSocket> accept(ConnectionSetupPayload setup, RSocket client) {
        String type = setup.metadataMimeType();
        MimeType metadataType = type.isEmpty() ? MimeTypeUtils.APPLICATION_OCTET_STREAM : MimeType.valueOf(type);
        return endpoint.acceptor()
                .accept(setup, client)
                .flatMap(own -> others.accept(setup, client).map(other -> new ByRoute(own, other, metadataType)));
    }

    /** Decides for each request. */
    private final class ByRoute implements RSocket {
        private final RSocket own;
        private final RSocket other;
        private final MimeType metadataType;

        ByRoute(RSocket own, RSocket other, MimeType metadataType) {
            this.own = own;
            this.other = other;
            this.metadataType = metadataType;
        }

        private RSocket of(Payload payload) {
            Object route = metadata.extract(payload, metadataType).get(MetadataExtractor.ROUTE_KEY);
            return route instanceof String name && endpoint.hasRoute(name) ? own : other;
        }

        @Override
        public Mono<Void> fireAndForget(Payload payload) {
            return of(payload).fireAndForget(payload);
        }

        @Override
        public Mono<Payload> requestResponse(Payload payload) {
            return of(payload).requestResponse(payload);
        }

        @Override
        public Flux<Payload> requestStream(Payload payload) {
            return of(payload).requestStream(payload);
        }

        @Override
        public Flux<Payload> requestChannel(Publisher<Payload> payloads) {
            return Flux.from(payloads).switchOnFirst((first, all) -> {
                Payload payload = first.get();
                return payload == null ? all : of(payload).requestChannel(all);
            });
        }

        @Override
        public Mono<Void> metadataPush(Payload payload) {
            return other.metadataPush(payload);
        }

        @Override
        public void dispose() {
            own.dispose();
            other.dispose();
        }
    }
}
