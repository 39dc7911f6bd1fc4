package io.bastion.benchmarks.contender;

import io.bastion.benchmarks.work.DataFile;
import io.bastion.benchmarks.work.Setup;
import io.netty.buffer.PooledByteBufAllocator;
import java.nio.file.Path;
import reactor.core.publisher.Mono;
import reactor.netty.ByteBufFlux;

/** Reactor Netty's {@code ByteBufFlux.fromPath}, which releases each buffer when its consumer is done with it. */
final class ByteBufFluxFiles extends FileSubject {
    ByteBufFluxFiles(Setup setup) {
        super(setup);
    }

    @Override
    Mono<Long> pass(Path file) {
        return ByteBufFlux.fromPath(file, DataFile.CHUNK, PooledByteBufAllocator.DEFAULT)
                .reduce(0L, (sum, chunk) -> {
                    long all = sum + chunk.readableBytes();
                    chunk.release();
                    return all;
                });
    }
}
