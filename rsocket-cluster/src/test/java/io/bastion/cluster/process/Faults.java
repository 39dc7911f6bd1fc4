package io.bastion.cluster.process;

import java.nio.charset.StandardCharsets;
import java.util.Arrays;
import java.util.concurrent.ThreadLocalRandom;
import java.util.concurrent.TimeUnit;
import java.util.concurrent.locks.LockSupport;

/** What goes wrong between nodes on loopback. Thread-safe. */
final class Faults {
    /** How long TCP waits at least before it sends again what was lost. */
    private static final long RETRANSMISSION_NANOS = TimeUnit.MILLISECONDS.toNanos(200);

    private static final int PACKET = 1_500;

    private final int[] ports;
    private final boolean[][] cut;
    private double loss;
    private int kilobits;

    Faults(int nodes) {
        ports = new int[nodes + 1];
        cut = new boolean[nodes + 1][nodes + 1];
    }

    synchronized void port(int node, int port) {
        ports[node] = port;
    }

    /** The node that names itself in what it sends first: its host, with a length, and its port. 0 if none does. */
    synchronized int nodeNamedIn(byte[] bytes, int length) {
        for (int at = 0; at + 12 <= length; at++) {
            if (bytes[at] == 9 && new String(bytes, at + 1, 9, StandardCharsets.US_ASCII).equals("127.0.0.1")) {
                int port = (bytes[at + 10] & 0xFF) << 8 | bytes[at + 11] & 0xFF;
                for (int node = 1; node < ports.length; node++) {
                    if (ports[node] == port) {
                        return node;
                    }
                }
            }
        }
        return 0;
    }

    synchronized void cut(int from, int to) {
        cut[from][to] = true;
    }

    synchronized void loss(double share) {
        loss = share;
    }

    synchronized void rate(int kilobits) {
        this.kilobits = kilobits;
    }

    synchronized void heal() {
        for (boolean[] row : cut) {
            Arrays.fill(row, false);
        }
        loss = 0;
        kilobits = 0;
        notifyAll();
    }

    /** Waits for as long as it takes bytes to get from one node to another. */
    void travel(int from, int to, int bytes) throws InterruptedException {
        long pause = 0;
        synchronized (this) {
            while (cut[from][to]) {
                wait();
            }
            for (int sent = 0; sent < bytes && loss > 0; sent += PACKET) {
                if (ThreadLocalRandom.current().nextDouble() < loss) {
                    pause = RETRANSMISSION_NANOS;
                }
            }
            if (kilobits > 0) {
                pause += bytes * 8_000_000L / kilobits;
            }
        }
        for (long end = System.nanoTime() + pause; pause > 0 && System.nanoTime() - end < 0; ) {
            LockSupport.parkNanos(end - System.nanoTime());
            if (Thread.interrupted()) {
                throw new InterruptedException();
            }
        }
    }
}
