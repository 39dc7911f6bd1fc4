package io.bastion.cluster.membership;

import io.bastion.cluster.link.Link;
import io.bastion.cluster.link.LinkListener;
import io.bastion.cluster.link.Links;
import io.netty.buffer.ByteBuf;
import io.netty.buffer.Unpooled;
import io.scalecube.cluster.transport.api.Message;
import io.scalecube.cluster.transport.api.Transport;
import java.io.IOException;
import java.util.Map;
import java.util.concurrent.ConcurrentHashMap;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;
import reactor.core.publisher.BufferOverflowStrategy;
import reactor.core.publisher.Flux;
import reactor.core.publisher.Mono;
import reactor.core.publisher.Sinks;

/** The links as scalecube's transport. What cannot be read is dropped. Thread-safe. */
final class EngineTransport implements Transport, LinkListener {
    private static final Logger log = LoggerFactory.getLogger(EngineTransport.class);

    /** For each of scalecube's components; a protocol that counts on losses stands them here, too. */
    private static final int MAX_WAITING = 4_096;

    private final Links links;
    private final String address;
    private final Map<Link, Parts> parts = new ConcurrentHashMap<>();

    /** Emitted to under its lock. */
    private final Sinks.Many<Message> received = Sinks.many().multicast().directBestEffort();

    private volatile boolean stopped;

    EngineTransport(Links links) {
        this.links = links;
        address = links.self().address();
    }

    @Override
    public String address() {
        return address;
    }

    @Override
    public Mono<Transport> start() {
        return Mono.just(this);
    }

    @Override
    public Mono<Void> stop() {
        return Mono.fromRunnable(this::mute);
    }

    /** Sends and receives nothing from now on. */
    void mute() {
        if (!stopped) {
            stopped = true;
            synchronized (received) {
                received.tryEmitComplete();
            }
        }
    }

    @Override
    public boolean isStopped() {
        return stopped;
    }

    @Override
    public Mono<Void> send(String to, Message message) {
        if (stopped) {
            return Mono.empty();
        }
        return links.to(to).doOnNext(link -> send(link, message)).then();
    }

    private void send(Link link, Message message) {
        ByteBuf bytes = Unpooled.buffer(512);
        try {
            EngineCodec.encode(message, bytes);
            parts(link).send(bytes);
        } catch (IOException e) {
            throw new IllegalStateException("message: " + message + " (expected: one that can be encoded)", e);
        }
    }

    private Parts parts(Link link) {
        Parts known = parts.get(link);
        return known != null ? known : new Parts(link); // of a link that is going down
    }

    @Override
    public Mono<Message> requestResponse(String to, Message request) {
        String id = request.correlationId();
        // several at a time may have the same id: those who are asked to ping another one
        Mono<Message> response = received.asFlux()
                .filter(message -> id.equals(message.correlationId())
                        && !request.qualifier().equals(message.qualifier()))
                .next();
        return Mono.firstWithSignal(response, send(to, request).then(Mono.never()));
    }

    @Override
    public Flux<Message> listen() {
        return received.asFlux()
                .onBackpressureBuffer(
                        MAX_WAITING, lost -> log.debug("too late: {}", lost), BufferOverflowStrategy.DROP_OLDEST);
    }

    @Override
    public void up(Link link) {
        parts.put(link, new Parts(link));
    }

    @Override
    public void down(Link link, String reason) {
        parts.remove(link);
    }

    @Override
    public void pushed(Link link, ByteBuf push) {
        byte type = push.isReadable() ? push.getByte(push.readerIndex()) : 0;
        if (stopped || type != PushType.ENGINE && type != PushType.ENGINE_PART) {
            return;
        }
        ByteBuf message = parts(link)
                .receive(push.slice(push.readerIndex() + 1, push.readableBytes() - 1), type == PushType.ENGINE);
        if (message != null) {
            receive(link, message);
        }
    }

    private void receive(Link link, ByteBuf bytes) {
        Message message;
        try {
            message = EngineCodec.decode(bytes, link.node().address());
        } catch (IOException e) {
            log.warn("{} has sent what cannot be read: {}", link.node(), e.toString());
            return;
        }
        inject(message);
    }

    /** As if it had been received. */
    void inject(Message message) {
        synchronized (received) {
            received.tryEmitNext(message);
        }
    }
}
