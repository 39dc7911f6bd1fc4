package io.bastion.cluster.endpoint;

import io.bastion.actor.ActorRef;
import io.bastion.actor.ActorSystem;
import io.bastion.actor.DeadLetter;
import io.bastion.actor.RemotePort;
import io.bastion.actor.TellResult;
import java.security.Principal;
import java.time.Duration;
import java.util.Objects;
import java.util.function.BiFunction;
import java.util.function.Function;
import org.jspecify.annotations.Nullable;
import org.reactivestreams.Publisher;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;
import reactor.core.publisher.Flux;
import reactor.core.publisher.Mono;
import reactor.util.context.ContextView;
import tools.jackson.databind.json.JsonMapper;
import tools.jackson.dataformat.cbor.CBORMapper;

/**
 * What an {@link RSocketEndpoint} is made of: routes, and how their data are read. Not thread-safe.
 *
 * <p>Functions of routes run on the event loop of the client's connection and must not block; what actors reply comes on their
 * workers. The Reactor context of what they return has the {@link Principal} under {@code Principal.class}, if clients are
 * authenticated, and the trace that the request belongs to under the names of HTTP's headers, such as {@code "traceparent"} and
 * {@code "b3"}: asks and feeds carry it on to the actors.
 *
 * <p>Requests are read as the MIME type says: JSON and CBOR as any type, {@code text/plain} as {@code String}. As {@code byte[]} or
 * {@code ByteBuf} all can be read; such a buffer need not be released. Replies are written in the same way, buffers are released.
 */
public final class RSocketEndpointBuilder {
    private static final Logger LOGGER = LoggerFactory.getLogger(RSocketEndpoint.class);
    private static final int MIN_PAYLOAD = 1024;
    private static final int MAX_PAYLOAD = 0xFFFFFF;

    final ActorSystem system;
    final Routes routes = new Routes();

    @Nullable Function<? super Credentials, ? extends Mono<? extends Principal>> authentication;

    JsonMapper json = JacksonFormat.json();
    CBORMapper cbor = JacksonFormat.cbor();
    int maxPayload = RSocketEndpoint.DEFAULT_MAX_PAYLOAD;
    Duration setupTimeout = RSocketEndpoint.DEFAULT_SETUP_TIMEOUT;
    int maxConnections = RSocketEndpoint.DEFAULT_MAX_CONNECTIONS;
    int maxRequests = RSocketEndpoint.DEFAULT_MAX_REQUESTS;
    int threads = RSocketEndpoint.DEFAULT_THREADS;

    RSocketEndpointBuilder(ActorSystem system) {
        this.system = Objects.requireNonNull(system, "system: null (expected: an ActorSystem)");
    }

    /**
     * Answers requests, as by {@code place -> orders.ask(reply -> new Order(place, reply), timeout)}. A client that cancels
     * cancels the ask.
     *
     * @param route the route, one for each name
     * @param type what requests are read as
     * @param replyType what replies are written as
     * @param handler gives the reply; without one, the client's reply is empty
     */
    public <Q, R> RSocketEndpointBuilder requestResponse(
            String route, Class<Q> type, Class<R> replyType, Function<? super Q, ? extends Mono<? extends R>> handler) {
        Objects.requireNonNull(handler, "handler: null (expected: a function that gives the reply)");
        return add(Interaction.REQUEST_RESPONSE, route, type, replyType, request -> handler.apply(type.cast(request)));
    }

    /** Tells an actor what clients send. What its mailbox has no room for is a dead letter. */
    public <M> RSocketEndpointBuilder fireAndForget(String route, Class<M> type, ActorRef<? super M> actor) {
        Objects.requireNonNull(actor, "actor: null (expected: an ActorRef)");
        RemotePort port = RemotePort.of(system);
        return fireAndForget(route, type, (message, context) -> {
            TellResult result = actor.tell(message, context);
            if (result == TellResult.REFUSED) {
                port.deadLetter(new DeadLetter(message, actor, null, DeadLetter.Reason.MAILBOX_FULL));
            }
            return result;
        });
    }

    /**
     * Tells somebody what clients send, as by {@code group::tellOne}. What is not accepted is lost, and logged.
     *
     * @param tell takes the message with the context of its request
     */
    public <M> RSocketEndpointBuilder fireAndForget(
            String route, Class<M> type, BiFunction<? super M, ? super ContextView, TellResult> tell) {
        Objects.requireNonNull(tell, "tell: null (expected: a function that tells somebody)");
        return add(
                Interaction.FIRE_AND_FORGET,
                route,
                type,
                Void.class,
                message -> Mono.deferContextual(context -> {
                    TellResult result = tell.apply(type.cast(message), context);
                    if (!result.accepted()) {
                        LOGGER.debug("fire-and-forget on \"{}\" was lost: {}", route, result);
                    }
                    return Mono.empty();
                }));
    }

    /**
     * Answers requests with streams. What the client requests is requested of the publisher, and a client that cancels cancels it.
     *
     * @param handler gives the stream, such as the output of an actor's flow
     */
    public <Q, R> RSocketEndpointBuilder requestStream(
            String route,
            Class<Q> type,
            Class<R> elementType,
            Function<? super Q, ? extends Publisher<? extends R>> handler) {
        Objects.requireNonNull(handler, "handler: null (expected: a function that gives the stream)");
        return add(Interaction.REQUEST_STREAM, route, type, elementType, request -> handler.apply(type.cast(request)));
    }

    /**
     * Puts a processor, such as an actor, between what the client sends and what it gets. What the processor requests is requested
     * of the client, and the other way round; the client's cancellation cancels the output, an end of the output cancels the
     * input. An element that cannot be read fails the input.
     *
     * @param processor gives the output for the input, which it subscribes to once
     */
    public <I, O> RSocketEndpointBuilder requestChannel(
            String route,
            Class<I> inputType,
            Class<O> outputType,
            Function<? super Flux<I>, ? extends Publisher<? extends O>> processor) {
        Objects.requireNonNull(processor, "processor: null (expected: a function from input to output)");
        return add(
                Interaction.REQUEST_CHANNEL,
                route,
                inputType,
                outputType,
                input -> processor.apply(((Flux<?>) input).cast(inputType)));
    }

    private RSocketEndpointBuilder add(
            Interaction interaction,
            String route,
            Class<?> type,
            Class<?> replyType,
            Function<Object, Publisher<?>> handler) {
        Objects.requireNonNull(route, "route: null (expected: a name)");
        Objects.requireNonNull(type, "type: null (expected: what requests are read as)");
        Objects.requireNonNull(replyType, "replyType: null (expected: what replies are written as)");
        if (route.isEmpty() || route.length() > 255) {
            throw new IllegalArgumentException("route: \"" + route + "\" (expected: a name of 1 to 255 characters)");
        }
        if (type.isPrimitive()) {
            throw new IllegalArgumentException("type: " + type + " (expected: its class)");
        }
        routes.add(interaction, route, new Route(type, replyType, handler));
        return this;
    }

    /**
     * Has only those make requests who are known, by the credentials of their SETUP or of the request itself. By default clients are
     * not asked.
     *
     * @param authentication says who it is; an empty {@code Mono} and an error refuse the connection or the request
     */
    public RSocketEndpointBuilder authenticate(
            Function<? super Credentials, ? extends Mono<? extends Principal>> authentication) {
        this.authentication = Objects.requireNonNull(
                authentication, "authentication: null (expected: a function that says who it is)");
        return this;
    }

    /** How JSON is read and written; Jackson's defaults, without names of classes, if nothing is said. */
    public RSocketEndpointBuilder json(JsonMapper mapper) {
        json = Objects.requireNonNull(mapper, "json: null (expected: a mapper)");
        return this;
    }

    /** How CBOR is read and written; Jackson's defaults, without names of classes, if nothing is said. */
    public RSocketEndpointBuilder cbor(CBORMapper mapper) {
        cbor = Objects.requireNonNull(mapper, "cbor: null (expected: a mapper)");
        return this;
    }

    /**
     * How large what a client sends may be, data and metadata together; {@value RSocketEndpoint#DEFAULT_MAX_PAYLOAD} bytes by default.
     * More of it ends its connection. Larger replies go in fragments of that size.
     */
    public RSocketEndpointBuilder maxPayload(int bytes) {
        if (bytes < MIN_PAYLOAD || bytes > MAX_PAYLOAD) {
            throw new IllegalArgumentException(
                    "maxPayload: " + bytes + " (expected: " + MIN_PAYLOAD + " to " + MAX_PAYLOAD + ")");
        }
        maxPayload = bytes;
        return this;
    }

    /** How long a new connection may take to send its SETUP; 10 s by default. */
    public RSocketEndpointBuilder setupTimeout(Duration timeout) {
        Objects.requireNonNull(timeout, "setupTimeout: null (expected: a Duration)");
        if (timeout.isZero() || timeout.isNegative()) {
            throw new IllegalArgumentException("setupTimeout: " + timeout + " (expected: > 0)");
        }
        setupTimeout = timeout;
        return this;
    }

    /**
     * How many connections there may be at a time, of all listeners together; {@value RSocketEndpoint#DEFAULT_MAX_CONNECTIONS} by
     * default. The SETUP of one more is rejected; what has not yet sent its SETUP is closed at once when there are twice as many.
     */
    public RSocketEndpointBuilder maxConnections(int count) {
        if (count > Integer.MAX_VALUE / 2) {
            throw new IllegalArgumentException(
                    "maxConnections: " + count + " (expected: at most " + Integer.MAX_VALUE / 2 + ")");
        }
        maxConnections = atLeastOne("maxConnections", count);
        return this;
    }

    /**
     * How many requests of one connection may be under way at a time, streams and channels among them; {@value
     * RSocketEndpoint#DEFAULT_MAX_REQUESTS} by default. One more is rejected, which costs no other.
     */
    public RSocketEndpointBuilder maxRequests(int count) {
        maxRequests = atLeastOne("maxRequests", count);
        return this;
    }

    /** How many event loops serve the connections; {@value RSocketEndpoint#DEFAULT_THREADS} by default. */
    public RSocketEndpointBuilder threads(int count) {
        threads = atLeastOne("threads", count);
        return this;
    }

    private static int atLeastOne(String setting, int count) {
        if (count < 1) {
            throw new IllegalArgumentException(setting + ": " + count + " (expected: >= 1)");
        }
        return count;
    }

    /** An endpoint that does not listen yet. */
    public RSocketEndpoint build() {
        return new RSocketEndpoint(this);
    }
}
