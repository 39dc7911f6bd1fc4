package io.bastion.io;

import static io.bastion.io.Leftovers.proactor;
import static org.assertj.core.api.Assertions.assertThat;

import io.bastion.actor.ActorContext;
import io.bastion.actor.ActorRef;
import io.bastion.actor.ActorSpec;
import io.bastion.actor.ActorSystem;
import io.bastion.actor.Behavior;
import io.bastion.actor.TreeEvent;
import io.bastion.supervision.Budget;
import io.bastion.supervision.Restart;
import io.bastion.testkit.Await;
import io.netty.buffer.ByteBuf;
import java.io.IOException;
import java.io.OutputStream;
import java.io.UncheckedIOException;
import java.net.InetAddress;
import java.net.ServerSocket;
import java.net.Socket;
import java.net.SocketException;
import java.nio.charset.StandardCharsets;
import java.time.Duration;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.List;
import java.util.Objects;
import java.util.Queue;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.ConcurrentLinkedQueue;
import java.util.concurrent.CountDownLatch;
import java.util.concurrent.TimeUnit;
import java.util.concurrent.atomic.AtomicInteger;
import java.util.concurrent.atomic.AtomicLong;
import java.util.zip.CRC32;
import reactor.core.publisher.Flux;
import reactor.core.publisher.Mono;
import reactor.core.scheduler.Schedulers;
import reactor.netty.ChannelBindException;
import reactor.netty.Connection;

/** Connections that become actors. */
class ListenerTest {
    private static final int ECHOED = 3_000_000;

    /** Writes all and ends the output. */
    private static CompletableFuture<Void> write(Socket socket, byte[] bytes) {
        return CompletableFuture.runAsync(() -> {
            try {
                OutputStream out = socket.getOutputStream();
                out.write(bytes);
                socket.shutdownOutput();
            } catch (IOException e) {
                throw new UncheckedIOException(e);
            }
        });
    }

    @TransportTest
    void everyByteIsEchoed_alsoAfterThePeerHasEndedItsOutput(Transport transport) throws Exception {
        Proactor io = proactor(transport);
        byte[] sent = Bytes.random(7, ECHOED);
        try (Served served = new Served(io, (context, connection) -> Served.echo(connection));
                Socket socket = served.connect()) {
            // Nothing is read before all is written as far as it fits: the server has to wait for room after the end of
            // its input.
            CompletableFuture<Void> writing = write(socket, sent);
            byte[] back = socket.getInputStream().readAllBytes();
            writing.get(10, TimeUnit.SECONDS);

            assertThat(back).hasSize(ECHOED);
            assertThat(Arrays.mismatch(back, sent)).isEqualTo(-1);
            Await.until("only the listener is open", () -> io.openSockets() == 1);
        }
    }

    @TransportTest
    void answerToAnEndedInput_waitsForRoom(Transport transport) throws Exception {
        Proactor io = proactor(transport);
        byte[] answer = Bytes.random(7, 20_000_000);
        try (Served served = new Served(
                        io,
                        (context, connection) -> Behavior.flow((self, inbox) -> connection
                                .receive()
                                .doOnNext(ByteBuf::release)
                                .then(connection.send(Flux.range(0, 200)
                                        .map(i -> connection
                                                .channel()
                                                .alloc()
                                                .buffer()
                                                .writeBytes(answer, i * 100_000, 100_000))))));
                Socket socket = served.connect()) {
            Served.send(socket, "go");
            socket.shutdownOutput();

            byte[] got = socket.getInputStream().readAllBytes();

            assertThat(got).hasSize(answer.length);
            assertThat(Arrays.mismatch(got, answer)).isEqualTo(-1);
        }
    }

    @TransportTest
    void peersThatSendAndGo_loseNothing(Transport transport) throws Exception {
        Proactor io = proactor(transport);
        Queue<String> lines = new ConcurrentLinkedQueue<>();
        try (Served served = new Served(io, (context, connection) -> {
            connection.feed(context, Lines.of(connection.receive(), StandardCharsets.UTF_8, 100));
            return Behavior.receive((ignored, line) -> lines.add(line));
        })) {
            for (int i = 0; i < 200; i++) {
                try (Socket socket = served.connect()) {
                    Served.send(socket, "hello " + i + "\nbye " + i);
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
        byte[] sent = Bytes.random(7, 64 << 20);
        Mono<Void> busy = Mono.<Void>fromRunnable(() -> Await.open(go)).subscribeOn(Schedulers.boundedElastic());
        try (Served served = new Served(
                        io,
                        (context, connection) -> Behavior.flow((self, inbox) -> connection
                                .receive()
                                .map(Bytes::takeAll)
                                .concatMap(
                                        bytes -> {
                                            received.update(bytes);
                                            count.addAndGet(bytes.length);
                                            return go.getCount() == 0 ? Mono.empty() : busy;
                                        },
                                        1)));
                Socket socket = served.connect()) {
            AtomicLong written = new AtomicLong();
            CompletableFuture<Void> writing = CompletableFuture.runAsync(() -> {
                try {
                    for (int i = 0; i < sent.length; i += 1 << 16) {
                        socket.getOutputStream().write(sent, i, 1 << 16);
                        written.set(i + (1 << 16));
                    }
                    socket.shutdownOutput();
                } catch (IOException e) {
                    throw new UncheckedIOException(e);
                }
            });
            // What it does not take is in the buffers of the kernel, and some here.
            long before;
            do {
                before = written.get();
                Mono.delay(Duration.ofMillis(300)).block();
            } while (before == 0 || before != written.get());
            assertThat(written.get()).isLessThan(sent.length / 2);

            go.countDown();
            writing.get(20, TimeUnit.SECONDS);
            assertThat(socket.getInputStream().read()).isEqualTo(-1);
            assertThat(count.get()).isEqualTo(sent.length);
            CRC32 expected = new CRC32();
            expected.update(sent);
            assertThat(received.getValue()).isEqualTo(expected.getValue());
        }
    }

    /** Echoes lines; fails, stops or is killed when it is told to, by its peer. */
    private static Behavior<String> lines(ActorContext<String> context, ActorConnection connection) {
        connection.feed(context, Lines.of(connection.receive(), StandardCharsets.UTF_8, 100));
        return Behavior.receiveAsync((self, line) -> {
            context.children(); // only on its worker
            switch (line) {
                case "fail" -> throw new IllegalStateException("told to");
                case "stop" -> context.stop();
                case "kill" -> context.self().kill();
                default -> {
                    return connection.send(line + "\n").doOnNext(bytes -> context.children());
                }
            }
            return Mono.empty();
        });
    }

    @TransportTest
    void endOfAnActor_closesItsConnection_andNoOther(Transport transport) throws Exception {
        Proactor io = proactor(transport);
        try (Served served = new Served(io, ListenerTest::lines);
                Socket other = served.connect()) {
            Served.send(other, "a\n");
            assertThat(Served.receive(other, 2)).isEqualTo("a\n");
            for (String end : List.of("fail", "stop", "kill")) {
                try (Socket socket = served.connect()) {
                    Served.send(socket, "b\n");
                    assertThat(Served.receive(socket, 2)).isEqualTo("b\n");
                    Served.send(socket, end + "\n");
                    assertThat(Served.isClosed(socket)).as(end).isTrue();
                }
                Await.until("listener and the other", () -> io.openSockets() == 2);
            }
            Served.send(other, "c\n");
            assertThat(Served.receive(other, 2)).isEqualTo("c\n");
        }
    }

    @TransportTest
    void listenerThatEnds_closesItsConnections(Transport transport) throws Exception {
        Proactor io = proactor(transport);
        for (String end : List.of("stop", "kill")) {
            try (Served served = new Served(io, (context, connection) -> Served.echo(connection));
                    Socket socket = served.connect()) {
                Served.send(socket, "a");
                assertThat(Served.receive(socket, 1)).isEqualTo("a");

                if (end.equals("stop")) {
                    served.listener.stop();
                } else {
                    served.listener.kill();
                }

                assertThat(Served.isClosed(socket)).as(end).isTrue();
                Await.until("all closed by " + end, () -> io.openSockets() == 0);
                // io_uring's kernel side lets a listening socket go a little later
                Await.until("refused after " + end, () -> refuses(served.port()));
            }
        }
    }

    private static boolean refuses(int port) {
        try (Socket socket = new Socket(InetAddress.getLoopbackAddress(), port)) {
            return !socket.isConnected();
        } catch (IOException e) {
            return true;
        }
    }

    @TransportTest
    void peerThatResets_failsOnlyItsActor(Transport transport) throws Exception {
        Proactor io = proactor(transport);
        Queue<Throwable> failures = new ConcurrentLinkedQueue<>();
        try (Served served = new Served(
                io,
                (context, connection) -> Behavior.flow(
                        (self, inbox) -> connection.send(connection.receive()).doOnError(failures::add)))) {
            Socket socket = served.connect();
            Served.send(socket, "a");
            assertThat(Served.receive(socket, 1)).isEqualTo("a");
            Served.reset(socket);

            Await.until("only the listener is open", () -> io.openSockets() == 1);
            Await.until("failed", () -> failures.size() == 1);
            assertThat(failures).allMatch(failure -> failure instanceof IOException, "an IOException");
            try (Socket next = served.connect()) {
                Served.send(next, "b");
                assertThat(Served.receive(next, 1)).isEqualTo("b");
            }
        }
    }

    @TransportTest
    void peerThatDoesNotRead_stopsItsActor_whichCanBeKilled(Transport transport) throws Exception {
        Proactor io = proactor(transport);
        AtomicLong made = new AtomicLong();
        Queue<ActorRef<String>> actors = new ConcurrentLinkedQueue<>();
        byte[] block = new byte[1 << 16];
        try (Served served = new Served(io, (context, connection) -> {
                    actors.add(context.self());
                    return Behavior.flow((self, inbox) -> connection.send(Flux.generate(sink -> {
                        made.incrementAndGet();
                        sink.next(connection.channel().alloc().buffer().writeBytes(block));
                    })));
                });
                Socket socket = served.connect()) {
            long before;
            do {
                before = made.get();
                Mono.delay(Duration.ofMillis(300)).block();
            } while (before == 0 || before != made.get());
            assertThat(made.get() << 16).isLessThan(64 << 20);

            actors.element().kill();

            Await.until("closed although the peer does not read", () -> io.openSockets() == 1);
            assertThat(Served.isClosed(socket)).isTrue();
        }
    }

    /** If the peer takes it within a second: where that was not its fault, the machine was too busy, and has another try. */
    @TransportTest
    void whatWasSentBeforeAStop_arrives(Transport transport) throws Exception {
        Proactor io = proactor(transport);
        byte[] answer = Bytes.random(7, 12_000_000);
        byte[] got;
        long begun;
        do {
            begun = System.nanoTime();
            got = readAfterStop(io, answer);
        } while (got.length < answer.length && System.nanoTime() - begun > SocketLoops.LINGER.toNanos());
        assertThat(got).hasSize(answer.length);
        assertThat(Arrays.mismatch(got, answer)).isEqualTo(-1);
    }

    /** What arrives of what an actor has sent that has ended since. */
    private static byte[] readAfterStop(Proactor io, byte[] answer) throws IOException {
        CountDownLatch ended = new CountDownLatch(1);
        try (Served served = new Served(io, (context, connection) -> {
                    context.self().whenTerminated().subscribe(reason -> ended.countDown());
                    return Behavior.flow((self, inbox) -> {
                        // Nobody waits for it.
                        var unused = connection
                                .send(Mono.fromSupplier(() ->
                                        connection.channel().alloc().buffer().writeBytes(answer)))
                                .subscribe();
                        return Mono.delay(Duration.ofMillis(100));
                    });
                });
                Socket socket = served.connect()) {
            Await.open(ended);
            return socket.getInputStream().readAllBytes();
        }
    }

    @TransportTest
    void actorThatDoesNotRead_isDrained_whenItsConnectionIsClosed(Transport transport) throws Exception {
        Proactor io = proactor(transport);
        Queue<ActorConnection> connections = new ConcurrentLinkedQueue<>();
        Queue<String> handled = new ConcurrentLinkedQueue<>();
        CountDownLatch ended = new CountDownLatch(1);
        try (Served served = new Served(io, (context, connection) -> {
                    context.self().whenTerminated().subscribe(reason -> ended.countDown());
                    context.self().tell("before");
                    connections.add(connection);
                    return Behavior.receive((self, message) -> handled.add(message));
                });
                Socket socket = served.connect()) {
            Served.send(socket, "not read");
            Await.until("begun", () -> handled.size() == 1);
            connections.element().connection().channel().close();

            Await.open(ended);
        }
    }

    @TransportTest
    void tooManyConnections_areClosedAndCounted(Transport transport) throws Exception {
        Proactor io = proactor(
                Proactor.builder().transport(transport).backend(Backend.NIO).maxConnections(2));
        List<Socket> sockets = new ArrayList<>();
        try (Served served = new Served(io, (context, connection) -> Served.echo(connection))) {
            for (int i = 0; i < 2; i++) {
                sockets.add(served.connect());
                Served.send(sockets.get(i), "a");
                assertThat(Served.receive(sockets.get(i), 1)).isEqualTo("a");
            }
            try (Socket third = served.connect()) {
                assertThat(Served.isClosed(third)).isTrue();
            }
            Await.until("counted", () -> io.refusedConnections() == 1);

            sockets.get(0).close();
            Await.until("room", () -> io.openSockets() == 2);
            try (Socket next = served.connect()) {
                Served.send(next, "b");
                assertThat(Served.receive(next, 1)).isEqualTo("b");
            }
        } finally {
            for (Socket socket : sockets) {
                socket.close();
            }
        }
    }

    @TransportTest
    void listenerWithoutItsPort_isRestarted_untilItIsFree(Transport transport) throws Exception {
        Proactor io = proactor(transport);
        Queue<Throwable> failures = new ConcurrentLinkedQueue<>();
        try (ServerSocket taken = new ServerSocket(0, 1, InetAddress.getLoopbackAddress());
                ActorSystem system = ActorSystem.builder("taken")
                        .budget(Budget.unlimited()) // however late the port is free
                        .build()) {
            system.events().ofType(TreeEvent.Failed.class).subscribe(failed -> failures.add(failed.cause()));
            CompletableFuture<Integer> bound = new CompletableFuture<>();
            system.spawn(io.<String>listener(
                    "listener",
                    server -> server.host("127.0.0.1")
                            .port(taken.getLocalPort())
                            .doOnBound(server1 -> bound.complete(server1.port())),
                    (context, connection) -> Served.echo(connection)));
            Await.until("failed", () -> !failures.isEmpty());
            assertThat(failures.element()).isInstanceOf(ChannelBindException.class);
            taken.close();

            assertThat(bound.get(10, TimeUnit.SECONDS)).isPositive();
        }
    }

    @TransportTest
    void restartedListener_takesTheSamePortAgain(Transport transport) throws Exception {
        Proactor io = proactor(transport);
        AtomicInteger port = new AtomicInteger(); // the kernel's choice at first
        AtomicInteger bound = new AtomicInteger();
        try (ActorSystem system = ActorSystem.builder("again")
                .budget(new Budget(100, Duration.ofSeconds(5)))
                .build()) {
            Queue<TreeEvent.Failed> failures = new ConcurrentLinkedQueue<>();
            system.events().ofType(TreeEvent.Failed.class).subscribe(failures::add);
            ActorSpec<Connection> spec = io.<String>listener(
                            "listener",
                            server -> server.host("127.0.0.1").port(port.get()).doOnBound(now -> {
                                port.set(now.port());
                                bound.incrementAndGet();
                            }),
                            (context, connection) -> Served.echo(connection))
                    .restart(Restart.permanent());
            ActorRef<Connection> listener = system.spawn(spec);
            for (int i = 1; i <= 15; i++) {
                int times = i;
                Await.until("bound " + i, () -> bound.get() == times);
                int taken = port.get();
                try (Socket socket = new Socket(InetAddress.getLoopbackAddress(), taken)) {
                    Served.send(socket, "a");
                    assertThat(Served.receive(socket, 1)).isEqualTo("a");
                }
                listener.stop();
            }
            assertThat(failures).isEmpty();
        }
    }

    @TransportTest
    void connectionWhoseActorCannotBegin_isClosed_andTheListenerGoesOn(Transport transport) throws Exception {
        Proactor io = proactor(transport);
        AtomicInteger begun = new AtomicInteger();
        try (Served served = new Served(io, (context, connection) -> {
            if (begun.getAndIncrement() == 0) {
                throw new IllegalStateException("not the first");
            }
            return Served.echo(connection);
        })) {
            try (Socket first = served.connect()) {
                Served.send(first, "lost");
                assertThat(Served.isClosed(first)).isTrue();
            }
            try (Socket second = served.connect()) {
                Served.send(second, "b");
                assertThat(Served.receive(second, 1)).isEqualTo("b");
            }
        }
    }

    @TransportTest
    void connectionsThatComeAsTheirListenerEnds_areClosed(Transport transport) throws Exception {
        Proactor io = proactor(transport);
        for (int i = 0; i < 10; i++) {
            List<Socket> sockets = new ArrayList<>();
            try (Served served = new Served(io, (context, connection) -> Served.echo(connection))) {
                int port = served.port();
                for (int n = 0; n < 10; n++) {
                    try {
                        sockets.add(new Socket(InetAddress.getLoopbackAddress(), port));
                        Served.send(sockets.get(sockets.size() - 1), "x");
                    } catch (SocketException refused) {
                        // It has ended.
                    }
                    if (n == 5) {
                        served.listener.kill();
                    }
                }
                Await.until("all closed", () -> io.openSockets() == 0);
            } finally {
                for (Socket socket : sockets) {
                    socket.close();
                }
            }
        }
    }

    @TransportTest
    void proactorThatCloses_endsActorsWithTheirConnections(Transport transport) throws Exception {
        Proactor io = proactor(transport);
        try (Served served = new Served(io, ListenerTest::lines);
                Socket socket = served.connect()) {
            Served.send(socket, "a\n");
            assertThat(Served.receive(socket, 2)).isEqualTo("a\n");

            io.close();

            assertThat(Served.isClosed(socket)).isTrue();
            assertThat(io.openSockets()).isZero();
            Await.until(
                    "the connection's actor has ended",
                    () -> Objects.requireNonNull(served.system.tree().block())
                            .children()
                            .get(0)
                            .children()
                            .isEmpty());
        }
    }
}
