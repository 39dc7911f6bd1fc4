package io.bastion.examples.index;

import java.nio.ByteBuffer;
import java.nio.file.Path;
import java.time.Duration;
import reactor.core.publisher.Flux;
import reactor.core.publisher.Mono;

/** Where the content of files comes from. */
@FunctionalInterface
public interface ChunkReader {
    /**
     * The content of a file, chunk by chunk: none is read before it is requested. A chunk belongs to whoever gets it.
     *
     * @return fails with an {@code IOException} when the file cannot be read; closes it at its end, and when it is cancelled
     */
    Flux<ByteBuffer> read(Path file);

    /** This one, but a file that gives nothing for so long fails with an {@code IOException}. */
    default ChunkReader patient(Duration patience) {
        return file -> read(file).timeout(patience, Mono.error(() -> new StalledReadException(patience)));
    }

    /** Reads chunks of so many bytes through a {@code FileChannel}, on Reactor's threads for blocking work. */
    static ChunkReader blocking(int chunk) {
        return new BlockingReader(chunk);
    }
}
