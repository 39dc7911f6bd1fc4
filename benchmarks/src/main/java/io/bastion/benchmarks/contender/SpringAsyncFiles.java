package io.bastion.benchmarks.contender;

import static java.nio.file.StandardOpenOption.READ;

import io.bastion.benchmarks.work.DataFile;
import io.bastion.benchmarks.work.FileLoads;
import io.bastion.benchmarks.work.Setup;
import io.netty.buffer.ByteBuf;
import java.io.IOException;
import java.io.UncheckedIOException;
import java.nio.channels.AsynchronousFileChannel;
import java.nio.file.OpenOption;
import java.nio.file.Path;
import org.springframework.core.io.buffer.DataBufferUtils;
import reactor.core.publisher.Flux;
import reactor.core.publisher.Mono;

/** Spring's {@code DataBufferUtils} on an {@code AsynchronousFileChannel}. */
final class SpringAsyncFiles extends FileSubject {
    private final AsynchronousFileChannel target;

    SpringAsyncFiles(Setup setup) {
        super(setup);
        try {
            target = AsynchronousFileChannel.open(target(), WRITABLE.toArray(OpenOption[]::new));
        } catch (IOException e) {
            throw new UncheckedIOException(e);
        }
    }

    @Override
    Mono<Long> pass(Path file) {
        return SpringFiles.released(DataBufferUtils.readAsynchronousFileChannel(
                () -> AsynchronousFileChannel.open(file, READ), SpringFiles.BUFFERS, DataFile.CHUNK));
    }

    @Override
    Mono<Long> write(Flux<ByteBuf> source) {
        return DataBufferUtils.write(SpringFiles.buffers(source), target, 0)
                .doOnNext(DataBufferUtils::release)
                .count()
                .map(buffers -> buffers * FileLoads.SMALL);
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
