package io.bastion.io;

import io.netty.channel.IoHandlerFactory;
import io.netty.channel.epoll.Epoll;
import io.netty.channel.nio.NioIoHandler;
import io.netty.channel.uring.IoUring;
import io.netty.channel.uring.IoUringIoHandler;
import java.util.function.Function;
import org.jspecify.annotations.Nullable;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/** The choice of a transport. */
final class Transports {
    private static final Logger LOG = LoggerFactory.getLogger(Transports.class);

    private Transports() {}

    /** What the program or else the property forces, or null. */
    static @Nullable Transport forced(@Nullable Transport wanted, String property) {
        if (wanted != null) {
            return wanted;
        }
        for (Transport transport : Transport.values()) {
            if (transport.toString().equals(property)) {
                return transport;
            }
        }
        if (property.equals("auto")) {
            return null;
        }
        throw new IllegalArgumentException(
                Transport.PROPERTY + ": " + property + " (expected: auto, epoll, nio or io_uring)");
    }

    /**
     * The forced transport or, without one, epoll if it works.
     *
     * @param obstacle why a transport does not work here, or null
     * @throws IllegalStateException if a forced one does not work here
     */
    static Transport choose(@Nullable Transport forced, Function<Transport, @Nullable Throwable> obstacle) {
        Throwable missing = obstacle.apply(forced == null ? Transport.EPOLL : forced);
        if (forced != null && missing != null) {
            throw new IllegalStateException(
                    "transport: " + forced + " (expected: one that works here; " + missing.getMessage() + ")", missing);
        } else if (forced != null) {
            LOG.info("sockets by {}, as it was told", forced);
            return forced;
        } else if (missing != null) {
            LOG.info("sockets by nio, because epoll does not work here: {}", missing.getMessage());
            return Transport.NIO;
        }
        LOG.info("sockets by epoll");
        return Transport.EPOLL;
    }

    /** Why a transport does not work here; null when it does. */
    static @Nullable Throwable obstacle(Transport transport) {
        try {
            return switch (transport) {
                case EPOLL -> Epoll.unavailabilityCause();
                case NIO -> null;
                case IO_URING -> IoUring.unavailabilityCause();
            };
        } catch (LinkageError e) {
            return e;
        }
    }

    static IoHandlerFactory handlers(Transport transport) {
        return switch (transport) {
            case EPOLL -> HalfClosableEpoll.newFactory();
            case NIO -> NioIoHandler.newFactory();
            case IO_URING -> IoUringIoHandler.newFactory();
        };
    }
}
