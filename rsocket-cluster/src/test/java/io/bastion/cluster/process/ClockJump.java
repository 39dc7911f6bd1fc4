package io.bastion.cluster.process;

import java.io.IOException;
import java.io.UncheckedIOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.time.Duration;
import java.util.List;
import java.util.Map;
import org.jspecify.annotations.Nullable;

/**
 * The wall clock of a process, made to jump by <a href="https://github.com/wolfcw/libfaketime">libfaketime</a>, where that is
 * installed (on Debian the package {@code faketime}) or named by {@code -Dbastion.lab.faketime}.
 */
final class ClockJump implements AutoCloseable {
    /** A clock that does not jump. */
    static final ClockJump NONE = new ClockJump(null, null);

    private static final String LIBRARY = "libfaketime.so.1";
    private static final List<Path> PLACES = List.of(
            Path.of(System.getProperty("bastion.lab.faketime", LIBRARY)),
            Path.of("/usr/lib/x86_64-linux-gnu/faketime", LIBRARY),
            Path.of("/usr/lib/aarch64-linux-gnu/faketime", LIBRARY),
            Path.of("/usr/lib64/faketime", LIBRARY));

    private final @Nullable Path library;
    private final @Nullable Path offset;

    private ClockJump(@Nullable Path library, @Nullable Path offset) {
        this.library = library;
        this.offset = offset;
    }

    /** One that can jump; {@link #NONE} where there is no such library, which is said on standard output. */
    static ClockJump prepared() {
        for (Path place : PLACES) {
            if (Files.isRegularFile(place)) {
                try {
                    Path offset = Files.createTempFile("bastion-clock", "");
                    Files.writeString(offset, "+0");
                    return new ClockJump(place, offset);
                } catch (IOException e) {
                    throw new UncheckedIOException(e);
                }
            }
        }
        System.out.println("no clock jumps here: libfaketime is not installed");
        return NONE;
    }

    boolean isPossible() {
        return library != null;
    }

    /** What makes a process have this clock. */
    Map<String, String> environment() {
        return library == null
                ? Map.of()
                : Map.of(
                        "LD_PRELOAD",
                        library.toString(),
                        "FAKETIME_DONT_FAKE_MONOTONIC",
                        "1",
                        "FAKETIME_FORCE_MONOTONIC_FIX", // else waits of the JVM end at once, and it spins
                        "0",
                        "FAKETIME_TIMESTAMP_FILE",
                        String.valueOf(offset),
                        "FAKETIME_CACHE_DURATION", // seconds; to look at each call takes longer than all else
                        "1");
    }

    /** From now on the clock is that much ahead of the machine's, or behind it. */
    void to(Duration ahead) {
        if (offset != null) {
            try {
                Files.writeString(offset, (ahead.isNegative() ? "" : "+") + ahead.toSeconds());
            } catch (IOException e) {
                throw new UncheckedIOException(e);
            }
        }
    }

    @Override
    public void close() {
        if (offset != null) {
            try {
                Files.deleteIfExists(offset);
            } catch (IOException e) {
                throw new UncheckedIOException(e);
            }
        }
    }
}
