package io.bastion.benchmarks.contender;

import io.bastion.benchmarks.work.Block;
import io.bastion.benchmarks.work.BlockReads;
import io.bastion.benchmarks.work.DataFile;
import io.bastion.benchmarks.work.FileLoads;
import io.bastion.benchmarks.work.Setup;
import io.bastion.benchmarks.work.Work;
import io.bastion.benchmarks.work.Workload;
import io.netty.buffer.ByteBuf;
import java.io.IOException;
import java.io.UncheckedIOException;
import java.nio.ByteBuffer;
import java.nio.channels.FileChannel;
import java.nio.file.Path;
import java.nio.file.StandardOpenOption;
import java.util.Set;
import reactor.core.publisher.Flux;
import reactor.core.publisher.Mono;
import reactor.core.scheduler.Scheduler;
import reactor.core.scheduler.Schedulers;

/** A way to read and write files; what it does not override it takes no part in. */
abstract class FileSubject implements Subject {
    /** The options of the file that is written. */
    static final Set<StandardOpenOption> WRITABLE = Set.of(StandardOpenOption.CREATE, StandardOpenOption.WRITE);

    private static final String NO_PART = "workload: %s (expected: one in which this system takes part)";

    private final Setup setup;
    private final DataFile data;
    private final Scheduler caller = Schedulers.newSingle("caller", true);

    FileSubject(Setup setup) {
        this.setup = setup;
        data = DataFile.of(setup);
    }

    /** Where it is to write to. */
    static Path target() {
        return DataFile.folder().resolve("written.data");
    }

    @Override
    public Work work(Workload workload) {
        return switch (workload) {
            case FILE_READ_1 -> reads(1);
            case FILE_READ_32 -> reads(32);
            case FILE_READ_128 -> reads(128);
            case FILE_READ_OUTSIDE_1 -> readsFromOutside(1);
            case FILE_READ_OUTSIDE_32 -> readsFromOutside(32);
            case FILE_READ_OUTSIDE_128 -> readsFromOutside(128);
            case FILE_DIRECT_32 -> directReads(32);
            case FILE_DIRECT_128 -> directReads(128);
            case FILE_SEQUENTIAL -> FileLoads.passes(data, () -> pass(data.path()));
            case FILE_GATHER -> FileLoads.groups(this::gather);
            case FILE_WRITES -> FileLoads.groups(this::writes);
            case FILE_STREAM -> FileLoads.streams(setup, this::write);
            default -> throw Subject.noPart(workload);
        };
    }

    private Work reads(int depth) {
        return new BlockReads(data, depth, () -> opened(false), null);
    }

    private Work readsFromOutside(int depth) {
        return new BlockReads(data, depth, () -> opened(false), caller);
    }

    private Work directReads(int depth) {
        return new BlockReads(data, depth, () -> opened(true), null);
    }

    private Block opened(boolean direct) {
        try {
            return block(data.path(), direct);
        } catch (IOException e) {
            throw new UncheckedIOException(e);
        }
    }

    /**
     * A block of a file, which all blocks share.
     *
     * @param direct whether to go past the page cache
     * @throws IOException if the file cannot be opened
     */
    Block block(Path file, boolean direct) throws IOException {
        throw new UnsupportedOperationException(String.format(NO_PART, "reads"));
    }

    /** Reads a file in chunks of {@link DataFile#CHUNK} bytes; gives how many bytes there were. */
    Mono<Long> pass(Path file) {
        throw new UnsupportedOperationException(String.format(NO_PART, "passes"));
    }

    /** Writes {@link FileLoads#GATHERED} small buffers in one operation. */
    Mono<?> gather(long position) {
        throw new UnsupportedOperationException(String.format(NO_PART, "gathering writes"));
    }

    /** Writes {@link FileLoads#GATHERED} small buffers in an operation each. */
    Mono<?> writes(long position) {
        throw new UnsupportedOperationException(String.format(NO_PART, "writes"));
    }

    /** Writes buffers from the beginning of the target on; gives how many bytes. */
    Mono<Long> write(Flux<ByteBuf> source) {
        throw new UnsupportedOperationException(String.format(NO_PART, "streams"));
    }

    /** A buffer for a block, which O_DIRECT takes, too. */
    static ByteBuffer aligned() {
        return ByteBuffer.allocateDirect(2 * DataFile.BLOCK)
                .alignedSlice(DataFile.BLOCK)
                .limit(DataFile.BLOCK)
                .slice();
    }

    /** Writes a buffer at the channel's position. */
    static int write(FileChannel channel, ByteBuf buffer) throws IOException {
        int bytes = buffer.readableBytes();
        buffer.readBytes(channel, bytes);
        buffer.release();
        return bytes;
    }

    @Override
    public void close() {
        caller.dispose();
    }
}
