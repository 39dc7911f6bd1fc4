package io.bastion.cluster.link;

import java.net.InetAddress;
import java.net.InetSocketAddress;
import java.net.SocketAddress;
import java.util.HashMap;
import java.util.Map;
import java.util.concurrent.TimeUnit;
import java.util.function.LongSupplier;

/**
 * Bounds the connections that are no links yet, and so the handshakes that are made for them: at a time in all and from each address,
 * and in each second from each address. Thread-safe.
 */
final class Admission {
    private static final long SECOND = TimeUnit.SECONDS.toNanos(1);

    private final int most;
    private final int mostOfOne;
    private final LongSupplier nanoTime;

    private final Map<InetAddress, Entry> entries = new HashMap<>();
    private int inside;

    /** What there is of one address. */
    private static final class Entry {
        int inside;
        int thisSecond;
        long second;

        Entry(long now) {
            second = now;
        }

        void turnTo(long now) {
            if (now - second >= SECOND) {
                second = now;
                thisSecond = 0;
            }
        }

        boolean isOver(long now) {
            return inside == 0 && now - second >= SECOND;
        }
    }

    /**
     * @param most that may be there at a time, or come in a second from one address
     * @param mostOfOne that may be there at a time from one address
     */
    Admission(int most, int mostOfOne, LongSupplier nanoTime) {
        this.most = most;
        this.mostOfOne = mostOfOne;
        this.nanoTime = nanoTime;
    }

    /** Whether a connection may come in; who may has to {@link #leave}. */
    synchronized boolean enter(InetAddress from) {
        if (inside >= most) {
            return false;
        }
        long now = nanoTime.getAsLong();
        if (entries.size() >= 2 * most) { // as many more have been there in this second, at most
            entries.values().removeIf(entry -> entry.isOver(now));
        }
        Entry entry = entries.computeIfAbsent(from, address -> new Entry(now));
        entry.turnTo(now);
        if (entry.inside >= mostOfOne || entry.thisSecond >= most) {
            return false;
        }
        entry.thisSecond++;
        entry.inside++;
        inside++;
        return true;
    }

    /** It has become a link, or is closed. */
    synchronized void leave(InetAddress from) {
        Entry entry = entries.get(from);
        if (entry != null) {
            entry.inside--;
            inside--;
        }
    }

    /** Where a connection comes from. */
    static InetAddress of(SocketAddress remote) {
        return remote instanceof InetSocketAddress inet && inet.getAddress() != null
                ? inet.getAddress()
                : InetAddress.getLoopbackAddress();
    }
}
