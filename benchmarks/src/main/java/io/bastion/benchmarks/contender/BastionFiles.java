package io.bastion.benchmarks.contender;

import static java.nio.file.StandardOpenOption.READ;

import com.sun.nio.file.ExtendedOpenOption;
import io.bastion.benchmarks.work.Block;
import io.bastion.benchmarks.work.DataFile;
import io.bastion.benchmarks.work.FileLoads;
import io.bastion.benchmarks.work.Setup;
import io.bastion.io.AsyncFile;
import io.bastion.io.Backend;
import io.bastion.io.Proactor;
import io.bastion.io.ReadSpec;
import io.netty.buffer.ByteBuf;
import io.netty.buffer.Unpooled;
import java.io.IOException;
import java.io.UncheckedIOException;
import java.nio.file.OpenOption;
import java.nio.file.Path;
import java.util.List;
import java.util.Map;
import java.util.Objects;
import java.util.concurrent.ConcurrentHashMap;
import java.util.stream.Stream;
import reactor.core.publisher.Flux;
import reactor.core.publisher.Mono;

/** Our files. */
final class BastionFiles extends FileSubject {
    private static final ReadSpec IN_CHUNKS = ReadSpec.all().chunkSize(DataFile.CHUNK);

    private final Proactor io;
    private final Map<Boolean, AsyncFile> opened = new ConcurrentHashMap<>();
    private final AsyncFile target;
    private final List<ByteBuf> small = Stream.generate(() ->
                    Unpooled.directBuffer(FileLoads.SMALL, FileLoads.SMALL).writeZero(FileLoads.SMALL))
            .limit(FileLoads.GATHERED)
            .toList();

    BastionFiles(Setup setup, Backend backend) {
        super(setup);
        io = Proactor.builder().backend(backend).build();
        target = open(target(), WRITABLE.toArray(OpenOption[]::new));
    }

    /** Why there is no io_uring here. */
    static String missing() {
        try (Proactor io = Proactor.builder().backend(Backend.IO_URING).build()) {
            return io.backend() == Backend.IO_URING ? "" : io.toString();
        } catch (IllegalStateException e) {
            return String.valueOf(e.getMessage());
        } catch (IOException e) {
            throw new UncheckedIOException(e);
        }
    }

    private AsyncFile open(Path path, OpenOption... options) {
        return Objects.requireNonNull(io.open(path, options).block());
    }

    @Override
    Block block(Path file, boolean direct) {
        AsyncFile from =
                opened.computeIfAbsent(direct, d -> d ? open(file, READ, ExtendedOpenOption.DIRECT) : open(file, READ));
        ByteBuf buffer = Unpooled.wrappedBuffer(aligned());
        return new Block() {
            @Override
            public Mono<Integer> read(long position) {
                return from.read(buffer.clear(), position);
            }

            @Override
            public long number() {
                return buffer.getLong(0);
            }
        };
    }

    @Override
    Mono<Long> pass(Path file) {
        return io.using(
                file,
                from -> from.stream(IN_CHUNKS).reduce(0L, (sum, chunk) -> {
                    long all = sum + chunk.readableBytes();
                    chunk.release();
                    return all;
                }));
    }

    @Override
    Mono<?> gather(long position) {
        return target.writev(small, position);
    }

    @Override
    Mono<?> writes(long position) {
        return Flux.range(0, FileLoads.GATHERED)
                .flatMap(i -> target.write(small.get(i), position + i * (long) FileLoads.SMALL), FileLoads.GATHERED)
                .then();
    }

    @Override
    Mono<Long> write(Flux<ByteBuf> source) {
        return target.write(source, 0);
    }

    @Override
    public void close() {
        super.close();
        try {
            io.close();
        } catch (IOException e) {
            throw new UncheckedIOException(e);
        }
    }
}
