package io.bastion.io;

import io.bastion.actor.ActorContext;
import io.bastion.actor.ActorRef;
import io.bastion.actor.ActorSpec;
import io.bastion.actor.ActorSystem;
import io.bastion.actor.Behavior;
import io.bastion.testkit.Await;
import java.io.IOException;
import java.io.UncheckedIOException;
import java.net.InetAddress;
import java.net.Socket;
import java.nio.charset.StandardCharsets;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.TimeUnit;
import java.util.function.BiFunction;
import reactor.netty.Connection;
import reactor.netty.tcp.TcpServer;

/** A system with a listener on a port of the kernel's choice, and peers that connect to it with the JDK's blocking sockets. */
final class Served implements AutoCloseable {
    final ActorSystem system = ActorSystem.create("served");
    final ActorRef<Connection> listener;
    private volatile CompletableFuture<Integer> port = new CompletableFuture<>();

    Served(Proactor io, BiFunction<ActorContext<String>, ActorConnection, Behavior<String>> behavior) {
        listener = system.spawn(spec(io, behavior));
    }

    private ActorSpec<Connection> spec(
            Proactor io, BiFunction<ActorContext<String>, ActorConnection, Behavior<String>> behavior) {
        return io.listener("listener", this::onLoopback, behavior);
    }

    TcpServer onLoopback(TcpServer server) {
        return server.host("127.0.0.1").port(0).doOnBound(bound -> port.complete(bound.port()));
    }

    static Behavior<String> echo(ActorConnection connection) {
        return Behavior.flow((context, inbox) -> connection.send(connection.receive()));
    }

    int port() {
        try {
            return port.get(Await.BOUND.toSeconds(), TimeUnit.SECONDS);
        } catch (Exception e) {
            throw new AssertionError("not bound", e);
        }
    }

    Socket connect() throws IOException {
        Socket socket = new Socket(InetAddress.getLoopbackAddress(), port());
        socket.setSoTimeout((int) Await.BOUND.toMillis());
        return socket;
    }

    static void send(Socket socket, String text) throws IOException {
        socket.getOutputStream().write(text.getBytes(StandardCharsets.UTF_8));
    }

    static String receive(Socket socket, int bytes) throws IOException {
        return new String(socket.getInputStream().readNBytes(bytes), StandardCharsets.UTF_8);
    }

    /** Whether the peer's end is seen, as an end or as a reset. */
    static boolean isClosed(Socket socket) {
        try {
            byte[] sink = new byte[1 << 16];
            while (socket.getInputStream().read(sink) >= 0) {
                // What was sent before.
            }
            return true;
        } catch (java.net.SocketTimeoutException e) {
            return false;
        } catch (IOException e) {
            return true;
        }
    }

    /** Closes without a good-bye: what was not read is thrown away, the peer is told at once. */
    static void reset(Socket socket) {
        try {
            socket.setSoLinger(true, 0);
            socket.close();
        } catch (IOException e) {
            throw new UncheckedIOException(e);
        }
    }

    @Override
    public void close() {
        system.close();
    }
}
