package io.bastion.io;

import static io.bastion.io.AsyncFileTest.fault;
import static java.nio.file.StandardOpenOption.CREATE;
import static java.nio.file.StandardOpenOption.READ;
import static java.nio.file.StandardOpenOption.WRITE;
import static org.assertj.core.api.Assertions.assertThat;

import io.bastion.scheduler.NumaTopology;
import io.bastion.testkit.Await;
import io.netty.buffer.ByteBuf;
import io.netty.buffer.Unpooled;
import java.io.FileOutputStream;
import java.io.IOException;
import java.io.OutputStream;
import java.nio.ByteBuffer;
import java.nio.file.Files;
import java.nio.file.OpenOption;
import java.nio.file.Path;
import java.time.Duration;
import java.util.ArrayList;
import java.util.List;
import java.util.Objects;
import java.util.Queue;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.ConcurrentLinkedQueue;
import java.util.concurrent.CountDownLatch;
import java.util.concurrent.atomic.AtomicInteger;
import org.jspecify.annotations.Nullable;
import org.junit.jupiter.api.Assumptions;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.Timeout;
import org.junit.jupiter.api.extension.ExtendWith;
import org.junit.jupiter.api.io.TempDir;
import reactor.core.Disposable;
import reactor.core.publisher.Flux;

/** What only io_uring does: operations that wait in the kernel, limits, and turns of the loop. */
@Timeout(60)
@ExtendWith(Leftovers.class)
class UringTest {
    @TempDir
    Path directory;

    private final BlockingPool pool = new BlockingPool("test", 2);
    private final NioEngine nio = new NioEngine(pool, "test", Leftovers.ALLOCATOR);

    @BeforeEach
    void ioUringWorks() {
        Throwable cause = io.netty.channel.uring.IoUring.unavailabilityCause();
        Assumptions.assumeTrue(cause == null, () -> "io_uring does not work here: " + cause);
    }

    private UringEngine engine(UringEngine.Limits limits) {
        UringEngine engine = UringEngine.start(
                new LoopThreads("test", NumaTopology.system(), false), limits, nio, pool, Leftovers.ALLOCATOR);
        Leftovers.closeLater(
                new Proactor(engine, pool, Leftovers.ALLOCATOR, Duration.ofSeconds(20), Leftovers.NO_SOCKETS));
        return engine;
    }

    private Proactor proactor() {
        return new Proactor(
                engine(UringEngine.Limits.of(1, 64)),
                pool,
                Leftovers.ALLOCATOR,
                Duration.ofSeconds(20),
                Leftovers.NO_SOCKETS);
    }

    private static UringLoop loop(Proactor io) {
        return ((UringEngine) io.engine()).loops().get(0);
    }

    private static int inKernel(Proactor io) {
        CompletableFuture<Integer> count = new CompletableFuture<>();
        loop(io).execute(() -> count.complete(loop(io).inKernel()));
        return count.join();
    }

    private AsyncFile open(Proactor io, Path path, OpenOption... options) {
        return Objects.requireNonNull(io.open(path, options).block());
    }

    /** A pipe with a name: a read of it waits in the kernel until somebody writes. */
    private AsyncFile pipe(Proactor io, String name) throws Exception {
        Path path = directory.resolve(name);
        Assumptions.assumeTrue(FaultsTest.run("mkfifo", path.toString()), "no mkfifo");
        return open(io, path, READ, WRITE);
    }

    private static void say(AsyncFile pipe, String text) throws IOException {
        try (OutputStream out = new FileOutputStream(pipe.path().toFile())) {
            out.write(text.getBytes(java.nio.charset.StandardCharsets.UTF_8));
        }
    }

    @Test
    void cancelledRead_keepsItsBuffer_untilTheKernelHasLetGo() throws Exception {
        Proactor io = proactor();
        AsyncFile pipe = pipe(io, "p");
        ByteBuf room = Bytes.room(64);
        Disposable read = pipe.read(room, 0).subscribe();
        Await.until("in the kernel", () -> inKernel(io) == 1);
        assertThat(room.refCnt()).isEqualTo(2);

        read.dispose();

        Await.until("ended", () -> inKernel(io) == 0);
        assertThat(room.refCnt()).isOne();
        room.release();
        pipe.close().block();
    }

    @Test
    void bufferReleasedInFlight_livesUntilTheCompletion() throws Exception {
        Proactor io = proactor();
        AsyncFile pipe = pipe(io, "p");
        ByteBuf room = Bytes.room(64);
        CompletableFuture<@Nullable Integer> read = pipe.read(room, 0).toFuture();
        Await.until("in the kernel", () -> inKernel(io) == 1);

        assertThat(room.release()).isFalse();
        say(pipe, "abc");

        assertThat(read.join()).isEqualTo(3);
        Await.until("released", () -> room.refCnt() == 0);
        pipe.close().block();
    }

    @Test
    void close_endsReadsInFlight_beforeTheDescriptorIsGivenUp() throws Exception {
        Proactor io = proactor();
        AsyncFile pipe = pipe(io, "p");
        Queue<Object> ends = new ConcurrentLinkedQueue<>();
        List<ByteBuf> rooms = new ArrayList<>();
        for (int i = 0; i < 100; i++) {
            ByteBuf room = Bytes.room(64);
            rooms.add(room);
            pipe.read(room, 0).subscribe(ends::add, ends::add);
        }
        Await.until("as many in the kernel as may be", () -> inKernel(io) == 64);

        pipe.close().block(Duration.ofSeconds(10));

        assertThat(ends)
                .hasSize(100)
                .allMatch(end ->
                        end instanceof IoFault fault && fault.toString().endsWith("EBADF (the file has been closed)"));
        assertThat(Leftovers.descriptors(directory)).isZero();
        assertThat(rooms).allMatch(room -> room.refCnt() == 1);
        rooms.forEach(ByteBuf::release);
    }

    @Test
    void close_ofTheProactor_endsReadsInFlight() throws Exception {
        Proactor io = proactor();
        AsyncFile pipe = pipe(io, "p");
        ByteBuf room = Bytes.room(64);
        CompletableFuture<@Nullable Integer> read = pipe.read(room, 0).toFuture();
        Await.until("in the kernel", () -> inKernel(io) == 1);

        io.closeLater().block(Duration.ofSeconds(10));

        assertThat(read).isCompletedExceptionally();
        assertThat(room.refCnt()).isOne();
        room.release();
    }

    @Test
    void moreOperationsThanTheQueueOfCompletionsHolds_allComplete() {
        UringEngine engine = engine(new UringEngine.Limits(1, UringEngine.Limits.MOST_IN_FLIGHT, 16, 16, true));
        Proactor io = new Proactor(engine, pool, Leftovers.ALLOCATOR, Duration.ofSeconds(20), Leftovers.NO_SOCKETS);
        AsyncFile file = open(io, directory.resolve("a"), CREATE, READ, WRITE);
        ByteBuf block = Bytes.direct(new byte[4_096]);

        Long written = Flux.range(0, 5_000)
                .flatMap(i -> file.write(block, i * 4_096L), 5_000)
                .reduce(0L, Long::sum)
                .block(Duration.ofSeconds(50));

        assertThat(written).isEqualTo(5_000L * 4_096);
        block.release();
        file.close().block();
    }

    @Test
    void operationsBeyondTheLimit_waitInUserSpace() {
        Proactor io = new Proactor(
                engine(UringEngine.Limits.of(1, 8)),
                pool,
                Leftovers.ALLOCATOR,
                Duration.ofSeconds(20),
                Leftovers.NO_SOCKETS);
        AsyncFile file = open(io, directory.resolve("a"), CREATE, READ, WRITE);
        ByteBuf block = Bytes.direct(new byte[4_096]);

        Flux.range(0, 1_000)
                .flatMap(i -> file.write(block, i * 4_096L).then(file.fdatasync()), 100)
                .blockLast();

        assertThat(loop(io).peak()).isBetween(2, 8);
        block.release();
        file.close().block();
    }

    @Test
    void cachedReads_letOtherTasksOfTheLoopThrough() throws Exception {
        Proactor io = proactor();
        AsyncFile file = open(io, Files.write(directory.resolve("a"), new byte[4_096]), READ);
        AtomicInteger reads = new AtomicInteger();
        CountDownLatch done = new CountDownLatch(1);
        Queue<Integer> waits = new ConcurrentLinkedQueue<>();
        ByteBuf[] rooms = {Bytes.room(4_096)};
        Handle handle = file.file().handle;
        Completion<Integer> chain = new Completion<>() {
            @Override
            public void done(Integer bytes) {
                int n = reads.incrementAndGet();
                if (n % 500 == 0) {
                    loop(io).execute(() -> waits.add(reads.get() - n));
                }
                if (n < 20_000) {
                    handle.read(rooms, 0, 1, 0, this);
                } else {
                    done.countDown();
                }
            }

            @Override
            public void failed(Throwable fault) {
                done.countDown();
            }
        };
        handle.read(rooms, 0, 1, 0, chain);
        Await.open(done);

        assertThat(reads).hasValue(20_000);
        Await.until("tasks run", () -> waits.size() == 40);
        assertThat(waits).allMatch(wait -> wait <= UringLoop.TURN_OPERATIONS);
        rooms[0].release();
        file.close().block();
    }

    @Test
    void truncate_onAKernelThatDoesNotKnowIt_takesTheDetour() throws Exception {
        UringEngine engine = engine(UringEngine.Limits.of(1, 64).withoutTruncate());
        Proactor io = new Proactor(engine, pool, Leftovers.ALLOCATOR, Duration.ofSeconds(20), Leftovers.NO_SOCKETS);
        AsyncFile file = open(io, Files.write(directory.resolve("a"), new byte[100]), READ, WRITE);

        file.truncate(10).block();
        assertThat(file.size().block()).isEqualTo(10);
        file.truncate(1_000).block();
        assertThat(file.size().block()).isEqualTo(1_000);
        file.close().block();
        assertThat(fault(file.truncate(0)).code()).isEqualTo("EBADF");
        assertThat(engine.truncates()).isFalse();
    }

    @Test
    void directFiles_areReadIntoAlignedBuffers() throws Exception {
        Proactor io = proactor();
        byte[] content = Bytes.random(9, 8_192);
        Path path = Files.write(directory.resolve("a"), content);
        AsyncFile file = io.open(path, READ, com.sun.nio.file.ExtendedOpenOption.DIRECT)
                .onErrorResume(IoFault.class, e -> reactor.core.publisher.Mono.empty())
                .block();
        Assumptions.assumeTrue(file != null, "no direct I/O on this file system");
        ByteBuf room = Unpooled.wrappedBuffer(
                        ByteBuffer.allocateDirect(8_192).alignedSlice(4_096).limit(4_096))
                .clear();

        assertThat(Objects.requireNonNull(file).read(room, 4_096).block()).isEqualTo(4_096);

        assertThat(room).isEqualTo(Unpooled.wrappedBuffer(content, 4_096, 4_096));
        room.release();
        file.close().block();
    }
}
