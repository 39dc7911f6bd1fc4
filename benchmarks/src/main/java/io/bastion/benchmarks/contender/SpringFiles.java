package io.bastion.benchmarks.contender;

import io.netty.buffer.ByteBuf;
import io.netty.buffer.PooledByteBufAllocator;
import org.springframework.core.io.buffer.DataBuffer;
import org.springframework.core.io.buffer.DataBufferUtils;
import org.springframework.core.io.buffer.NettyDataBufferFactory;
import reactor.core.publisher.Flux;
import reactor.core.publisher.Mono;

/** What both subjects of Spring do with its buffers, which are pooled ones of Netty. */
final class SpringFiles {
    static final NettyDataBufferFactory BUFFERS = new NettyDataBufferFactory(PooledByteBufAllocator.DEFAULT);

    private SpringFiles() {}

    /** The source in Spring's clothes. */
    static Flux<DataBuffer> buffers(Flux<ByteBuf> source) {
        return source.map(BUFFERS::wrap);
    }

    /** Lets go of buffers that have been read, or written from; gives how many bytes there were to read. */
    static Mono<Long> released(Flux<DataBuffer> buffers) {
        return buffers.reduce(0L, (sum, buffer) -> {
            long all = sum + buffer.readableByteCount();
            DataBufferUtils.release(buffer);
            return all;
        });
    }
}
