package io.bastion.benchmarks.contender;

import static java.nio.file.StandardOpenOption.READ;

import io.bastion.benchmarks.work.DataFile;
import io.bastion.benchmarks.work.Setup;
import io.netty.buffer.ByteBuf;
import java.io.IOException;
import java.io.UncheckedIOException;
import java.nio.channels.FileChannel;
import java.nio.file.Path;
import org.springframework.core.io.buffer.DataBufferUtils;
import reactor.core.publisher.Flux;
import reactor.core.publisher.Mono;

/** Spring's {@code DataBufferUtils} on a {@code FileChannel}. */
final class SpringChannelFiles extends FileSubject {
    private final FileChannel target;

    SpringChannelFiles(Setup setup) {
        super(setup);
        try {
            target = FileChannel.open(target(), WRITABLE);
        } catch (IOException e) {
            throw new UncheckedIOException(e);
        }
    }

    @Override
    Mono<Long> pass(Path file) {
        return SpringFiles.released(DataBufferUtils.readByteChannel(
                () -> FileChannel.open(file, READ), SpringFiles.BUFFERS, DataFile.CHUNK));
    }

    @Override
    Mono<Long> write(Flux<ByteBuf> source) {
        return Mono.fromCallable(() -> target.position(0))
                .flatMap(channel -> SpringFiles.released(DataBufferUtils.write(SpringFiles.buffers(source), channel))
                        .then(Mono.fromCallable(channel::position)));
    }

    @Override
    public void close() {
        super.close();
        try {
            target.close();
        } catch (IOException e) {
            throw new UncheckedIOException(e);
        }
    }
}
