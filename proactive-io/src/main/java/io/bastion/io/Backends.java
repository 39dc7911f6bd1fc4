package io.bastion.io;

import java.util.function.Supplier;
import org.jspecify.annotations.Nullable;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/** The choice of a backend. */
final class Backends {
    private static final Logger LOG = LoggerFactory.getLogger(Backends.class);

    private Backends() {}

    /**
     * The forced backend or, without one, io_uring if it starts.
     *
     * @param wanted forced in the program; goes before the property
     * @param uring throws if there is no io_uring
     */
    static Engine choose(@Nullable Backend wanted, String property, Engine nio, Supplier<? extends Engine> uring) {
        Backend forced = wanted != null ? wanted : parse(property);
        if (forced == Backend.NIO) {
            LOG.info("file operations by nio, as it was told");
            return nio;
        }
        try {
            Engine engine = uring.get();
            LOG.info("file operations by io_uring");
            return engine;
        } catch (RuntimeException | LinkageError e) {
            if (forced == Backend.IO_URING) {
                throw new IllegalStateException(
                        "backend: io_uring (expected: one that works here; " + e.getMessage() + ")", e);
            }
            LOG.info("file operations by nio, because io_uring does not work here: {}", e.getMessage());
            return nio;
        }
    }

    private static @Nullable Backend parse(String property) {
        for (Backend backend : Backend.values()) {
            if (backend.toString().equals(property)) {
                return backend;
            }
        }
        if (property.equals("auto")) {
            return null;
        }
        throw new IllegalArgumentException(Backend.PROPERTY + ": " + property + " (expected: auto, io_uring or nio)");
    }
}
