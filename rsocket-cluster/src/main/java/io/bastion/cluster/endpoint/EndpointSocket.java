package io.bastion.cluster.endpoint;

import io.rsocket.Payload;
import io.rsocket.RSocket;
import io.rsocket.exceptions.RejectedException;
import io.rsocket.metadata.WellKnownMimeType;
import java.util.concurrent.CancellationException;
import java.util.function.Consumer;
import org.jspecify.annotations.Nullable;
import org.reactivestreams.Publisher;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;
import reactor.core.publisher.Flux;
import reactor.core.publisher.Mono;
import reactor.core.publisher.Operators;
import reactor.util.context.Context;

/** What one connection may ask for. Each payload is released as it comes in. */
final class EndpointSocket implements RSocket {
    private static final Logger LOGGER = LoggerFactory.getLogger(RSocketEndpoint.class);

    /** Reactor's name for who hears of an error that nobody takes, in a context. */
    private static final String ON_ERROR_DROPPED = "reactor.onErrorDropped.local";

    private final Routes routes;
    private final DataFormats formats;
    private final Authentication authentication;
    private final String metadataType;
    private final String dataType;
    private final Context ofConnection;
    private final Limit requests;
    private final @Nullable Outlet outlet;

    EndpointSocket(
            Routes routes,
            DataFormats formats,
            Authentication authentication,
            String metadataType,
            String dataType,
            Context ofConnection,
            Limit requests,
            @Nullable Outlet outlet) {
        this.routes = routes;
        this.formats = formats;
        this.authentication = authentication;
        this.metadataType = metadataType;
        this.dataType = dataType.isEmpty() ? WellKnownMimeType.APPLICATION_OCTET_STREAM.getString() : dataType;
        this.ofConnection = ofConnection;
        this.requests = requests;
        this.outlet = outlet;
    }

    /** Nobody is told when it fails: it is logged. */
    @Override
    public Mono<Void> fireAndForget(Payload payload) {
        Incoming request = Incoming.of(payload);
        return counted(call(Interaction.FIRE_AND_FORGET, request).flatMap(call -> call.one(request.data())))
                .onErrorMap(Failures::toldOf)
                .onErrorComplete(e -> {
                    LOGGER.debug("fire-and-forget was lost: {}", e.getMessage());
                    return true;
                })
                .then();
    }

    @Override
    public Mono<Payload> requestResponse(Payload payload) {
        Incoming request = Incoming.of(payload);
        return counted(call(Interaction.REQUEST_RESPONSE, request).flatMap(call -> call.one(request.data())))
                .onErrorMap(Failures::toldOf);
    }

    @Override
    public Flux<Payload> requestStream(Payload payload) {
        Incoming request = Incoming.of(payload);
        return paced(counted(call(Interaction.REQUEST_STREAM, request).flatMapMany(call -> call.stream(request.data())))
                .onErrorMap(Failures::toldOf));
    }

    /** The metadata of the first payload count. */
    @Override
    public Flux<Payload> requestChannel(Publisher<Payload> payloads) {
        return paced(Flux.from(payloads)
                .map(Incoming::of)
                .switchOnFirst((first, elements) -> {
                    Incoming request = first.get();
                    return request == null
                            ? elements.cast(Payload.class)
                            : counted(call(Interaction.REQUEST_CHANNEL, request)
                                    .flatMapMany(call -> call.channel(elements)));
                })
                .onErrorMap(Failures::toldOf)
                .contextWrite(context -> context.put(ON_ERROR_DROPPED, (Consumer<Throwable>) EndpointSocket::dropped)));
    }

    /** When a channel fails, RSocket ends what comes in on it by an error, too, which has nobody to go to. */
    private static void dropped(Throwable error) {
        if (!(error instanceof CancellationException)) {
            Operators.onErrorDropped(error, Context.empty());
        }
    }

    /** A request counts until its client may know that it is over. */
    private <T> Mono<T> counted(Mono<T> reply) {
        return Mono.defer(() -> requests.enter()
                .map(place -> reply.doOnTerminate(place::dispose).doOnCancel(place::dispose))
                .orElseGet(() -> Mono.error(tooMany())));
    }

    private <T> Flux<T> counted(Flux<T> replies) {
        return Flux.defer(() -> requests.enter()
                .map(place -> replies.doOnTerminate(place::dispose).doOnCancel(place::dispose))
                .orElseGet(() -> Flux.error(tooMany())));
    }

    private RejectedException tooMany() {
        return new RejectedException("requests: " + requests.most() + " under way (expected: fewer at a time)");
    }

    private Flux<Payload> paced(Flux<Payload> replies) {
        return outlet == null ? replies : new FluxThroughOutlet<>(replies, outlet);
    }

    /** Means nothing here. */
    @Override
    public Mono<Void> metadataPush(Payload payload) {
        payload.release();
        return Mono.empty();
    }

    /** Who is asking is found out before anything is said about routes and data. */
    private Mono<Call> call(Interaction interaction, Incoming request) {
        return Mono.defer(() -> {
            RequestMetadata metadata = RequestMetadata.of(request.metadata(), metadataType);
            return authentication
                    .ofRequest(metadata.credentials(), ofConnection)
                    .map(context -> called(interaction, metadata, context));
        });
    }

    private Call called(Interaction interaction, RequestMetadata metadata, Context context) {
        Route route = routes.find(interaction, metadata.route());
        @Nullable String own = metadata.dataType();
        DataFormats.Chosen in = formats.of(own == null ? dataType : own);
        return new Call(
                route,
                in,
                formats.accepted(metadata.acceptTypes(), in),
                context.putAll(metadata.tracing().readOnly()));
    }
}
