package io.bastion.benchmarks.contender;

import static java.nio.file.StandardOpenOption.READ;

import io.bastion.benchmarks.work.DataFile;
import io.bastion.benchmarks.work.Setup;
import java.io.IOException;
import java.nio.ByteBuffer;
import java.nio.channels.FileChannel;
import java.nio.file.Path;
import reactor.core.publisher.Mono;

/** A loop that reads a {@code FileChannel} into one buffer, on the subscriber's thread. */
final class ChannelLoopFiles extends FileSubject {
    private final ByteBuffer chunk = ByteBuffer.allocateDirect(DataFile.CHUNK);

    ChannelLoopFiles(Setup setup) {
        super(setup);
    }

    @Override
    Mono<Long> pass(Path file) {
        return Mono.fromCallable(() -> readAll(file));
    }

    private long readAll(Path file) throws IOException {
        try (FileChannel channel = FileChannel.open(file, READ)) {
            long all = 0;
            for (int bytes; (bytes = channel.read(chunk.clear())) > 0; ) {
                all += bytes;
            }
            return all;
        }
    }
}
