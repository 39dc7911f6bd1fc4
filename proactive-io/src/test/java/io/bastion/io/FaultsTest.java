package io.bastion.io;

import static io.bastion.io.AsyncFileTest.fault;
import static io.bastion.io.Leftovers.proactor;
import static java.nio.file.StandardOpenOption.CREATE;
import static java.nio.file.StandardOpenOption.READ;
import static java.nio.file.StandardOpenOption.WRITE;
import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import io.bastion.testkit.Await;
import io.netty.buffer.ByteBuf;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.time.Duration;
import java.util.Objects;
import java.util.Queue;
import java.util.concurrent.ConcurrentLinkedQueue;
import java.util.concurrent.TimeUnit;
import java.util.concurrent.atomic.AtomicReference;
import org.jspecify.annotations.Nullable;
import org.junit.jupiter.api.Assumptions;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;
import reactor.core.Disposable;
import reactor.core.publisher.BaseSubscriber;
import reactor.core.publisher.Flux;
import reactor.core.publisher.Mono;
import reactor.core.scheduler.Schedulers;

/** What goes wrong, on both backends. */
class FaultsTest {
    @TempDir
    Path directory;

    private AsyncFile open(Proactor io, String name) {
        return Objects.requireNonNull(
                io.open(directory.resolve(name), CREATE, READ, WRITE).block());
    }

    @BackendTest
    void fullDisk_failsAfterTheShortWrite_withWhatFitsWritten(Backend backend) throws Exception {
        Path small = Files.createDirectory(directory.resolve("small"));
        Assumptions.assumeTrue(
                run("mount", "-t", "tmpfs", "-o", "size=1m", "tmpfs", small.toString()),
                "no file system may be mounted");
        try {
            AsyncFile file = open(proactor(backend), "small/a");
            byte[] content = Bytes.random(1, 4 << 20);
            ByteBuf whole = Bytes.direct(content);

            assertThat(fault(file.write(whole, 0)))
                    .hasMessage("write " + file.path() + ": ENOSPC (No space left on device)");
            assertThat(file.size().block()).isEqualTo(1 << 20);
            assertThat(java.util.Arrays.equals(
                            Files.readAllBytes(file.path()), java.util.Arrays.copyOf(content, 1 << 20)))
                    .isTrue();
            file.truncate(0).block();
            assertThat(fault(file.write(Flux.range(0, 64).map(i -> Bytes.direct(new byte[65_536])), 0))
                            .code())
                    .isEqualTo("ENOSPC");
            whole.release();
            file.close().block();
        } finally {
            run("umount", small.toString());
        }
    }

    static boolean run(String... command) throws InterruptedException {
        Process process;
        try {
            process = new ProcessBuilder(command)
                    .redirectOutput(ProcessBuilder.Redirect.DISCARD)
                    .redirectError(ProcessBuilder.Redirect.DISCARD)
                    .start();
        } catch (IOException e) {
            return false; // there is no such command
        }
        return process.waitFor(20, TimeUnit.SECONDS) && process.exitValue() == 0;
    }

    @BackendTest
    void opensAndCloses_leaveNoDescriptor_alsoCancelledOnes(Backend backend) throws IOException {
        Assumptions.assumeTrue(Leftovers.hasDescriptors(), "no /proc/self/fd");
        Proactor io = proactor(backend);
        Path path = Files.createFile(directory.resolve("a"));

        Flux.range(0, 2_000)
                .flatMap(i -> io.open(path).flatMap(AsyncFile::close), 64)
                .blockLast();
        for (int i = 0; i < 500; i++) {
            // Whether it comes before the cancel or after it, and then nobody gets it.
            BaseSubscriber<AsyncFile> impatient = new BaseSubscriber<>() {
                @Override
                protected void hookOnNext(AsyncFile file) {
                    file.close().subscribe();
                }
            };
            io.open(path).subscribe(impatient);
            impatient.cancel();
            io.using(path, file -> Mono.never()).subscribe().dispose();
        }

        Await.until("files and descriptors closed", () -> io.openFiles() == 0 && Leftovers.descriptors(directory) == 0);
    }

    @BackendTest
    void concurrentOperations_aroundFourGiB_hitTheirPositions(Backend backend) {
        AsyncFile file = open(proactor(backend), "a");
        int block = 4_096;
        long start = (4L << 30) - 256L * block;

        Long wrong = Flux.range(0, 512)
                .flatMap(
                        i -> {
                            long at = start + (long) i * block;
                            ByteBuf source = Bytes.room(block);
                            for (int k = 0; k < block / 8; k++) {
                                source.writeLong(at + k);
                            }
                            ByteBuf target = Bytes.room(block);
                            return file.write(source, at)
                                    .then(Mono.defer(() -> file.read(target, at)))
                                    .map(n -> source.equals(target) ? 0L : 1L)
                                    .doFinally(end -> {
                                        source.release();
                                        target.release();
                                    });
                        },
                        128)
                .reduce(0L, Long::sum)
                .block();

        assertThat(wrong).isZero();
        assertThat(file.size().block()).isEqualTo(start + 512L * block);
    }

    @BackendTest
    void fatalErrorOfASubscriber_stopsNothingElse(Backend backend) {
        AsyncFile file = open(proactor(backend), "a");
        for (int i = 0; i < 40; i++) {
            ByteBuf word = Bytes.direct("word");
            // Reactor throws such an error past onError, into the thread that signals.
            file.write(word, 0).subscribe(n -> {
                throw new QuietLinkageError();
            });
            assertThat(file.write(word, 0).block(Duration.ofSeconds(10))).isEqualTo(4);
            word.release();
        }
    }

    private static final class QuietLinkageError extends LinkageError {
        private static final long serialVersionUID = 1L;

        @Override
        public synchronized Throwable fillInStackTrace() {
            return this;
        }
    }

    @BackendTest
    void closedProactor_refusesOpens_closesItsFiles_andReleasesBuffers(Backend backend) throws IOException {
        Proactor io = proactor(backend);
        AsyncFile file = open(io, "a");
        Queue<Object> ends = new ConcurrentLinkedQueue<>();
        for (int i = 0; i < 500; i++) {
            ByteBuf source = Bytes.direct(new byte[20_000]);
            file.write(source, i * 20_000L).doFinally(end -> source.release()).subscribe(ends::add, ends::add);
        }

        io.close();
        io.close();

        assertThat(ends).hasSize(500);
        assertThat(ends)
                .allMatch(end -> end.equals(20_000)
                        || end instanceof IoFault fault && fault.code().equals("EBADF"));
        assertThat(io.openFiles()).isZero();
        assertThat(fault(io.open(directory.resolve("a"))))
                .hasMessageContaining("ESHUTDOWN (the proactor has been closed)");
        assertThat(fault(io.stat(directory)).code()).isEqualTo("ESHUTDOWN");
        ByteBuf late = Bytes.direct("late");
        assertThat(fault(file.write(late, 0)).code()).isEqualTo("EBADF");
        assertThat(fault(file.write(Flux.just(late), 0)).code()).isEqualTo("EBADF");
        assertThat(late.refCnt()).isZero();
        file.close().block();
    }

    @Test
    void fileThatIsOpenedAsTheProactorCloses_isClosed() {
        SlowHandle handle = new SlowHandle();
        SlowEngine slow = new SlowEngine();
        Proactor io = slow.proactor();
        Queue<AsyncFile> opened = new ConcurrentLinkedQueue<>();
        io.open(directory).subscribe(opened::add);

        io.closeLater().block();
        slow.opened(handle);

        assertThat(handle.next()).isEqualTo("close");
        assertThat(opened).noneMatch(AsyncFile::isOpen);
    }

    @BackendTest
    void linkToItself_isALoop(Backend backend) throws IOException {
        Path link = Files.createSymbolicLink(directory.resolve("self"), Path.of("self"));
        assertThat(fault(proactor(backend).open(link)))
                .hasMessage("open " + link + ": ELOOP (Too many levels of symbolic links)");
    }

    @BackendTest
    void close_onAThreadThatMustNotBlock_isRefused_andCloseLaterWorks(Backend backend) {
        Proactor io = proactor(backend);
        AsyncFile file = open(io, "a");
        AtomicReference<@Nullable Throwable> refusal = new AtomicReference<>();
        Mono.fromCallable(() -> {
                    io.close();
                    return 0;
                })
                .subscribeOn(Schedulers.parallel())
                .doOnError(refusal::set)
                .onErrorComplete()
                .block();
        assertThat(refusal.get()).isInstanceOf(IllegalStateException.class).hasMessageContaining("closeLater");
        assertThat(file.isOpen()).isTrue();
        io.closeLater().subscribeOn(Schedulers.parallel()).block();
        assertThat(file.isOpen()).isFalse();
    }

    @BackendTest
    void blockingOnABackendsLoop_isRefused_notADeadlock(Backend backend) {
        Assumptions.assumeTrue(backend == Backend.IO_URING, "threads of nio may block");
        AsyncFile file = open(proactor(backend), "a");
        assertThatThrownBy(() -> file.fsync()
                        .then(Mono.fromCallable(() -> file.size().block()))
                        .block())
                .hasMessageContaining("block()");
    }

    @BackendTest
    void cancelsAtAnyTime_leaveNoBuffer(Backend backend) {
        AsyncFile file = open(proactor(backend), "a");
        ByteBuf content = Bytes.direct(Bytes.random(1, 100_000));
        for (int i = 0; i < 300; i++) {
            ByteBuf room = Bytes.room(50_000);
            Disposable write = file.write(content, 0).subscribe();
            Disposable read = file.read(room, 0).subscribe();
            Disposable turn = file.write(content).subscribe();
            Disposable append = file.append(content).subscribe();
            Disposable sync = file.fdatasync().subscribe();
            if (i % 3 == 0) {
                file.stat().block();
            }
            for (Disposable operation : new Disposable[] {sync, append, turn, read, write}) {
                operation.dispose();
            }
            room.release();
        }
        content.release();
        file.close().block();
    }
}
