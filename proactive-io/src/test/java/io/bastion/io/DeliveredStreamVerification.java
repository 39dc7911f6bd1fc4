package io.bastion.io;

import io.netty.buffer.ByteBuf;
import reactor.core.publisher.Flux;
import reactor.core.scheduler.Schedulers;

/** The Reactive Streams TCK over a stream that is delivered on a scheduler. */
public class DeliveredStreamVerification extends FileStreamVerification {
    @Override
    protected Flux<ByteBuf> stream(AsyncFile file, long elements) {
        return super.stream(file.on(Schedulers.parallel()), elements);
    }
}
