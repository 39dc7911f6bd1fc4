package io.bastion.benchmarks.contender;

import static java.nio.file.StandardOpenOption.READ;

import com.sun.nio.file.ExtendedOpenOption;
import io.bastion.benchmarks.work.Block;
import io.bastion.benchmarks.work.DataFile;
import io.bastion.benchmarks.work.FileLoads;
import io.bastion.benchmarks.work.Setup;
import io.netty.buffer.ByteBuf;
import java.io.IOException;
import java.io.UncheckedIOException;
import java.nio.ByteBuffer;
import java.nio.channels.FileChannel;
import java.nio.file.Path;
import java.util.Map;
import java.util.concurrent.Callable;
import java.util.concurrent.ConcurrentHashMap;
import java.util.stream.Stream;
import reactor.core.publisher.Flux;
import reactor.core.publisher.Mono;
import reactor.core.publisher.SynchronousSink;
import reactor.core.scheduler.Schedulers;

/** What one writes without a library: {@code FileChannel}, on Reactor's scheduler for work that blocks. */
final class ElasticFiles extends FileSubject {
    private final Map<Boolean, FileChannel> opened = new ConcurrentHashMap<>();
    private final FileChannel target;
    private final ByteBuffer[] small = Stream.generate(() -> ByteBuffer.allocateDirect(FileLoads.SMALL))
            .limit(FileLoads.GATHERED)
            .toArray(ByteBuffer[]::new);

    ElasticFiles(Setup setup) {
        super(setup);
        try {
            target = FileChannel.open(target(), WRITABLE);
        } catch (IOException e) {
            throw new UncheckedIOException(e);
        }
    }

    private static <T> Mono<T> elastic(Callable<T> call) {
        return Mono.fromCallable(call).subscribeOn(Schedulers.boundedElastic());
    }

    @Override
    Block block(Path file, boolean direct) throws IOException {
        FileChannel channel = opened.get(direct);
        if (channel == null) {
            channel = direct ? FileChannel.open(file, READ, ExtendedOpenOption.DIRECT) : FileChannel.open(file, READ);
            opened.put(direct, channel);
        }
        FileChannel from = channel;
        ByteBuffer buffer = aligned();
        return new Block() {
            @Override
            public Mono<Integer> read(long position) {
                return elastic(() -> from.read(buffer.clear(), position));
            }

            @Override
            public long number() {
                return buffer.getLong(0);
            }
        };
    }

    @Override
    Mono<Long> pass(Path file) {
        return Flux.<ByteBuffer, FileChannel>generate(
                        () -> FileChannel.open(file, READ), ElasticFiles::read, ElasticFiles::close)
                .subscribeOn(Schedulers.boundedElastic())
                .reduce(0L, (sum, chunk) -> sum + chunk.remaining());
    }

    private static FileChannel read(FileChannel channel, SynchronousSink<ByteBuffer> sink) {
        ByteBuffer chunk = ByteBuffer.allocate(DataFile.CHUNK);
        try {
            if (channel.read(chunk) < 0) {
                sink.complete();
            } else {
                sink.next(chunk.flip());
            }
        } catch (IOException e) {
            sink.error(e);
        }
        return channel;
    }

    private static void close(FileChannel channel) {
        try {
            channel.close();
        } catch (IOException e) {
            throw new UncheckedIOException(e);
        }
    }

    @Override
    Mono<?> gather(long position) {
        return elastic(() -> {
            for (ByteBuffer buffer : small) {
                buffer.clear();
            }
            return target.position(position).write(small);
        });
    }

    @Override
    Mono<?> writes(long position) {
        return Flux.range(0, FileLoads.GATHERED)
                .flatMap(
                        i -> elastic(() -> target.write(small[i].clear(), position + i * (long) FileLoads.SMALL)),
                        FileLoads.GATHERED)
                .then();
    }

    @Override
    Mono<Long> write(Flux<ByteBuf> source) {
        return elastic(() -> target.position(0))
                .flatMap(channel -> source.publishOn(Schedulers.boundedElastic())
                        .<Integer>handle((buffer, sink) -> {
                            try {
                                sink.next(write(channel, buffer));
                            } catch (IOException e) {
                                sink.error(e);
                            }
                        })
                        .reduce(0L, Long::sum));
    }

    @Override
    public void close() {
        super.close();
        opened.values().forEach(ElasticFiles::close);
        close(target);
    }
}
