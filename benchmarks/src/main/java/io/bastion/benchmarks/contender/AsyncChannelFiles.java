package io.bastion.benchmarks.contender;

import static java.nio.file.StandardOpenOption.READ;

import com.sun.nio.file.ExtendedOpenOption;
import io.bastion.benchmarks.work.Block;
import io.bastion.benchmarks.work.FileLoads;
import io.bastion.benchmarks.work.Setup;
import java.io.IOException;
import java.io.UncheckedIOException;
import java.nio.ByteBuffer;
import java.nio.channels.AsynchronousFileChannel;
import java.nio.channels.CompletionHandler;
import java.nio.file.OpenOption;
import java.nio.file.Path;
import java.util.Map;
import java.util.concurrent.ConcurrentHashMap;
import java.util.stream.Stream;
import reactor.core.publisher.Flux;
import reactor.core.publisher.Mono;
import reactor.core.publisher.MonoSink;

/** The JDK's {@code AsynchronousFileChannel} behind a {@code Mono}. */
final class AsyncChannelFiles extends FileSubject {
    private static final CompletionHandler<Integer, MonoSink<Integer>> TO_SINK = new CompletionHandler<>() {
        @Override
        public void completed(Integer bytes, MonoSink<Integer> sink) {
            sink.success(bytes);
        }

        @Override
        public void failed(Throwable thrown, MonoSink<Integer> sink) {
            sink.error(thrown);
        }
    };

    private final Map<Boolean, AsynchronousFileChannel> opened = new ConcurrentHashMap<>();
    private final AsynchronousFileChannel target;
    private final ByteBuffer[] small = Stream.generate(() -> ByteBuffer.allocateDirect(FileLoads.SMALL))
            .limit(FileLoads.GATHERED)
            .toArray(ByteBuffer[]::new);

    AsyncChannelFiles(Setup setup) {
        super(setup);
        try {
            target = AsynchronousFileChannel.open(target(), WRITABLE.toArray(OpenOption[]::new));
        } catch (IOException e) {
            throw new UncheckedIOException(e);
        }
    }

    @Override
    Block block(Path file, boolean direct) throws IOException {
        AsynchronousFileChannel channel = opened.get(direct);
        if (channel == null) {
            channel = direct
                    ? AsynchronousFileChannel.open(file, READ, ExtendedOpenOption.DIRECT)
                    : AsynchronousFileChannel.open(file, READ);
            opened.put(direct, channel);
        }
        AsynchronousFileChannel from = channel;
        ByteBuffer buffer = aligned();
        return new Block() {
            @Override
            public Mono<Integer> read(long position) {
                return Mono.create(sink -> from.read(buffer.clear(), position, sink, TO_SINK));
            }

            @Override
            public long number() {
                return buffer.getLong(0);
            }
        };
    }

    @Override
    Mono<?> writes(long position) {
        return Flux.range(0, FileLoads.GATHERED)
                .flatMap(i -> write(i, position), FileLoads.GATHERED)
                .then();
    }

    private Mono<Integer> write(int i, long position) {
        return Mono.create(
                sink -> target.write(small[i].clear(), position + i * (long) FileLoads.SMALL, sink, TO_SINK));
    }

    @Override
    public void close() {
        super.close();
        try {
            target.close();
            for (AsynchronousFileChannel channel : opened.values()) {
                channel.close();
            }
        } catch (IOException e) {
            throw new UncheckedIOException(e);
        }
    }
}
