package io.bastion.cluster;

import java.io.IOException;
import java.io.UncheckedIOException;
import java.net.InetAddress;
import java.net.ServerSocket;
import java.util.concurrent.ThreadLocalRandom;

/** Ports for who has to know one before it is bound, or binds it again. */
public final class Ports {
    /* Kernels choose from higher ones, for connections too: of those another test may have got any meanwhile. */
    private static final int FIRST = 10_000;
    private static final int END = 30_000;

    private static final int ATTEMPTS = 100;

    private Ports() {}

    /** One that is free, and that nobody is given who asks for any. */
    public static int unused() {
        for (int attempt = 1; ; attempt++) {
            int port = ThreadLocalRandom.current().nextInt(FIRST, END);
            try (ServerSocket socket = new ServerSocket(port, 1, InetAddress.getLoopbackAddress())) {
                return socket.getLocalPort();
            } catch (IOException e) {
                if (attempt == ATTEMPTS) {
                    throw new UncheckedIOException(e);
                }
            }
        }
    }
}
