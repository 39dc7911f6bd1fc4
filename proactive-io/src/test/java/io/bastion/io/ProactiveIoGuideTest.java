package io.bastion.io;

import static java.nio.file.StandardOpenOption.APPEND;
import static java.nio.file.StandardOpenOption.CREATE;
import static java.nio.file.StandardOpenOption.READ;
import static java.nio.file.StandardOpenOption.WRITE;
import static org.assertj.core.api.Assertions.assertThat;

import io.bastion.actor.ActorContext;
import io.bastion.actor.ActorRef;
import io.bastion.actor.ActorSpec;
import io.bastion.actor.ActorSystem;
import io.bastion.actor.Behavior;
import io.bastion.testkit.Await;
import io.netty.buffer.ByteBuf;
import io.netty.buffer.ByteBufUtil;
import io.netty.buffer.PooledByteBufAllocator;
import java.io.IOException;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.time.Duration;
import java.util.ArrayList;
import java.util.List;
import java.util.Objects;
import java.util.Queue;
import java.util.concurrent.ConcurrentLinkedQueue;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.Timeout;
import org.junit.jupiter.api.io.TempDir;
import org.reactivestreams.Publisher;
import reactor.core.Disposable;
import reactor.core.publisher.Flux;
import reactor.core.publisher.Mono;

/** The snippets of docs/proactive-io.md, run. */
@Timeout(60)
class ProactiveIoGuideTest {
    @TempDir
    Path directory;

    @Test
    void linesThatMatch_areCopied() throws IOException {
        Path log = Files.writeString(directory.resolve("app.log"), "INFO a\nERROR b\nINFO c\nERROR d\n");
        Path errors = directory.resolve("errors.log");

        try (Proactor io = Proactor.create()) {
            Mono<Long> copied = io.using(log, source -> {
                Flux<ByteBuf> found = source.lines()
                        .filter(line -> line.startsWith("ERROR"))
                        .map(line -> ByteBufUtil.writeUtf8(PooledByteBufAllocator.DEFAULT, line + "\n"));
                return io.using(errors, target -> target.write(found, 0), CREATE, WRITE);
            });
            System.out.println(copied.block() + " bytes by " + io.backend());
        }

        assertThat(errors).hasContent("ERROR b\nERROR d\n");
    }

    @Test
    void oneBuffer_isReadAtAPosition() throws IOException {
        Path path = Files.writeString(directory.resolve("a"), "0123456789");
        List<String> seen = new ArrayList<>();
        try (Proactor io = Proactor.create()) {
            AsyncFile file = Objects.requireNonNull(io.open(path, READ, WRITE).block());
            Mono<String> word = Mono.using(
                    () -> PooledByteBufAllocator.DEFAULT.directBuffer(4, 4),
                    buffer -> file.read(buffer, 3).map(bytes -> buffer.toString(StandardCharsets.UTF_8)),
                    ByteBuf::release);
            word.doOnNext(seen::add).block();
        }
        assertThat(seen).containsExactly("3456");
    }

    @Test
    void partOfAFile_isStreamed() throws IOException {
        Path path = Files.write(directory.resolve("a"), new byte[100_000]);
        try (Proactor io = Proactor.create()) {
            ReadSpec part =
                    ReadSpec.from(4_096).length(65_536).chunkSize(16_384).window(2);
            Mono<Integer> sum = io.usingMany(path, file -> file.stream(part))
                    .map(chunk -> {
                        int bytes = chunk.readableBytes();
                        chunk.release();
                        return bytes;
                    })
                    .reduce(0, Integer::sum);
            assertThat(sum.block()).isEqualTo(65_536);
        }
    }

    @Test
    void logFile_isFollowed() throws IOException {
        Path path = Files.writeString(directory.resolve("a"), "one\n");
        Queue<String> seen = new ConcurrentLinkedQueue<>();
        try (Proactor io = Proactor.create()) {
            AsyncFile file = Objects.requireNonNull(io.open(path).block());
            Flux<ByteBuf> growing = file.follow(0, Duration.ofMillis(200));
            Disposable following =
                    Lines.of(growing, StandardCharsets.UTF_8, Lines.MAX_LENGTH).subscribe(seen::add);
            Files.writeString(path, "two\n", APPEND);
            Await.until("both lines", () -> seen.size() == 2);
            following.dispose();
        }
        assertThat(seen).containsExactly("one", "two");
    }

    @Test
    void recordsOfManyWriters_becomeDurableTogether() throws IOException {
        Path path = directory.resolve("journal");
        try (Proactor io = Proactor.create()) {
            AsyncFile journal =
                    Objects.requireNonNull(io.open(path, CREATE, WRITE).block());
            Flux<Long> positions = Flux.range(0, 100)
                    .flatMap(
                            i -> Mono.using(
                                    () -> ByteBufUtil.writeUtf8(PooledByteBufAllocator.DEFAULT, "event " + i + "\n"),
                                    journal::append,
                                    ByteBuf::release),
                            100);
            assertThat(positions.collectList().block()).hasSize(100);
            assertThat(journal.file().commits.groups()).isLessThan(100);
        }
        assertThat(Files.readAllLines(path)).hasSize(100);
    }

    /** Counts the lines of the files that it is told. */
    static final class Counter implements Behavior.ReceiveAsync<Path> {
        private final ActorFiles files;
        private long total;

        Counter(Proactor io, ActorContext<Path> context) {
            this.files = io.files(context);
        }

        @Override
        public Publisher<?> receive(ActorContext<Path> context, Path path) {
            // The result comes on the actor's worker: total needs no lock. The file is closed even if the actor is
            // killed.
            return files.open(path)
                    .flatMap(file ->
                            file.lines().count().flatMap(n -> file.close().thenReturn(n)))
                    .doOnNext(n -> total += n);
        }

        long total() {
            return total;
        }
    }

    @Test
    void actor_ownsItsFiles() throws IOException {
        Path path = Files.writeString(directory.resolve("a"), "one\ntwo\n");
        Queue<Counter> counters = new ConcurrentLinkedQueue<>();
        try (Proactor io = Proactor.create();
                ActorSystem system = ActorSystem.create("guide")) {
            ActorRef<Path> counter = system.spawn(ActorSpec.<Path>of("counter", context -> {
                Counter behavior = new Counter(io, context);
                counters.add(behavior);
                return behavior;
            }));
            counter.tell(path);
            counter.tell(path);
            counter.drain();
            counter.whenTerminated().block();
            assertThat(io.openFiles()).isZero();
        }
        assertThat(counters).singleElement().extracting(Counter::total).isEqualTo(4L);
    }

    @Test
    void fault_isTreatedByItsCode() throws IOException {
        Path missing = directory.resolve("missing");
        try (Proactor io = Proactor.create()) {
            Mono<Long> size = io.using(missing, AsyncFile::size)
                    .onErrorResume(
                            IoFault.class, fault -> fault.code().equals("ENOENT") ? Mono.just(0L) : Mono.error(fault));
            assertThat(size.block()).isZero();
        }
    }

    @Test
    void proactor_isSetUp() throws IOException {
        Proactor io = Proactor.builder()
                .backend(Backend.NIO)
                .threads(8)
                .closeTimeout(Duration.ofSeconds(5))
                .build();
        assertThat(io.backend()).isEqualTo(Backend.NIO);
        io.close();
    }
}
