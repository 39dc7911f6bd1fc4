package io.bastion.examples.index;

import java.io.IOException;
import java.nio.ByteBuffer;
import java.nio.channels.ClosedByInterruptException;
import java.nio.channels.FileChannel;
import java.nio.file.FileSystemLoopException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.nio.file.StandardOpenOption;
import reactor.core.Exceptions;
import reactor.core.publisher.Flux;
import reactor.core.publisher.SynchronousSink;
import reactor.core.scheduler.Schedulers;

/** {@link ChunkReader#blocking}. */
record BlockingReader(int chunk) implements ChunkReader {
    BlockingReader {
        if (chunk < 1) {
            throw new IllegalArgumentException("chunk: " + chunk + " (expected: >= 1)");
        }
    }

    @Override
    public Flux<ByteBuffer> read(Path file) {
        return Flux.generate(() -> open(file), this::readChunk, BlockingReader::close)
                .subscribeOn(Schedulers.boundedElastic());
    }

    private static FileChannel open(Path file) throws IOException {
        if (Files.isSymbolicLink(file)) {
            Path target = file.toRealPath(); // fails for a link that leads nowhere
            throw new FileSystemLoopException(file + " -> " + target); // the walk hands out no others
        }
        return FileChannel.open(file, StandardOpenOption.READ);
    }

    private FileChannel readChunk(FileChannel channel, SynchronousSink<ByteBuffer> sink) {
        ByteBuffer bytes = ByteBuffer.allocate(chunk);
        try {
            if (channel.read(bytes) < 0) {
                sink.complete();
            } else {
                sink.next(bytes.flip());
            }
        } catch (ClosedByInterruptException e) {
            sink.complete(); // it was cancelled, and nobody hears this any more
        } catch (IOException e) {
            sink.error(e);
        }
        return channel;
    }

    private static void close(FileChannel channel) {
        try {
            channel.close();
        } catch (IOException e) {
            throw Exceptions.propagate(e);
        }
    }
}
