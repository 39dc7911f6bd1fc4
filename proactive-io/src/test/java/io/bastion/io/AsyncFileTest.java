package io.bastion.io;

import static io.bastion.io.Leftovers.proactor;
import static java.nio.file.StandardOpenOption.APPEND;
import static java.nio.file.StandardOpenOption.CREATE;
import static java.nio.file.StandardOpenOption.CREATE_NEW;
import static java.nio.file.StandardOpenOption.READ;
import static java.nio.file.StandardOpenOption.TRUNCATE_EXISTING;
import static java.nio.file.StandardOpenOption.WRITE;
import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatIllegalArgumentException;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import io.netty.buffer.ByteBuf;
import io.netty.buffer.CompositeByteBuf;
import io.netty.buffer.Unpooled;
import java.io.IOException;
import java.nio.ByteBuffer;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.OpenOption;
import java.nio.file.Path;
import java.nio.file.StandardOpenOption;
import java.util.ArrayList;
import java.util.List;
import java.util.Objects;
import java.util.concurrent.atomic.AtomicReference;
import org.jspecify.annotations.Nullable;
import org.junit.jupiter.api.io.TempDir;
import reactor.core.publisher.Flux;
import reactor.core.publisher.Mono;
import reactor.core.scheduler.Scheduler;
import reactor.core.scheduler.Schedulers;

/** Single operations on open files. */
class AsyncFileTest {
    @TempDir
    Path directory;

    private static <T> T get(Mono<T> mono) {
        return Objects.requireNonNull(mono.block());
    }

    private static void run(Mono<?> mono) {
        mono.block();
    }

    /** The fault that a publisher ends with. */
    static IoFault fault(Mono<?> mono) {
        AtomicReference<@Nullable Throwable> failure = new AtomicReference<>();
        mono.doOnError(failure::set).onErrorComplete().block();
        Throwable thrown = failure.get();
        assertThat(thrown).isInstanceOf(IoFault.class);
        return (IoFault) Objects.requireNonNull(thrown);
    }

    private AsyncFile open(Proactor io, String name, OpenOption... options) {
        return get(io.open(directory.resolve(name), options));
    }

    @BackendTest
    void writtenBytes_areReadBack_atTheirPositions(Backend backend) {
        AsyncFile file = open(proactor(backend), "a", CREATE, READ, WRITE);
        ByteBuf hello = Bytes.direct("hello");
        ByteBuf room = Bytes.room(8);

        assertThat(get(file.write(hello, 3))).isEqualTo(5);
        assertThat(get(file.read(room, 2))).isEqualTo(6);

        assertThat(Bytes.take(room)).isEqualTo("\0hello");
        assertThat(Bytes.take(hello)).as("left as it was").isEqualTo("hello");
        assertThat(get(file.size())).isEqualTo(8);
    }

    @BackendTest
    void read_atTheEnd_isMinusOne_andZeroWithoutRoom(Backend backend) throws IOException {
        Files.writeString(directory.resolve("a"), "abc");
        AsyncFile file = open(proactor(backend), "a");
        ByteBuf room = Bytes.room(4);

        assertThat(get(file.read(room, 3))).isEqualTo(-1);
        assertThat(get(file.read(room, 1L << 40))).isEqualTo(-1);
        assertThat(get(file.read(room.writerIndex(4), 0))).isZero();

        room.release();
    }

    @BackendTest
    void readv_scatters_andWritev_gathers(Backend backend) throws IOException {
        AsyncFile file = open(proactor(backend), "a", CREATE, READ, WRITE);
        List<ByteBuf> sources = new ArrayList<>();
        for (int i = 0; i < 200; i++) {
            sources.add(Bytes.direct(i % 10 == 0 ? "" : i + ";"));
        }
        StringBuilder expected = new StringBuilder();
        sources.forEach(source -> expected.append(Bytes.text(source)));

        assertThat(get(file.writev(sources, 0))).isEqualTo(expected.length());
        assertThat(Files.readString(directory.resolve("a"))).isEqualTo(expected.toString());

        List<ByteBuf> targets = List.of(Bytes.room(3), Bytes.room(1), Bytes.room(4));
        assertThat(get(file.readv(targets, 1))).isEqualTo(8);
        assertThat(targets.stream().map(Bytes::take).toList())
                .containsExactly(expected.substring(1, 4), expected.substring(4, 5), expected.substring(5, 9));
        sources.forEach(ByteBuf::release);
    }

    @BackendTest
    void gatherOfSmallAndLargeBuffers_keepsTheirOrder(Backend backend) throws IOException {
        AsyncFile file = open(proactor(backend), "a", CREATE, WRITE);
        int[] lengths = {10, 100_000, 1, 1, 65_536, 65_535, 1, 7, 0, 300_000};
        List<ByteBuf> sources = new ArrayList<>();
        ByteBuf expected = Unpooled.buffer();
        for (int i = 0; i < lengths.length; i++) {
            byte[] content = Bytes.random(i, lengths[i]);
            sources.add(Bytes.direct(content));
            expected.writeBytes(content);
        }

        assertThat(get(file.writev(sources, 5))).isEqualTo(expected.readableBytes());

        ByteBuf content = Unpooled.wrappedBuffer(Files.readAllBytes(directory.resolve("a")));
        assertThat(content.skipBytes(5)).isEqualTo(expected);
        sources.forEach(ByteBuf::release);
    }

    @BackendTest
    void heapAndCompositeBuffers_areWrittenAndRead(Backend backend) throws IOException {
        AsyncFile file = open(proactor(backend), "a", CREATE, READ, WRITE);
        CompositeByteBuf composite = Unpooled.compositeBuffer()
                .addComponent(true, Bytes.direct("ab"))
                .addComponent(true, Unpooled.copiedBuffer("cd", StandardCharsets.UTF_8));
        ByteBuf heap = Unpooled.copiedBuffer("xefx", StandardCharsets.UTF_8)
                .readerIndex(1)
                .writerIndex(3);

        assertThat(get(file.writev(List.of(composite, heap), 0))).isEqualTo(6);
        assertThat(Files.readString(directory.resolve("a"))).isEqualTo("abcdef");

        ByteBuf heapRoom = Unpooled.buffer(3, 3).writeByte('<');
        CompositeByteBuf compositeRoom = Unpooled.compositeBuffer()
                .addComponent(Bytes.room(2).writerIndex(2))
                .addComponent(Unpooled.buffer(2, 2).writerIndex(2));
        compositeRoom.clear();
        assertThat(get(file.readv(List.of(heapRoom, compositeRoom), 0))).isEqualTo(6);
        assertThat(Bytes.text(heapRoom)).isEqualTo("<ab");
        assertThat(Bytes.text(compositeRoom)).isEqualTo("cdef");
        composite.release();
        compositeRoom.release();
    }

    @BackendTest
    void byteBuffers_ofBothKinds_moveTheirPositions(Backend backend) {
        AsyncFile file = open(proactor(backend), "a", CREATE, READ, WRITE);
        ByteBuffer source = ByteBuffer.wrap("0123456789".getBytes(StandardCharsets.UTF_8), 2, 6);

        assertThat(get(file.write(source, 0))).isEqualTo(6);
        assertThat(source.position()).isEqualTo(8);

        for (ByteBuffer target : List.of(ByteBuffer.allocate(10), ByteBuffer.allocateDirect(10))) {
            target.position(1).limit(5);
            assertThat(get(file.read(target, 1))).isEqualTo(4);
            assertThat(target.position()).isEqualTo(5);
            assertThat(StandardCharsets.UTF_8.decode(target.flip().position(1)).toString())
                    .isEqualTo("3456");
        }
        assertThat(get(file.read(ByteBuffer.allocate(4), 6))).isEqualTo(-1);
    }

    @BackendTest
    void operationsInSequence_takeTheirTurns_whateverTheirNumber(Backend backend) throws IOException {
        AsyncFile file = open(proactor(backend), "a", CREATE, READ, WRITE);
        List<ByteBuf> words =
                Flux.range(0, 500).map(i -> Bytes.direct(i + ",")).collectList().block();
        StringBuilder expected = new StringBuilder();
        Objects.requireNonNull(words).forEach(word -> expected.append(Bytes.text(word)));

        Flux.fromIterable(words).flatMapSequential(file::write, 500).blockLast();

        assertThat(Files.readString(directory.resolve("a"))).isEqualTo(expected.toString());
        assertThat(file.position()).isEqualTo(expected.length());
        ByteBuf room = Bytes.room(3);
        assertThat(get(file.position(2).read(room))).isEqualTo(3);
        assertThat(Bytes.take(room)).isEqualTo(expected.substring(2, 5));
        assertThat(file.position()).isEqualTo(5);
        words.forEach(ByteBuf::release);
    }

    @BackendTest
    void turnsOnAClosedFile_allFail_withoutRecursion(Backend backend) {
        AsyncFile file = open(proactor(backend), "a", CREATE, WRITE);
        run(file.close());
        ByteBuf word = Bytes.direct("x");

        long failed = Objects.requireNonNull(Flux.range(0, 5_000)
                .flatMap(i -> file.write(word).map(n -> 0).onErrorReturn(IoFault.class, 1), 5_000)
                .reduce(0, Integer::sum)
                .block());

        assertThat(failed).isEqualTo(5_000);
        word.release();
    }

    @BackendTest
    void appendMode_ignoresPositions(Backend backend) throws IOException {
        Files.writeString(directory.resolve("a"), "log:");
        AsyncFile file = open(proactor(backend), "a", APPEND);
        ByteBuf x = Bytes.direct("x");
        ByteBuf y = Bytes.direct("y");

        run(file.write(x, 0));
        run(file.writev(List.of(x, y), 0));

        assertThat(Files.readString(directory.resolve("a"))).isEqualTo("log:xxy");
        x.release();
        y.release();
    }

    @BackendTest
    void negativePosition_isRefused(Backend backend) {
        AsyncFile file = open(proactor(backend), "a", CREATE, READ, WRITE);
        ByteBuf buffer = Bytes.room(1);

        assertThatIllegalArgumentException()
                .isThrownBy(() -> file.read(buffer, -1))
                .withMessage("position: -1 (expected: >= 0)");
        assertThatIllegalArgumentException().isThrownBy(() -> file.write(buffer, -1));
        assertThatIllegalArgumentException().isThrownBy(() -> file.readv(List.of(buffer), -1));
        assertThatIllegalArgumentException().isThrownBy(() -> file.position(-1));
        buffer.release();
    }

    @BackendTest
    void statTruncateSync_tellAndChangeTheFile(Backend backend) throws IOException {
        Files.write(directory.resolve("a"), new byte[10_000]);
        AsyncFile file = open(proactor(backend), "a", READ, WRITE);

        FileStat stat = get(file.stat());
        assertThat(stat.size()).isEqualTo(10_000);
        assertThat(stat.kind()).isEqualTo(FileStat.Kind.REGULAR);
        assertThat(stat.modified())
                .isEqualTo(Files.getLastModifiedTime(directory.resolve("a")).toInstant());

        run(file.truncate(123));
        run(file.fsync());
        run(file.fdatasync());
        assertThat(get(file.size())).isEqualTo(123);
    }

    @BackendTest
    void allocateAndGrow_workOnIoUring_andAreRefusedByNio(Backend backend) {
        AsyncFile file = open(proactor(backend), "a", CREATE, READ, WRITE);
        if (backend == Backend.IO_URING) {
            run(file.allocate(0, 1 << 20));
            assertThat(get(file.size())).isEqualTo(1 << 20);
            run(file.truncate(2 << 20));
            assertThat(get(file.size())).isEqualTo(2 << 20);
        } else {
            assertThat(fault(file.allocate(0, 1 << 20)).code()).isEqualTo("EOPNOTSUPP");
            assertThat(fault(file.truncate(1)).code()).isEqualTo("EOPNOTSUPP");
        }
    }

    @BackendTest
    void openOptions_meanWhatTheyMeanToTheJdk(Backend backend) throws IOException {
        Proactor io = proactor(backend);
        Path path = directory.resolve("ü ñ");
        assertThat(fault(io.open(path)).code()).isEqualTo("ENOENT");
        assertThat(fault(io.open(path, CREATE)).code())
                .as("CREATE without WRITE")
                .isEqualTo("ENOENT");
        run(get(io.open(path, CREATE_NEW, WRITE)).close());
        assertThat(path).exists();
        assertThat(fault(io.open(path, CREATE_NEW, WRITE)).code()).isEqualTo("EEXIST");

        Files.writeString(path, "content");
        run(get(io.open(path, TRUNCATE_EXISTING)).close());
        assertThat(path).hasContent("content");
        run(get(io.open(path, TRUNCATE_EXISTING, WRITE)).close());
        assertThat(path).isEmptyFile();

        AsyncFile vanishing = get(io.open(path, StandardOpenOption.DELETE_ON_CLOSE, WRITE));
        run(vanishing.close());
        assertThat(path).doesNotExist();

        assertThatIllegalArgumentException().isThrownBy(() -> io.open(path, READ, APPEND));
        assertThatIllegalArgumentException().isThrownBy(() -> io.open(path, APPEND, TRUNCATE_EXISTING));
    }

    @BackendTest
    void faults_sayOperationPathAndError(Backend backend) {
        Proactor io = proactor(backend);
        Path missing = directory.resolve("none/at/all");
        IoFault fault = fault(io.open(missing));
        assertThat(fault).hasMessage("open " + missing + ": ENOENT (No such file or directory)");
        assertThat(fault.operation()).isEqualTo("open");
        assertThat(fault.errno()).isEqualTo(2);
        assertThat(fault.path()).contains(missing);

        ByteBuf room = Bytes.room(4);
        AsyncFile ofDirectory = get(io.open(directory));
        assertThat(fault(ofDirectory.read(room, 0)).code()).isEqualTo("EISDIR");
        AsyncFile writable = open(io, "w", CREATE, WRITE);
        assertThat(fault(writable.read(room, 0)).code()).isEqualTo("EBADF");
        room.release();
    }

    @BackendTest
    void closedFile_refusesEverything_andClosesOnce(Backend backend) {
        AsyncFile file = open(proactor(backend), "a", CREATE, READ, WRITE);
        ByteBuf buffer = Bytes.direct("abc");
        Mono<Void> close = file.close();
        assertThat(file.isOpen()).isTrue();

        run(close);
        run(close);
        run(file.close());

        assertThat(file.isOpen()).isFalse();
        assertThat(fault(file.write(buffer, 0)))
                .hasMessage("write " + file.path() + ": EBADF (the file has been closed)");
        assertThat(fault(file.read(buffer.clear(), 0)).code()).isEqualTo("EBADF");
        assertThat(fault(file.readv(List.of(buffer), 0)).code()).isEqualTo("EBADF");
        assertThat(fault(file.fsync()).code()).isEqualTo("EBADF");
        assertThat(fault(file.stat()).code()).isEqualTo("EBADF");
        assertThat(fault(file.truncate(0)).code()).isEqualTo("EBADF");
        assertThat(fault(file.allocate(0, 1)).code()).isEqualTo("EBADF");
        assertThat(fault(file.stream().then()).code()).isEqualTo("EBADF");
        assertThat(fault(file.append(buffer)).code()).isEqualTo("EBADF");
        assertThat(buffer.refCnt()).isOne();
        buffer.release();
    }

    @BackendTest
    void releasedBuffer_failsTheOperation_andLeavesNothingBehind(Backend backend) {
        AsyncFile file = open(proactor(backend), "a", CREATE, READ, WRITE);
        ByteBuf whole = Bytes.direct("abc");
        ByteBuf gone = Bytes.direct("abc");
        gone.release();

        assertThatThrownBy(() -> run(file.writev(List.of(whole, gone), 0)))
                .isInstanceOf(io.netty.util.IllegalReferenceCountException.class);

        assertThat(whole.refCnt()).isOne();
        whole.release();
    }

    @BackendTest
    void resultsOn_comeOnThatScheduler(Backend backend) {
        AsyncFile file = open(proactor(backend), "a", CREATE, READ, WRITE);
        Scheduler home = Schedulers.newSingle("home");
        try {
            AsyncFile there = file.on(home);
            ByteBuf buffer = Bytes.direct("abc");
            List<String> threads = new ArrayList<>();
            Runnable note = () -> threads.add(Thread.currentThread().getName());
            run(there.write(buffer, 0).doOnNext(n -> note.run()));
            run(there.stream()
                    .doOnNext(chunk -> note.run())
                    .doOnNext(ByteBuf::release)
                    .then());
            run(there.fsync().doOnTerminate(note));
            run(there.write(Flux.just(buffer), 0).doOnNext(n -> note.run()));
            assertThat(threads).hasSize(4).allMatch(thread -> thread.startsWith("home"));
        } finally {
            home.dispose();
        }
    }
}
