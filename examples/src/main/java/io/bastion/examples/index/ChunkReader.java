package io.bastion.examples.index;

import io.bastion.io.ActorFiles;
import io.bastion.io.ReadSpec;
import java.nio.ByteBuffer;
import java.nio.file.Path;
import java.time.Duration;
import reactor.core.publisher.Flux;
import reactor.core.publisher.Mono;

/** How the content of files gets to the actors that parse it. */
@FunctionalInterface
public interface ChunkReader {
    /** Chunks that are read before they are asked for. */
    int READ_AHEAD = 2;

    /**
     * The content of a file, chunk by chunk, on the worker of the actor that reads: none before it is requested, and a few read
     * ahead from then on. A chunk belongs to whoever gets it.
     *
     * @param files those of the actor; what it leaves open is closed when its incarnation ends
     * @return fails with an {@code IOException} when the file cannot be read
     */
    Flux<ByteBuffer> read(ActorFiles files, Path file);

    /** This one, but a file that gives nothing for so long fails with an {@code IOException}. */
    default ChunkReader patient(Duration patience) {
        return (files, file) ->
                read(files, file).timeout(patience, Mono.error(() -> new StalledReadException(patience)));
    }

    /** Reads chunks of so many bytes without blocking a thread. */
    static ChunkReader chunks(int size) {
        return new ProactiveReader(ReadSpec.all().chunkSize(size).window(READ_AHEAD));
    }
}
