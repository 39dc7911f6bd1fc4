package io.bastion.cluster.link;

import java.io.ByteArrayOutputStream;
import java.io.IOException;
import java.net.InetAddress;
import java.net.ServerSocket;
import java.net.Socket;

/** Stands between two ends of one connection, and keeps what the dialler has sent. */
final class Recorder implements AutoCloseable {
    private final ServerSocket listening = new ServerSocket(0, 5, InetAddress.getLoopbackAddress());
    private final ByteArrayOutputStream sent = new ByteArrayOutputStream();
    private final Thread thread;

    Recorder(int port) throws IOException {
        thread = new Thread(() -> relay(port), "recorder");
        thread.setDaemon(true);
        thread.start();
    }

    int port() {
        return listening.getLocalPort();
    }

    /** All that was sent until the connection has ended. */
    byte[] sent() throws InterruptedException {
        thread.join(10_000);
        return sent.toByteArray();
    }

    private void relay(int port) {
        try (Socket from = listening.accept();
                Socket to = new Socket(InetAddress.getLoopbackAddress(), port)) {
            Thread back = new Thread(() -> copy(to, from, new ByteArrayOutputStream()), "recorder back");
            back.start();
            copy(from, to, sent);
            back.join();
        } catch (IOException | InterruptedException e) {
            // closed
        }
    }

    private static void copy(Socket from, Socket to, ByteArrayOutputStream record) {
        byte[] buffer = new byte[8192];
        try {
            for (int n; (n = from.getInputStream().read(buffer)) >= 0; ) {
                record.write(buffer, 0, n);
                to.getOutputStream().write(buffer, 0, n);
            }
            to.shutdownOutput();
        } catch (IOException e) {
            // one of them has closed
        }
    }

    @Override
    public void close() throws IOException {
        listening.close();
    }
}
