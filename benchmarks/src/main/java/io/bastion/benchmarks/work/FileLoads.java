package io.bastion.benchmarks.work;

import io.netty.buffer.ByteBuf;
import io.netty.buffer.Unpooled;
import java.util.function.Function;
import java.util.function.LongFunction;
import java.util.function.Supplier;
import reactor.core.publisher.Flux;
import reactor.core.publisher.Mono;

/** Loads on files, but for {@link BlockReads}. */
public final class FileLoads {
    /** Buffers of a gathering write. */
    public static final int GATHERED = 64;

    /** Bytes of a small buffer. */
    public static final int SMALL = 256;

    private static final int KIB = 1 << 10;
    private static final int GROUPS = 1_024;
    private static final int STREAMED = 64 << 10;

    private FileLoads() {}

    /** Reads the file from the beginning to the end, again and again. An operation is a KiB. */
    public static Work.Load passes(DataFile file, Supplier<Mono<Long>> pass) {
        return new FileLoad() {
            @Override
            public long least() {
                return file.bytes() / KIB;
            }

            @Override
            public Run run(long operations) throws InterruptedException {
                long passes = Math.max(1, operations / least());
                Mono<Long> all = Mono.defer(pass)
                        .doOnNext(bytes -> Checks.equal("bytes", bytes, file.bytes()))
                        .repeat(passes - 1)
                        .count();
                return timed(passes * least(), all, passes);
            }
        };
    }

    /** Writes 64 small buffers, one group after the other, over 16 MiB of a file. An operation is a group. */
    public static Work.Load groups(LongFunction<Mono<?>> write) {
        return (FileLoad) operations -> {
            long[] group = {0};
            Mono<Long> all = Mono.<Object>defer(() -> {
                        long position = group[0]++ % GROUPS * GATHERED * SMALL;
                        return write.apply(position).thenReturn(position);
                    })
                    .repeat(operations - 1)
                    .count();
            return timed(operations, all, operations);
        };
    }

    /** Writes a {@code Flux} of small buffers over 16 MiB of a file. An operation is a buffer. */
    public static Work.Load streams(Setup setup, Function<Flux<ByteBuf>, Mono<Long>> write) {
        int streamed = setup.scaled(STREAMED);
        ByteBuf content =
                Unpooled.unreleasableBuffer(Unpooled.directBuffer(SMALL, SMALL).writeZero(SMALL));
        return new FileLoad() {
            @Override
            public long least() {
                return streamed;
            }

            @Override
            public Run run(long operations) throws InterruptedException {
                long streams = Math.max(1, operations / streamed);
                Mono<Long> all = Mono.defer(
                                () -> write.apply(Flux.range(0, streamed).map(i -> content.duplicate())))
                        .doOnNext(bytes -> Checks.equal("bytes", bytes, (long) streamed * SMALL))
                        .repeat(streams - 1)
                        .count();
                return timed(streams * streamed, all, streams);
            }
        };
    }

    private static Run timed(long operations, Mono<Long> work, long expected) throws InterruptedException {
        Finish finish = new Finish(1);
        long start = System.nanoTime();
        work.doOnNext(count -> Checks.equal("rounds", count, expected))
                .subscribe(count -> finish.reached(), finish::failed);
        finish.await();
        return new Run(operations, System.nanoTime() - start);
    }
}
