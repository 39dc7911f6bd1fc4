package io.bastion.io;

import static io.bastion.io.Leftovers.proactor;
import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import io.bastion.actor.ActorSystem;
import io.bastion.scheduler.NumaScheduler;
import io.bastion.scheduler.NumaTopology;
import io.bastion.testkit.Await;
import io.netty.channel.unix.DomainSocketAddress;
import java.net.InetAddress;
import java.net.InetSocketAddress;
import java.net.Socket;
import java.net.SocketAddress;
import java.net.UnixDomainSocketAddress;
import java.nio.file.Files;
import java.nio.file.Path;
import java.time.Duration;
import java.util.List;
import java.util.Objects;
import java.util.Set;
import java.util.TreeSet;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.ConcurrentSkipListSet;
import java.util.concurrent.TimeUnit;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.Timeout;
import org.junit.jupiter.api.extension.ExtendWith;
import org.junit.jupiter.api.io.TempDir;
import reactor.core.publisher.Flux;
import reactor.core.publisher.Mono;
import reactor.netty.Connection;
import reactor.netty.DisposableServer;

/** The loops under Reactor Netty's own servers and clients. */
@Timeout(60)
@ExtendWith(Leftovers.class)
class SocketLoopsTest {
    private static final Duration SOON = Duration.ofSeconds(10);

    @TempDir
    Path directory;

    /** A server that answers what it is sent, and a client's conversation with it. */
    private static String talk(Proactor io, SocketAddress address, boolean byName) {
        DisposableServer server = io.tcpServer()
                .bindAddress(() -> address)
                .handle((in, out) -> out.send(in.receive().retain()))
                .bindNow();
        SocketAddress target = server.channel().localAddress();
        if (byName) {
            target = InetSocketAddress.createUnresolved("localhost", ((InetSocketAddress) target).getPort());
        }
        SocketAddress remote = target;
        Connection client = io.tcpClient().remoteAddress(() -> remote).connectNow();
        try {
            client.outbound().sendString(Mono.just("hello")).then().block(SOON);
            return Objects.requireNonNull(client.inbound().receive().asString().blockFirst(SOON));
        } finally {
            client.disposeNow();
            server.disposeNow();
        }
    }

    private static Set<String> threads(String prefix) {
        Set<String> names = new TreeSet<>();
        Thread.getAllStackTraces().keySet().forEach(thread -> {
            if (thread.getName().startsWith(prefix)) {
                names.add(thread.getName());
            }
        });
        return names;
    }

    @TransportTest
    void reactorNettysServersAndClients_runHere_andNowhereElse(Transport transport) throws Exception {
        Proactor io = proactor(transport);
        assertThat(io.transport()).isEqualTo(transport);

        assertThat(talk(io, new InetSocketAddress("127.0.0.1", 0), false)).isEqualTo("hello");
        assertThat(talk(io, new InetSocketAddress("127.0.0.1", 0), true)).isEqualTo("hello");
        assertThat(threads("bastion-io-socket")).isNotEmpty();

        io.close();
        Await.until("threads ended", () -> threads("bastion-io-socket").isEmpty());
        // Of loops that Reactor Netty would start by itself.
        assertThat(threads("reactor-tcp")).isEmpty();
        assertThat(threads("reactor-udp")).isEmpty();
    }

    @TransportTest
    void unixDomainSockets_haveTheAddressOfTheTransport(Transport transport) throws Exception {
        Proactor io = proactor(transport);
        SocketAddress address = io.unixAddress(directory.resolve("s"));
        assertThat(address)
                .isInstanceOf(transport == Transport.NIO ? UnixDomainSocketAddress.class : DomainSocketAddress.class);

        assertThat(talk(io, address, false)).isEqualTo("hello");
    }

    @TransportTest
    void datagrams_areAnswered(Transport transport) throws Exception {
        Proactor io = proactor(transport);
        Connection server = io.udpServer()
                .host("127.0.0.1")
                .port(0)
                .handle((in, out) -> out.sendObject(in.receiveObject()
                        .cast(io.netty.channel.socket.DatagramPacket.class)
                        .map(packet -> new io.netty.channel.socket.DatagramPacket(
                                packet.content().retain(), packet.sender()))))
                .bindNow();
        InetSocketAddress address = (InetSocketAddress) server.channel().localAddress();
        Connection client = io.udpClient().remoteAddress(() -> address).connectNow();

        client.outbound().sendString(Mono.just("hello")).then().block(SOON);
        assertThat(client.inbound().receive().asString().blockFirst(SOON)).isEqualTo("hello");

        client.disposeNow();
        server.disposeNow();
        io.close();
        assertThat(threads("reactor-udp")).isEmpty();
    }

    @Test
    void threads_areSpreadOverTheNodes_andBoundToThem() throws Exception {
        Proactor io = proactor(Proactor.builder()
                .backend(Backend.NIO)
                .topology(NumaTopology.of(1, 1))
                .pinned(true)
                .socketLoops(4));
        Set<String> seen = new ConcurrentSkipListSet<>();
        Flux.range(0, 4)
                .doOnNext(i -> io.loopResources()
                        .onServer(true)
                        .next()
                        .submit(() -> seen.add(Thread.currentThread().getName() + " " + LoopThreads.node()))
                        .syncUninterruptibly())
                .blockLast(SOON);
        assertThat(seen)
                .containsExactly(
                        "bastion-io-socket-0-0 0",
                        "bastion-io-socket-0-2 0",
                        "bastion-io-socket-1-1 1",
                        "bastion-io-socket-1-3 1");
    }

    @Test
    void connections_areServed_whereLoopsAndWorkersHaveTheSameNodes() throws Exception {
        NumaTopology nodes = NumaTopology.of(1, 1);
        Proactor io =
                proactor(Proactor.builder().backend(Backend.NIO).topology(nodes).pinned(false));
        NumaScheduler workers =
                NumaScheduler.builder().topology(nodes).pinned(false).build();
        try (ActorSystem system =
                ActorSystem.builder("nodes").scheduler(workers).build()) {
            CompletableFuture<Integer> port = new CompletableFuture<>();
            system.spawn(io.<String>listener(
                    "listener",
                    server -> server.host("127.0.0.1").port(0).doOnBound(bound -> port.complete(bound.port())),
                    (context, connection) -> Served.echo(connection)));
            for (int i = 0; i < 4; i++) {
                try (Socket socket = new Socket(InetAddress.getLoopbackAddress(), port.get(10, TimeUnit.SECONDS))) {
                    Served.send(socket, "hello");
                    assertThat(Served.receive(socket, 5)).isEqualTo("hello");
                }
            }
        } finally {
            workers.dispose();
        }
    }

    @TransportTest
    void close_closesWhatReactorNettyHasOpened_andRefusesMore(Transport transport) throws Exception {
        Proactor io = proactor(transport);
        DisposableServer server = io.tcpServer()
                .host("127.0.0.1")
                .port(0)
                .handle((in, out) -> in.receive().then())
                .bindNow();
        Connection client = io.tcpClient().remoteAddress(server::address).connectNow();
        assertThat(io.openSockets()).isGreaterThanOrEqualTo(2);
        var tcpClient = io.tcpClient();

        io.close();

        assertThat(io.openSockets()).isZero();
        assertThat(client.channel().isOpen()).isFalse();
        assertThat(server.channel().isOpen()).isFalse();
        assertThatThrownBy(() -> tcpClient.host("127.0.0.1").port(1).connectNow(SOON))
                .hasMessageContaining("closed");
    }

    @Test
    void proactorWithoutSockets_startsNoLoops_andBeginsNoneWhenClosed() throws Exception {
        Proactor io = proactor(Proactor.builder().backend(Backend.NIO).name("files-only"));
        io.exists(Files.createFile(directory.resolve("a"))).block(SOON);
        assertThat(threads("files-only-socket")).isEmpty();
        assertThat(io.openSockets()).isZero();
        io.close();
        assertThatThrownBy(io::tcpServer)
                .isInstanceOf(IllegalStateException.class)
                .hasMessage("sockets: the proactor has been closed (expected: an open one)");
    }

    @Test
    void wrongNumbers_areRefused() {
        for (Runnable wrong : List.<Runnable>of(
                () -> Proactor.builder().socketLoops(0),
                () -> Proactor.builder().maxConnections(0))) {
            assertThatThrownBy(wrong::run).isInstanceOf(IllegalArgumentException.class);
        }
    }
}
