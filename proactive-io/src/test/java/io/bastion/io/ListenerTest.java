package io.bastion.io;

import static io.bastion.io.Leftovers.proactor;
import static org.assertj.core.api.Assertions.assertThat;

import io.bastion.actor.ActorRef;
import io.bastion.actor.ActorSystem;
import io.bastion.actor.Behavior;
import io.bastion.testkit.Await;
import java.io.IOException;
import java.io.OutputStream;
import java.net.InetAddress;
import java.net.Socket;
import java.nio.charset.StandardCharsets;
import java.util.Queue;
import java.util.Random;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.ConcurrentLinkedQueue;
import java.util.concurrent.CountDownLatch;
import java.util.concurrent.TimeUnit;
import java.util.concurrent.atomic.AtomicLong;
import java.util.function.BiFunction;
import java.util.zip.CRC32;
import reactor.core.publisher.Mono;
import reactor.netty.Connection;

/** Connections that become actors. */
class ListenerTest {
    private final CompletableFuture<Integer> port = new CompletableFuture<>();

    private ActorRef<Connection> listen(
            ActorSystem system,
            Proactor io,
            BiFunction<io.bastion.actor.ActorContext<String>, ActorConnection, Behavior<String>> behavior) {
        return system.spawn(io.listener(
                "listener",
                server -> server.host("127.0.0.1").port(0).doOnBound(bound -> port.complete(bound.port())),
                behavior));
    }

    private Socket connect() throws Exception {
        return new Socket(InetAddress.getLoopbackAddress(), port.get(10, TimeUnit.SECONDS));
    }

    private static Behavior<String> echo(ActorConnection connection) {
        return Behavior.flow((context, inbox) -> connection.send(connection.receive()));
    }

    private static long children(ActorSystem system) {
        return system.tree().block().children().get(0).children().size();
    }

    @TransportTest
    void bytes_areEchoed_andTheActorEndsWithTheInput(Transport transport) throws Exception {
        Proactor io = proactor(transport);
        byte[] sent = new byte[3_000_000];
        new Random(7).nextBytes(sent);
        try (ActorSystem system = ActorSystem.create("echo")) {
            listen(system, io, (context, connection) -> echo(connection));
            try (Socket socket = connect()) {
                CompletableFuture<Void> writing = CompletableFuture.runAsync(() -> write(socket, sent));
                byte[] back = socket.getInputStream().readAllBytes();
                writing.get(10, TimeUnit.SECONDS);
                assertThat(back.length).isEqualTo(sent.length);
                assertThat(java.util.Arrays.mismatch(back, sent)).isEqualTo(-1);
            }
            Await.until("only the listener is open", () -> io.openSockets() == 1);
        }
        Await.until("closed", () -> io.openSockets() == 0);
    }

    /** Writes all and ends the output. */
    private static void write(Socket socket, byte[] bytes) {
        try {
            OutputStream out = socket.getOutputStream();
            out.write(bytes);
            socket.shutdownOutput();
        } catch (IOException e) {
            throw new java.io.UncheckedIOException(e);
        }
    }

    @TransportTest
    void shortLivedPeers_loseNothing(Transport transport) throws Exception {
        Proactor io = proactor(transport);
        Queue<String> lines = new ConcurrentLinkedQueue<>();
        try (ActorSystem system = ActorSystem.create("short")) {
            listen(system, io, (context, connection) -> {
                connection.feed(context, Lines.of(connection.receive(), StandardCharsets.UTF_8, 100));
                return Behavior.receive((ignored, line) -> lines.add(line));
            });
            for (int i = 0; i < 200; i++) {
                try (Socket socket = connect()) {
                    socket.getOutputStream().write(("hello " + i + "\nbye " + i).getBytes(StandardCharsets.UTF_8));
                }
            }
            Await.until(() -> "all lines: " + lines.size(), () -> lines.size() == 400);
            Await.until("all ended", () -> io.openSockets() == 1);
        }
    }

    @TransportTest
    void busyActor_stopsItsPeer_andThenGetsEveryByte(Transport transport) throws Exception {
        Proactor io = proactor(transport);
        CountDownLatch go = new CountDownLatch(1);
        CRC32 received = new CRC32();
        AtomicLong count = new AtomicLong();
        int size = 64 << 20;
        try (ActorSystem system = ActorSystem.create("busy")) {
            listen(
                    system,
                    io,
                    (context, connection) -> Behavior.flow((c, inbox) -> Mono.fromRunnable(() -> {})
                            .thenMany(connection.receive())
                            .concatMap(
                                    buffer -> {
                                        byte[] bytes = new byte[buffer.readableBytes()];
                                        buffer.readBytes(bytes).release();
                                        received.update(bytes);
                                        count.addAndGet(bytes.length);
                                        return go.getCount() == 0
                                                ? Mono.empty()
                                                : Mono.fromRunnable(() -> Await.open(go))
                                                        .subscribeOn(
                                                                reactor.core.scheduler.Schedulers.boundedElastic());
                                    },
                                    1)));
            CRC32 sent = new CRC32();
            AtomicLong written = new AtomicLong();
            try (Socket socket = connect()) {
                CompletableFuture<Void> writing = CompletableFuture.runAsync(() -> {
                    byte[] block = new byte[1 << 16];
                    Random random = new Random(3);
                    try {
                        for (int i = 0; i < size; i += block.length) {
                            random.nextBytes(block);
                            sent.update(block);
                            socket.getOutputStream().write(block);
                            written.addAndGet(block.length);
                        }
                        socket.shutdownOutput();
                    } catch (IOException e) {
                        throw new java.io.UncheckedIOException(e);
                    }
                });
                AtomicLong last = new AtomicLong(-1);
                Await.until("the peer waits", () -> {
                    try {
                        Thread.sleep(300);
                    } catch (InterruptedException e) {
                        throw new IllegalStateException(e);
                    }
                    return last.getAndSet(written.get()) == written.get() && written.get() > 0;
                });
                assertThat(written.get()).isLessThan(size / 2);
                System.out.println(transport + " written while busy: " + written.get());
                go.countDown();
                writing.get(20, TimeUnit.SECONDS);
                assertThat(socket.getInputStream().read()).isEqualTo(-1);
                assertThat(count.get()).isEqualTo(size);
                assertThat(received.getValue()).isEqualTo(sent.getValue());
            }
        }
    }
}
