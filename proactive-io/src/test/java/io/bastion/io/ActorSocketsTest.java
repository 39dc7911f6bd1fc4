package io.bastion.io;

import static io.bastion.io.Leftovers.proactor;
import static org.assertj.core.api.Assertions.assertThat;

import io.bastion.actor.ActorContext;
import io.bastion.actor.ActorRef;
import io.bastion.actor.ActorSpec;
import io.bastion.actor.ActorSystem;
import io.bastion.actor.Behavior;
import io.bastion.supervision.Budget;
import io.bastion.supervision.Restart;
import io.bastion.testkit.Await;
import io.netty.channel.ChannelOption;
import io.netty.channel.ConnectTimeoutException;
import io.netty.channel.socket.DatagramPacket;
import java.io.IOException;
import java.net.ConnectException;
import java.net.DatagramSocket;
import java.net.InetAddress;
import java.net.InetSocketAddress;
import java.net.ServerSocket;
import java.net.Socket;
import java.nio.charset.StandardCharsets;
import java.nio.file.Path;
import java.time.Duration;
import java.util.ArrayList;
import java.util.List;
import java.util.Queue;
import java.util.concurrent.ConcurrentLinkedQueue;
import java.util.concurrent.atomic.AtomicInteger;
import java.util.function.BiFunction;
import org.junit.jupiter.api.io.TempDir;
import org.reactivestreams.Publisher;
import reactor.core.publisher.Flux;
import reactor.core.publisher.Mono;
import reactor.netty.DisposableServer;
import reactor.netty.tcp.TcpClient;

/** Sockets that belong to actors. */
class ActorSocketsTest {
    @TempDir
    Path directory;

    private final Queue<Object> seen = new ConcurrentLinkedQueue<>();

    /** An actor that does something with its sockets for each message; what comes of it is seen. */
    private ActorSpec<String> owner(Proactor io, BiFunction<ActorSockets, ActorContext<String>, Publisher<?>> work) {
        return ActorSpec.<String>anonymous(context -> {
                    ActorSockets sockets = io.sockets(context);
                    return Behavior.receiveAsync((self, message) -> {
                        if (message.equals("fail")) {
                            throw new IllegalStateException("told to");
                        }
                        return Flux.from(work.apply(sockets, context))
                                .doOnNext(value -> context.children()) // only on its worker
                                .doOnNext(seen::add)
                                .doOnError(seen::add)
                                .onErrorComplete();
                    });
                })
                .restart(Restart.permanent().tries(100));
    }

    private static TcpClient client(Proactor io, ServerSocket server) {
        return io.tcpClient().host("127.0.0.1").port(server.getLocalPort());
    }

    private static ServerSocket server() throws IOException {
        ServerSocket server = new ServerSocket(0, 50, InetAddress.getLoopbackAddress());
        server.setSoTimeout((int) Await.BOUND.toMillis());
        return server;
    }

    @TransportTest
    void connections_areClosed_whenTheirActorStopsFailsOrIsKilled(Transport transport) throws Exception {
        Proactor io = proactor(transport);
        try (ServerSocket server = server();
                ActorSystem system = ActorSystem.create("owners")) {
            for (String end : List.of("fail", "stop", "kill")) {
                ActorRef<String> owner = system.spawn(owner(
                        io,
                        (sockets, context) -> sockets.connect(client(io, server).connect())));
                owner.tell("connect");
                owner.tell("connect");
                try (Socket one = server.accept();
                        Socket two = server.accept()) {
                    Await.until("connected", () -> seen.size() == 2);
                    assertThat(io.openSockets()).isEqualTo(2);
                    switch (end) {
                        case "fail" -> owner.tell("fail");
                        case "stop" -> owner.stop();
                        default -> owner.kill();
                    }
                    assertThat(Served.isClosed(one)).as(end).isTrue();
                    assertThat(Served.isClosed(two)).as(end).isTrue();
                }
                Await.until("closed by " + end, () -> io.openSockets() == 0);
                seen.clear();
                owner.kill();
            }
        }
    }

    @TransportTest
    void listenersOfReactorNetty_areClosed_andTheNextIncarnationHasTheAddress(Transport transport) throws Exception {
        Proactor io = proactor(transport);
        try (ActorSystem system = ActorSystem.builder("owners")
                .budget(new Budget(100, Duration.ofSeconds(5)))
                .build()) {
            Path path = directory.resolve("socket");
            ActorRef<String> owner = system.spawn(owner(
                    io,
                    (sockets, context) -> sockets.own(io.tcpServer()
                            .bindAddress(() -> io.unixAddress(path))
                            .handle((in, out) -> out.sendString(Mono.just("hello")))
                            .bind())));
            for (int i = 1; i <= 5; i++) {
                int times = i;
                owner.tell("bind");
                Await.until("bound " + i, () -> seen.size() == times);
                assertThat(seen).allMatch(bound -> bound instanceof DisposableServer);
                assertThat(io.openSockets()).isEqualTo(1);
                owner.tell("fail");
            }
            owner.kill();
            Await.until("closed", () -> io.openSockets() == 0);
        }
    }

    @TransportTest
    void connectionThatComesAsItsActorEnds_isClosed(Transport transport) throws Exception {
        Proactor io = proactor(transport);
        List<Socket> accepted = new ArrayList<>();
        try (ServerSocket server = server();
                ActorSystem system = ActorSystem.create("owners")) {
            for (int i = 0; i < 40; i++) {
                ActorRef<String> owner = system.spawn(owner(
                        io,
                        (sockets, context) -> sockets.connect(client(io, server).connect())));
                owner.tell("connect");
                if (i % 2 == 0) {
                    accepted.add(server.accept());
                }
                owner.kill();
            }
            Await.until(() -> "all closed: " + io.openSockets(), () -> io.openSockets() == 0);
        } finally {
            for (Socket socket : accepted) {
                socket.close();
            }
        }
    }

    @TransportTest
    void connectThatIsGivenUp_isClosedWhenItComes(Transport transport) throws Exception {
        Proactor io = proactor(transport);
        try (ServerSocket server = server();
                ActorSystem system = ActorSystem.create("owners")) {
            AtomicInteger given = new AtomicInteger();
            ActorRef<String> owner = system.spawn(owner(
                    io,
                    (sockets, context) -> sockets.connect(client(io, server).connect())
                            .takeUntilOther(Mono.just("up"))
                            .doFinally(signal -> given.incrementAndGet())));
            for (int i = 0; i < 20; i++) {
                owner.tell("connect");
            }
            Await.until("given up", () -> given.get() == 20);
            for (int i = 0; i < 20; i++) {
                server.accept().close();
            }
            Await.until("all closed", () -> io.openSockets() == 0);
            assertThat(seen).isEmpty();
        }
    }

    @TransportTest
    void bytesOfAPeerThatHasGone_areStillThere(Transport transport) throws Exception {
        Proactor io = proactor(transport);
        try (ServerSocket server = server();
                ActorSystem system = ActorSystem.create("owners")) {
            ActorRef<String> owner = system.spawn(owner(
                    io,
                    (sockets, context) -> sockets.connect(client(io, server).connect())
                            .delayUntil(
                                    connection -> connection.whenClosed().timeout(Duration.ofMillis(500), Mono.empty()))
                            .flatMapMany(connection -> Lines.of(connection.receive(), StandardCharsets.UTF_8, 100))));
            owner.tell("connect");
            try (Socket socket = server.accept()) {
                Served.send(socket, "one\ntwo");
            }
            Await.until("both lines", () -> seen.size() == 2);
            assertThat(seen).containsExactly("one", "two");
        }
        Await.until("closed", () -> io.openSockets() == 0);
    }

    @TransportTest
    void refusedAndTimedOutConnects_areErrorsOfTheirActor(Transport transport) throws Exception {
        Proactor io = proactor(transport);
        List<Socket> fillers = new ArrayList<>();
        try (ServerSocket full = new ServerSocket(0, 1, InetAddress.getLoopbackAddress());
                ActorSystem system = ActorSystem.create("owners")) {
            int closed;
            try (ServerSocket gone = server()) {
                closed = gone.getLocalPort();
            }
            ActorRef<String> refused = system.spawn(owner(
                    io,
                    (sockets, context) -> sockets.connect(
                            io.tcpClient().host("127.0.0.1").port(closed).connect())));
            refused.tell("connect");
            Await.until("refused", () -> seen.size() == 1);
            assertThat(seen.poll()).isInstanceOf(ConnectException.class);

            // The kernel of a listener with a full backlog does not answer.
            for (int i = 0; i < 2; i++) {
                fillers.add(new Socket(InetAddress.getLoopbackAddress(), full.getLocalPort()));
            }
            ActorRef<String> late = system.spawn(owner(
                    io,
                    (sockets, context) -> sockets.connect(client(io, full)
                            .option(ChannelOption.CONNECT_TIMEOUT_MILLIS, 200)
                            .connect())));
            late.tell("connect");
            Await.until("timed out", () -> seen.size() == 1);
            assertThat(seen.poll()).isInstanceOf(ConnectTimeoutException.class);
            Await.until("closed", () -> io.openSockets() == 0);
        } finally {
            for (Socket filler : fillers) {
                filler.close();
            }
        }
    }

    @TransportTest
    void datagrams_comeWithTheirSenders_onTheActorsWorker(Transport transport) throws Exception {
        Proactor io = proactor(transport);
        try (ActorSystem system = ActorSystem.create("owners");
                DatagramSocket peer = new DatagramSocket(0, InetAddress.getLoopbackAddress())) {
            peer.setSoTimeout((int) Await.BOUND.toMillis());
            ActorRef<String> owner = system.spawn(owner(
                    io,
                    (sockets, context) -> sockets.connect(
                                    io.udpServer().host("127.0.0.1").port(0).bind())
                            .doOnNext(seen::add)
                            .flatMap(connection -> connection.sendDatagrams(connection
                                    .receiveDatagrams()
                                    .doOnNext(packet -> context.children())
                                    .map(packet -> new DatagramPacket(packet.content(), packet.sender()))))));
            owner.tell("bind");
            Await.until("bound", () -> seen.size() == 1);
            var address = (InetSocketAddress)
                    ((ActorConnection) seen.element()).connection().channel().localAddress();
            for (int i = 0; i < 100; i++) {
                byte[] sent = ("datagram " + i).getBytes(StandardCharsets.UTF_8);
                peer.send(new java.net.DatagramPacket(sent, sent.length, address));
                byte[] back = new byte[100];
                java.net.DatagramPacket packet = new java.net.DatagramPacket(back, back.length);
                peer.receive(packet);
                assertThat(new String(back, 0, packet.getLength(), StandardCharsets.UTF_8))
                        .isEqualTo("datagram " + i);
            }
            owner.kill();
            Await.until("closed", () -> io.openSockets() == 0);
        }
    }

    @TransportTest
    void killedActors_leaveNoBuffer(Transport transport) throws Exception {
        Proactor io = proactor(transport);
        byte[] much = new byte[1_000_000];
        try (ServerSocket server = server();
                ActorSystem system = ActorSystem.create("owners")) {
            for (int i = 0; i < 30; i++) {
                int n = i;
                ActorRef<String> owner = system.spawn(owner(
                        io,
                        (sockets, context) -> sockets.connect(client(io, server).connect())
                                .flatMapMany(connection -> n % 3 == 0 ? Flux.never() : connection.receive())
                                .map(Bytes::takeAll)
                                .delayUntil(bytes -> n % 3 == 1 ? Mono.never() : Mono.empty())));
                owner.tell("connect");
                try (Socket socket = server.accept()) {
                    socket.getOutputStream().write(much, 0, 50_000);
                    owner.kill();
                }
            }
            Await.until("all closed", () -> io.openSockets() == 0);
        }
    }

    @TransportTest
    void secondSubscriberOfWhatIsReceived_isRefused(Transport transport) throws Exception {
        Proactor io = proactor(transport);
        try (ServerSocket server = server();
                ActorSystem system = ActorSystem.create("owners")) {
            ActorRef<String> owner = system.spawn(owner(
                    io,
                    (sockets, context) -> sockets.connect(client(io, server).connect())
                            .flatMapMany(connection -> Flux.merge(
                                            connection.receive().then(),
                                            connection.receive().then())
                                    .then(connection.close()))));
            owner.tell("connect");
            try (Socket socket = server.accept()) {
                Await.until("refused", () -> seen.size() == 1);
                assertThat(seen.poll()).isInstanceOf(IllegalStateException.class);
            }
        }
    }

    @TransportTest
    void outputThatIsShutDown_endsThePeersInput_andTheAnswerStillComes(Transport transport) throws Exception {
        Proactor io = proactor(transport);
        try (ServerSocket server = server();
                ActorSystem system = ActorSystem.create("owners")) {
            ActorRef<String> owner = system.spawn(owner(
                    io,
                    (sockets, context) -> sockets.connect(client(io, server).connect())
                            .flatMapMany(connection -> connection
                                    .send("question")
                                    .then(connection.shutdownOutput())
                                    .thenMany(connection.receive().map(Bytes::take)))));
            owner.tell("connect");
            try (Socket socket = server.accept()) {
                assertThat(socket.getInputStream().readAllBytes()).asString().isEqualTo("question");
                Served.send(socket, "answer");
            }
            Await.until("answered", () -> seen.size() == 1);
            assertThat(seen.poll()).isEqualTo("answer");
        }
    }
}
