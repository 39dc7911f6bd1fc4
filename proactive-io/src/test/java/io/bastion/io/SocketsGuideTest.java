package io.bastion.io;

import static org.assertj.core.api.Assertions.assertThat;

import io.bastion.actor.ActorContext;
import io.bastion.actor.ActorRef;
import io.bastion.actor.ActorSpec;
import io.bastion.actor.ActorSystem;
import io.bastion.actor.Behavior;
import io.bastion.mailbox.Mailbox;
import io.bastion.testkit.Await;
import java.io.IOException;
import java.net.InetAddress;
import java.net.ServerSocket;
import java.net.Socket;
import java.net.SocketAddress;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.time.Duration;
import java.util.Queue;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.ConcurrentLinkedQueue;
import java.util.concurrent.TimeUnit;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.Timeout;
import org.junit.jupiter.api.io.TempDir;
import org.reactivestreams.Publisher;
import reactor.core.publisher.Mono;
import reactor.netty.DisposableServer;

/** The snippets about sockets of docs/proactive-io.md, run. */
@Timeout(60)
class SocketsGuideTest {
    @TempDir
    Path directory;

    private static int free() throws IOException {
        try (ServerSocket server = new ServerSocket(0, 1, InetAddress.getLoopbackAddress())) {
            return server.getLocalPort();
        }
    }

    private static Socket connect(int port) {
        CompletableFuture<Socket> connected = new CompletableFuture<>();
        Await.until("listening", () -> {
            try {
                return connected.complete(new Socket(InetAddress.getLoopbackAddress(), port));
            } catch (IOException notYet) {
                return false;
            }
        });
        return connected.join();
    }

    private static void echo(int port) throws IOException {
        try (Proactor io = Proactor.create();
                ActorSystem system = ActorSystem.create("echo")) {
            system.spawn(io.listener(
                    "listener",
                    server -> server.port(port),
                    (context, connection) -> Behavior.flow((self, inbox) -> connection.send(connection.receive()))));
            system.whenTerminated().block();
        }
    }

    @Test
    void echoServer_inFifteenLines() throws Exception {
        int port = free();
        Thread server = new Thread(() -> {
            try {
                echo(port);
            } catch (IOException | RuntimeException e) {
                // interrupted below
            }
        });
        server.start();
        try (Socket socket = connect(port)) {
            Served.send(socket, "hello");
            socket.shutdownOutput();
            assertThat(socket.getInputStream().readAllBytes()).asString().isEqualTo("hello");
        }
        server.interrupt();
        server.join(TimeUnit.SECONDS.toMillis(20));
        assertThat(server.isAlive()).isFalse();
    }

    /** Answers each line that its peer sends, one after another. */
    static Behavior<String> greeter(ActorContext<String> context, ActorConnection connection) {
        connection.feed(context, Lines.of(connection.receive(), StandardCharsets.UTF_8, 1_024));
        return Behavior.receiveAsync((self, name) -> connection.send("hello " + name + "\n"));
    }

    @Test
    void lines_areMessages() throws Exception {
        int port = free();
        try (Proactor io = Proactor.create();
                ActorSystem system = ActorSystem.create("guide")) {
            system.spawn(io.listener(
                    "greeter",
                    server -> server.port(port),
                    SocketsGuideTest::greeter,
                    spec -> spec.mailbox(Mailbox.bounded(16))));
            try (Socket socket = connect(port)) {
                Served.send(socket, "Ann\nBob\n");
                assertThat(Served.receive(socket, 20)).isEqualTo("hello Ann\nhello Bob\n");
            }
        }
    }

    @Test
    void file_isServed() throws Exception {
        int port = free();
        Path path = Files.writeString(directory.resolve("page"), "content");
        try (Proactor io = Proactor.create();
                ActorSystem system = ActorSystem.create("guide")) {
            system.spawn(io.listener(
                    "files",
                    server -> server.port(port),
                    (context, connection) -> Behavior.flow((self, inbox) ->
                            io.files(self).open(path).flatMap(file -> connection.send(file, ReadSpec.all())))));
            try (Socket socket = connect(port)) {
                assertThat(socket.getInputStream().readAllBytes()).asString().isEqualTo("content");
            }
            Await.until("closed", () -> io.openFiles() == 0);
        }
    }

    /** Asks a server, and answers whoever has asked it. */
    static final class Resolver implements Behavior.ReceiveAsync<ActorRef<String>> {
        private final Proactor io;
        private final ActorSockets sockets;
        private final int port;

        Resolver(Proactor io, ActorContext<ActorRef<String>> context, int port) {
            this.io = io;
            this.sockets = io.sockets(context);
            this.port = port;
        }

        @Override
        public Publisher<?> receive(ActorContext<ActorRef<String>> context, ActorRef<String> replyTo) {
            return sockets.connect(io.tcpClient().host("localhost").port(port).connect())
                    .flatMap(connection -> connection
                            .send("who?\n")
                            .thenMany(Lines.of(connection.receive(), StandardCharsets.UTF_8, 1_024))
                            .next()
                            .doOnNext(replyTo::tell)
                            .then(connection.close()));
        }
    }

    @Test
    void actor_asksAServer() throws Exception {
        int port = free();
        try (Proactor io = Proactor.create();
                ActorSystem system = ActorSystem.create("guide")) {
            system.spawn(io.listener("greeter", server -> server.port(port), SocketsGuideTest::greeter));
            connect(port).close();
            ActorRef<ActorRef<String>> resolver = system.spawn(
                    ActorSpec.<ActorRef<String>>of("resolver", context -> new Resolver(io, context, port)));
            Mono<String> answer = resolver.ask(replyTo -> replyTo, Duration.ofSeconds(10));
            assertThat(answer.block()).isEqualTo("hello who?");
        }
    }

    @Test
    void reactorNetty_runsOnTheLoops() throws Exception {
        Path path = directory.resolve("socket");
        Queue<String> seen = new ConcurrentLinkedQueue<>();
        try (Proactor io = Proactor.create()) {
            SocketAddress address = io.unixAddress(path);
            DisposableServer server = io.tcpServer()
                    .bindAddress(() -> address)
                    .handle((in, out) -> out.send(in.receive().retain()))
                    .bindNow();
            assertThat(server.isDisposed()).isFalse();
            var client = io.tcpClient().remoteAddress(() -> address).connectNow();
            client.outbound().sendString(Mono.just("hello")).then().block();
            seen.add(String.valueOf(client.inbound().receive().asString().blockFirst()));
        }
        assertThat(seen).containsExactly("hello");
    }

    @Test
    void sockets_areSetUp() throws IOException {
        Proactor io = Proactor.builder()
                .transport(Transport.NIO)
                .socketLoops(2)
                .maxConnections(10_000)
                .build();
        assertThat(io.transport()).isEqualTo(Transport.NIO);
        io.close();
    }
}
