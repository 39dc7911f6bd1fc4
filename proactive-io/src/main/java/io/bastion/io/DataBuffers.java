package io.bastion.io;

import io.netty.buffer.ByteBuf;
import org.reactivestreams.Publisher;
import org.springframework.core.io.buffer.DataBuffer;
import org.springframework.core.io.buffer.DataBufferFactory;
import org.springframework.core.io.buffer.NettyDataBufferFactory;
import reactor.core.publisher.Flux;
import reactor.core.publisher.Mono;

/** Files as Spring's {@code DataBuffer}s; needs {@code spring-core}, which this module does not bring. */
public final class DataBuffers {
    private DataBuffers() {}

    /** Like {@link AsyncFile#stream(ReadSpec)}. Copies nothing with a {@code NettyDataBufferFactory}; you release what you get. */
    public static Flux<DataBuffer> stream(AsyncFile file, ReadSpec spec, DataBufferFactory factory) {
        return file.stream(spec)
                .map(buffer ->
                        factory instanceof NettyDataBufferFactory netty ? netty.wrap(buffer) : copied(buffer, factory));
    }

    private static DataBuffer copied(ByteBuf buffer, DataBufferFactory factory) {
        try {
            return factory.allocateBuffer(buffer.readableBytes()).write(buffer.nioBuffer());
        } finally {
            buffer.release();
        }
    }

    /** Like {@link AsyncFile#write(Publisher, long)}. Copies nothing of Netty's; what is written is released. */
    public static Mono<Long> write(AsyncFile file, Publisher<? extends DataBuffer> source, long position) {
        return file.write(Flux.from(source).map(NettyDataBufferFactory::toByteBuf), position);
    }
}
