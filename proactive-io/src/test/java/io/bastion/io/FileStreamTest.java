package io.bastion.io;

import static io.bastion.io.AsyncFileTest.fault;
import static io.bastion.io.Leftovers.proactor;
import static java.nio.file.StandardOpenOption.CREATE;
import static java.nio.file.StandardOpenOption.READ;
import static java.nio.file.StandardOpenOption.WRITE;
import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatIllegalArgumentException;

import io.bastion.testkit.Await;
import io.netty.buffer.ByteBuf;
import io.netty.buffer.Unpooled;
import java.io.IOException;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.List;
import java.util.Objects;
import java.util.Queue;
import java.util.concurrent.ConcurrentLinkedQueue;
import java.util.concurrent.atomic.AtomicInteger;
import java.util.concurrent.atomic.AtomicLong;
import org.junit.jupiter.api.io.TempDir;
import org.reactivestreams.Subscription;
import reactor.core.Disposable;
import reactor.core.publisher.BaseSubscriber;
import reactor.core.publisher.Flux;
import reactor.core.publisher.Mono;
import reactor.core.publisher.Sinks;

/** Files as streams of buffers, in both directions. */
class FileStreamTest {
    @TempDir
    Path directory;

    private AsyncFile open(Proactor io, String name) {
        return Objects.requireNonNull(
                io.open(directory.resolve(name), CREATE, READ, WRITE).block());
    }

    private static byte[] joined(Flux<ByteBuf> buffers) {
        ByteBuf all = Unpooled.buffer();
        buffers.doOnNext(buffer -> {
                    all.writeBytes(buffer);
                    buffer.release();
                })
                .blockLast();
        byte[] content = new byte[all.readableBytes()];
        all.readBytes(content);
        return content;
    }

    @BackendTest
    void stream_carriesTheContent_inChunks(Backend backend) throws IOException {
        byte[] content = Bytes.random(1, 1_000_003);
        Files.write(directory.resolve("a"), content);
        AsyncFile file = open(proactor(backend), "a");

        assertThat(joined(file.stream())).isEqualTo(content);
        assertThat(joined(file.stream(new ReadSpec(0, Long.MAX_VALUE, 1_000, 1))))
                .isEqualTo(content);
        assertThat(joined(file.stream(ReadSpec.from(999_999).chunkSize(7).window(9))))
                .isEqualTo(java.util.Arrays.copyOfRange(content, 999_999, content.length));
        assertThat(joined(file.stream(ReadSpec.from(10).length(100_000).chunkSize(4_096))))
                .isEqualTo(java.util.Arrays.copyOfRange(content, 10, 100_010));
        assertThat(joined(file.stream(ReadSpec.from(content.length)))).isEmpty();
        assertThat(joined(file.stream(ReadSpec.from(5).length(0)))).isEmpty();
    }

    @BackendTest
    void stream_emitsNoMoreThanRequested_andAChunkThatWaitsIsNoEnd(Backend backend) throws IOException {
        Files.write(directory.resolve("a"), Bytes.random(2, 10_000));
        AsyncFile file = open(proactor(backend), "a");
        Queue<Integer> lengths = new ConcurrentLinkedQueue<>();
        AtomicInteger ends = new AtomicInteger();
        BaseSubscriber<ByteBuf> slow = new BaseSubscriber<>() {
            @Override
            protected void hookOnSubscribe(Subscription subscription) {}

            @Override
            protected void hookOnNext(ByteBuf buffer) {
                lengths.add(buffer.readableBytes());
                buffer.release();
            }

            @Override
            protected void hookOnComplete() {
                ends.incrementAndGet();
            }
        };
        file.stream(ReadSpec.all().chunkSize(3_000)).subscribe(slow);

        for (int i = 1; i <= 4; i++) {
            int expected = i;
            slow.request(1);
            Await.until("chunk " + i, () -> lengths.size() == expected);
            // Whatever else is in flight ends before this does.
            file.fsync().block();
            assertThat(lengths).hasSize(i);
        }

        Await.until("the end", () -> ends.get() == 1);
        assertThat(lengths).containsExactly(3_000, 3_000, 3_000, 1_000);
    }

    @BackendTest
    void stream_beforeAnyRequest_readsNothing(Backend backend) throws IOException {
        Files.write(directory.resolve("a"), new byte[100]);
        AsyncFile file = open(proactor(backend), "a");
        BaseSubscriber<ByteBuf> idle = new BaseSubscriber<>() {
            @Override
            protected void hookOnSubscribe(Subscription subscription) {}
        };
        file.stream().subscribe(idle);
        Files.write(directory.resolve("a"), new byte[200]);
        file.fsync().block();
        idle.cancel();
        assertThat(joined(file.stream())).hasSize(200);
    }

    @BackendTest
    void cancelledStreams_leaveNoBufferBehind(Backend backend) throws IOException {
        Files.write(directory.resolve("a"), Bytes.random(3, 2_000_000));
        AsyncFile file = open(proactor(backend), "a");
        for (int i = 0; i < 100; i++) {
            long taken = i % 7;
            Disposable stream = file.stream(ReadSpec.all().chunkSize(16_384).window(8))
                    .doOnNext(ByteBuf::release)
                    .take(taken, i % 3 == 0)
                    .onErrorComplete(IoFault.class)
                    .subscribe();
            if (i % 2 == 0) {
                stream.dispose();
            }
        }
        file.close().block();
        // The buffers are counted after the test.
    }

    @BackendTest
    void truncationMidStream_endsIt_withoutABytesThatIsWrong(Backend backend) throws IOException {
        byte[] content = Bytes.random(4, 1 << 20);
        Files.write(directory.resolve("a"), content);
        AsyncFile file = open(proactor(backend), "a");
        AtomicLong position = new AtomicLong();
        AtomicLong wrong = new AtomicLong();

        file.stream(ReadSpec.all().chunkSize(65_536).window(2).length(content.length))
                .concatMap(
                        chunk -> {
                            long at = position.getAndAdd(chunk.readableBytes());
                            for (int i = 0; i < chunk.readableBytes(); i++) {
                                wrong.addAndGet(chunk.getByte(i) == content[(int) at + i] ? 0 : 1);
                            }
                            chunk.release();
                            return at == 3 * 65_536 ? file.truncate(500_000) : Mono.empty();
                        },
                        0)
                .blockLast();

        assertThat(wrong).hasValue(0);
        assertThat(position.get()).isBetween(4 * 65_536L, 8 * 65_536L);
    }

    @BackendTest
    void fileThatGrowsAtItsEnd_isNeverReadWithAGap(Backend backend) {
        AsyncFile file = open(proactor(backend), "a");
        AtomicInteger next = new AtomicInteger();
        // Every int is its own index, so that a gap shows.
        Mono<Long> growth = file.write(
                Flux.range(0, 500).map(i -> {
                    ByteBuf buffer = Leftovers.ALLOCATOR.directBuffer(400);
                    for (int k = 0; k < 100; k++) {
                        buffer.writeInt(i * 100 + k);
                    }
                    return buffer;
                }),
                0);
        Flux<Long> readers = Flux.range(0, 20).concatMap(i -> {
            next.set(0);
            return file.stream(ReadSpec.all().chunkSize(1_000).window(8))
                    .doOnNext(chunk -> {
                        while (chunk.readableBytes() >= 4) {
                            assertThat(chunk.readInt()).isEqualTo(next.getAndIncrement());
                        }
                        chunk.release();
                    })
                    .count();
        });

        Mono.zip(growth, readers.then(Mono.just(1))).block();
        assertThat(file.size().block()).isEqualTo(200_000);
    }

    @BackendTest
    void writtenStream_isGathered_andReleased(Backend backend) throws IOException {
        AsyncFile file = open(proactor(backend), "a");
        byte[] content = Bytes.random(5, 300_000);

        Long written = file.write(
                        Flux.range(0, 3_000).map(i -> {
                            ByteBuf part = Unpooled.wrappedBuffer(content, i * 100, 100);
                            return i % 3 == 0 ? part : Bytes.direct(new byte[0]).writeBytes(part);
                        }),
                        7)
                .block();

        assertThat(written).isEqualTo(300_000);
        assertThat(Files.readAllBytes(directory.resolve("a"))).hasSize(300_007).endsWith(content);
        assertThat(file.write(Flux.empty(), 0).block()).isZero();
        assertThat(file.write(Flux.range(0, 1_000).map(i -> Bytes.direct("")), 0)
                        .block())
                .isZero();
    }

    @BackendTest
    void errorOfTheSource_comesAfterWhatItEmittedIsWritten(Backend backend) throws IOException {
        AsyncFile file = open(proactor(backend), "a");
        Flux<ByteBuf> source = Flux.concat(
                Flux.just(Bytes.direct("one,"), Bytes.direct("two,")),
                Flux.error(new IllegalStateException("no more")));

        String message = file.write(source, 0)
                .map(String::valueOf)
                .onErrorResume(IllegalStateException.class, e -> Mono.just(String.valueOf(e.getMessage())))
                .block();

        assertThat(message).isEqualTo("no more");
        assertThat(directory.resolve("a")).hasContent("one,two,");
    }

    @BackendTest
    void cancelledWrite_cancelsTheSource_andReleasesWhatArrived(Backend backend) {
        AsyncFile file = open(proactor(backend), "a");
        for (int i = 0; i < 50; i++) {
            Sinks.Many<ByteBuf> source = Sinks.many().unicast().onBackpressureBuffer();
            Disposable write = file.write(source.asFlux(), 0).subscribe();
            for (int k = 0; k < i; k++) {
                source.tryEmitNext(Bytes.direct("word")).orThrow();
            }
            write.dispose();
            assertThat(source.currentSubscriberCount()).isZero();
        }
    }

    @BackendTest
    void sourceThatIgnoresDemand_failsTheWrite_andLeaksNothing(Backend backend) {
        AsyncFile file = open(proactor(backend), "a");
        Mono<Long> write = file.write(
                subscriber -> {
                    subscriber.onSubscribe(new Subscription() {
                        @Override
                        public void request(long n) {}

                        @Override
                        public void cancel() {}
                    });
                    for (int i = 0; i < 100_000; i++) {
                        subscriber.onNext(Bytes.direct("too much"));
                    }
                },
                0);

        Boolean overflow = write.map(n -> false)
                .onErrorResume(reactor.core.Exceptions::isOverflow, e -> Mono.just(true))
                .block();
        assertThat(overflow).isTrue();
    }

    @BackendTest
    void writeToAFullDevice_fails_andReleasesTheSource(Backend backend) {
        Path full = Path.of("/dev/full");
        org.junit.jupiter.api.Assumptions.assumeTrue(Files.exists(full), "no /dev/full");
        AsyncFile file =
                Objects.requireNonNull(proactor(backend).open(full, WRITE).block());

        AtomicInteger cancels = new AtomicInteger();
        Flux<ByteBuf> source =
                Flux.range(0, 1_000).map(i -> Bytes.direct("word")).doOnCancel(cancels::incrementAndGet);

        IoFault fault = fault(file.write(source, 0));

        assertThat(cancels).hasValue(1);
        assertThat(fault).hasMessage("write /dev/full: ENOSPC (No space left on device)");
    }

    @BackendTest
    void lines_areSplit_whereverTheChunksEnd(Backend backend) throws IOException {
        String text = "first\r\n\nthird äöü €\nlast without an end";
        Files.writeString(directory.resolve("a"), text);
        AsyncFile file = open(proactor(backend), "a");

        assertThat(file.lines().collectList().block())
                .containsExactly("first", "", "third äöü €", "last without an end");
        for (int chunk = 1; chunk < 12; chunk++) {
            assertThat(Lines.of(file.stream(ReadSpec.all().chunkSize(chunk)), StandardCharsets.UTF_8, 100)
                            .collectList()
                            .block())
                    .containsExactly("first", "", "third äöü €", "last without an end");
        }
        assertThat(file.lines().take(1).collectList().block()).containsExactly("first");
        assertThatIllegalArgumentException()
                .isThrownBy(() -> file.lines(StandardCharsets.UTF_8, 10).blockLast())
                .withMessageContaining("longer than 10 bytes");
        assertThatIllegalArgumentException().isThrownBy(() -> file.lines(StandardCharsets.UTF_16, 10));
    }

    @BackendTest
    void copyOfAFile_throughStreams_isTheSame(Backend backend) throws IOException {
        Proactor io = proactor(backend);
        byte[] content = Bytes.random(6, 3_000_000);
        Files.write(directory.resolve("a"), content);
        AsyncFile from = open(io, "a");
        AsyncFile to = open(io, "b");

        assertThat(to.write(from.stream(), 0).block()).isEqualTo(content.length);

        assertThat(Files.readAllBytes(directory.resolve("b"))).isEqualTo(content);
        assertThat(List.of(from, to)).allMatch(AsyncFile::isOpen);
    }
}
