package io.bastion.examples;

import io.bastion.actor.ActorContext;
import io.bastion.actor.ActorRef;
import io.bastion.actor.ActorSpec;
import io.bastion.actor.ActorSystem;
import io.bastion.actor.Behavior;
import io.bastion.actor.Interceptor;
import io.bastion.actor.Signal;
import io.bastion.actor.SupervisorRef;
import io.bastion.actor.SupervisorSpec;
import io.bastion.supervision.Restart;
import java.io.ByteArrayOutputStream;
import java.io.FilterOutputStream;
import java.io.OutputStream;
import java.nio.charset.StandardCharsets;
import java.util.concurrent.atomic.AtomicInteger;
import java.util.function.Function;
import java.util.zip.CRC32;
import java.util.zip.DeflaterOutputStream;
import java.util.zip.InflaterOutputStream;
import org.reactivestreams.Publisher;
import reactor.core.publisher.Flux;
import reactor.core.publisher.Mono;
import reactor.netty.Connection;
import reactor.netty.DisposableServer;
import reactor.netty.NettyOutbound;
import reactor.netty.tcp.TcpClient;
import reactor.netty.tcp.TcpServer;

/**
 * Middleware that compresses a TCP stream: an actor writes to each connection and another reads, and neither knows that there are
 * fewer bytes in between. The demand of the reader is felt, through the socket, by who feeds the writer.
 */
public final class TcpCompression {
    /** Sends what an actor handles through a filter first; one for each actor, since the filter has a state. */
    static final class Filter implements Interceptor {
        private final ByteArrayOutputStream filtered = new ByteArrayOutputStream();
        private final FilterOutputStream filter;

        Filter(Function<OutputStream, FilterOutputStream> filter) {
            this.filter = filter.apply(filtered);
        }

        @Override
        public void receive(ActorContext<?> context, Object message, ReceiveChain next) throws Exception {
            filter.write((byte[]) message);
            filter.flush();
            byte[] bytes = filtered.toByteArray();
            filtered.reset();
            next.receive(bytes);
        }

        @Override
        public void signal(ActorContext<?> context, Signal signal, SignalChain next) throws Exception {
            next.signal(signal);
            if (signal instanceof Signal.Stopped) {
                filter.close();
            }
        }
    }

    private static final AtomicInteger CONNECTIONS = new AtomicInteger();

    private TcpCompression() {}

    /** The text, made as it is demanded. */
    private static Flux<byte[]> text() {
        return Flux.range(1, 5_000)
                .map(n -> ("line " + n + " of a text that says much the same again and again\n")
                        .getBytes(StandardCharsets.UTF_8));
    }

    /** Writes the text to a connection that a client has opened. */
    private static Publisher<Void> serve(SupervisorRef connections, NettyOutbound out) {
        ActorSpec<byte[]> writer = ActorSpec.<byte[]>of(
                        "connection-" + CONNECTIONS.incrementAndGet(),
                        () -> Behavior.flow((context, inbox) -> out.sendByteArray(inbox)))
                .intercept(new Filter(bytes -> new DeflaterOutputStream(bytes, true)))
                .restart(Restart.temporary()); // a connection that breaks does not come back
        return connections.add(writer).flatMap(actor -> actor.feed(text()).then(drained(actor)));
    }

    private static Mono<Void> drained(ActorRef<?> actor) {
        return Mono.defer(() -> {
            actor.drain();
            return actor.whenTerminated().then();
        });
    }

    public static void main(String[] args) {
        CRC32 expected = new CRC32();
        long sent = text().doOnNext(expected::update)
                .reduce(0L, (sum, bytes) -> sum + bytes.length)
                .blockOptional()
                .orElseThrow();
        CRC32 arrived = new CRC32();
        AtomicInteger onTheWire = new AtomicInteger();
        try (ActorSystem system = ActorSystem.create("tcp")) {
            SupervisorRef connections = system.supervise(SupervisorSpec.named("connections"));
            DisposableServer server = TcpServer.create()
                    .host("127.0.0.1")
                    .handle((in, out) -> serve(connections, out))
                    .bindNow();
            Connection client =
                    TcpClient.create().remoteAddress(server::address).connectNow();

            ActorRef<byte[]> reader = system.spawn(
                    ActorSpec.<byte[]>of("reader", () -> Behavior.receive((context, bytes) -> arrived.update(bytes)))
                            .intercept(new Filter(InflaterOutputStream::new)));
            reader.feed(client.inbound().receive().asByteArray().doOnNext(bytes -> onTheWire.addAndGet(bytes.length)))
                    .then(drained(reader))
                    .block();
            server.disposeNow();
        }
        System.out.printf("text: %d bytes%n", sent);
        System.out.printf("on the wire: %d bytes%n", onTheWire.get());
        System.out.println("unharmed: " + (arrived.getValue() == expected.getValue()));
    }
}
