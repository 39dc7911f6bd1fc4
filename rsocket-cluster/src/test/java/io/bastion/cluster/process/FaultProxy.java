package io.bastion.cluster.process;

import java.io.IOException;
import java.io.UncheckedIOException;
import java.net.InetAddress;
import java.net.InetSocketAddress;
import java.net.ServerSocket;
import java.net.Socket;
import java.util.Set;
import java.util.concurrent.ConcurrentHashMap;

/**
 * Stands before one node and passes on what connections bring there, and back, as {@link Faults} let it. Which node is at the other
 * end it learns from what that says of itself first. What is cut off waits: TCP would send it again.
 */
final class FaultProxy {
    private static final int BUFFER = 16 * 1024;

    private final int node;
    private final Faults faults;
    private final ServerSocket server;
    private final Set<Connection> connections = ConcurrentHashMap.newKeySet();
    private volatile int target;

    FaultProxy(int node, Faults faults) {
        this.node = node;
        this.faults = faults;
        try {
            server = new ServerSocket();
            server.setReceiveBufferSize(BUFFER); // what is slow is slow at its sender
            server.bind(new InetSocketAddress(InetAddress.getLoopbackAddress(), 0));
        } catch (IOException e) {
            throw new UncheckedIOException(e);
        }
        start(this::accept);
    }

    int port() {
        return server.getLocalPort();
    }

    /** Where the node listens now. */
    void target(int port) {
        target = port;
    }

    /** Resets all connections. */
    void reset() {
        connections.forEach(Connection::reset);
    }

    void close() {
        try {
            server.close();
        } catch (IOException e) {
            throw new UncheckedIOException(e);
        }
        reset();
    }

    private void start(Runnable work) {
        Thread thread = new Thread(work, "proxy-" + node);
        thread.setDaemon(true);
        thread.start();
    }

    private void accept() {
        while (!server.isClosed()) {
            try {
                Socket accepted = server.accept();
                start(() -> open(accepted));
            } catch (IOException e) {
                // closed, or the other end has gone at once
            }
        }
    }

    private void open(Socket dialled) {
        Connection connection = new Connection(dialled, new Socket());
        connections.add(connection);
        connection.run();
    }

    private final class Connection {
        private final Socket dialled;
        private final Socket own;
        private final Set<Thread> threads = ConcurrentHashMap.newKeySet();

        Connection(Socket dialled, Socket own) {
            this.dialled = dialled;
            this.own = own;
        }

        void run() {
            try {
                threads.add(Thread.currentThread());
                own.setReceiveBufferSize(BUFFER);
                own.connect(new InetSocketAddress(InetAddress.getLoopbackAddress(), target));
                dialled.setTcpNoDelay(true);
                own.setTcpNoDelay(true);
                byte[] bytes = new byte[BUFFER];
                int length = 0;
                int peer = 0;
                while (peer == 0 && length < bytes.length) {
                    int n = dialled.getInputStream().read(bytes, length, bytes.length - length);
                    if (n < 0) {
                        reset();
                        return;
                    }
                    length += n;
                    peer = faults.nodeNamedIn(bytes, length);
                }
                int from = peer;
                faults.travel(from, node, length);
                own.getOutputStream().write(bytes, 0, length);
                start(() -> pass(own, dialled, node, from));
                pass(dialled, own, from, node);
            } catch (IOException e) {
                reset();
            } catch (InterruptedException e) {
                // was reset
            }
        }

        private void pass(Socket in, Socket out, int from, int to) {
            threads.add(Thread.currentThread());
            byte[] bytes = new byte[BUFFER];
            try {
                try {
                    for (int n = in.getInputStream().read(bytes);
                            n >= 0;
                            n = in.getInputStream().read(bytes)) {
                        faults.travel(from, to, n);
                        out.getOutputStream().write(bytes, 0, n);
                    }
                } catch (IOException e) {
                    // the end of one side, which does not get through a cut either
                }
                faults.travel(from, to, 0);
                faults.travel(to, from, 0);
                reset();
            } catch (InterruptedException e) {
                // was reset
            }
        }

        void reset() {
            connections.remove(this);
            close(dialled);
            close(own);
            threads.forEach(Thread::interrupt);
        }

        private void close(Socket socket) {
            try {
                socket.setSoLinger(true, 0);
            } catch (IOException e) {
                // is closed already
            }
            try {
                socket.close();
            } catch (IOException e) {
                // is closed already
            }
        }
    }
}
