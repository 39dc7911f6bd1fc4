package io.bastion.spring.webflux;

import io.bastion.actor.ActorContext;
import io.bastion.actor.ActorRef;
import io.bastion.actor.ActorSystem;
import io.bastion.bridge.ActorProcessor;
import io.bastion.bridge.ActorStreams;
import io.bastion.mailbox.Mailbox;
import io.bastion.supervision.Restart;
import java.util.concurrent.atomic.AtomicLong;
import java.util.function.BiFunction;
import java.util.function.Consumer;
import org.reactivestreams.Publisher;
import org.springframework.web.reactive.socket.WebSocketHandler;
import org.springframework.web.reactive.socket.WebSocketMessage;
import reactor.core.publisher.Flux;

/**
 * Streams of clients, each through an actor of its own that lives as long as the stream: what the client does not read waits in the
 * actor's mailbox, whose bound and overflow say what becomes of more. With {@code bastion-reactor-bridge}.
 */
public final class ActorFlows {
    private static final AtomicLong CLIENTS = new AtomicLong();

    private ActorFlows() {}

    /**
     * What an actor is told, as a stream: for server-sent events, return it from a controller; each subscriber has an actor of its
     * own. Whoever tells it watches it, to know when the client has gone.
     *
     * @param name first part of the name of the actors, a number follows
     * @param mailbox what waits for a slow client; {@code Mailbox.bounded(n).overflow(Overflow.DROP_OLDEST)} for the newest only
     * @param join makes the actor known to those who tell it
     */
    public static <T> Flux<T> following(
            ActorSystem system, String name, Mailbox mailbox, Consumer<? super ActorRef<T>> join) {
        return Flux.defer(() -> {
            ActorProcessor<T, T> client = processor(system, name, mailbox, (context, in) -> in);
            try {
                join.accept(client.ref());
            } catch (RuntimeException e) {
                client.ref().kill(); // nobody will cancel what nobody gets
                throw e;
            }
            return client.flux();
        });
    }

    /**
     * A WebSocket of text whose messages go through a flow and out again, with backpressure both ways: the client is read as far as the
     * mailbox has room, and the flow is requested what the client takes. A failure of the flow ends the connection.
     *
     * @param name first part of the name of the actors, a number follows
     * @param flow makes what goes out of what comes in
     */
    public static WebSocketHandler webSocket(
            ActorSystem system,
            String name,
            BiFunction<? super ActorContext<String>, ? super Flux<String>, ? extends Publisher<String>> flow) {
        return session -> {
            ActorProcessor<String, String> client = processor(system, name, Mailbox.bounded(256), flow);
            Flux<WebSocketMessage> out = client.flux().map(session::textMessage);
            session.receive().map(WebSocketMessage::getPayloadAsText).subscribe(client);
            return session.send(out);
        };
    }

    private static <I, O> ActorProcessor<I, O> processor(
            ActorSystem system,
            String name,
            Mailbox mailbox,
            BiFunction<? super ActorContext<I>, ? super Flux<I>, ? extends Publisher<? extends O>> flow) {
        return ActorStreams.processor(
                name + '-' + CLIENTS.incrementAndGet(),
                flow,
                spec -> system.spawn(spec.mailbox(mailbox).restart(Restart.temporary())));
    }
}
