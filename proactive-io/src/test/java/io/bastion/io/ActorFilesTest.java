package io.bastion.io;

import static io.bastion.io.Leftovers.proactor;
import static java.nio.file.StandardOpenOption.CREATE;
import static java.nio.file.StandardOpenOption.READ;
import static java.nio.file.StandardOpenOption.WRITE;
import static org.assertj.core.api.Assertions.assertThat;

import io.bastion.actor.ActorContext;
import io.bastion.actor.ActorRef;
import io.bastion.actor.ActorSpec;
import io.bastion.actor.ActorSystem;
import io.bastion.actor.Behavior;
import io.bastion.actor.TerminationReason;
import io.bastion.supervision.Restart;
import io.bastion.testkit.Await;
import io.netty.buffer.ByteBuf;
import java.nio.file.Files;
import java.nio.file.Path;
import java.time.Duration;
import java.util.List;
import java.util.Queue;
import java.util.concurrent.ConcurrentLinkedQueue;
import java.util.concurrent.atomic.AtomicLong;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;
import org.reactivestreams.Publisher;
import org.reactivestreams.Subscription;
import reactor.core.publisher.BaseSubscriber;
import reactor.core.publisher.Flux;
import reactor.core.publisher.Mono;
import reactor.core.publisher.Sinks;

/** Files that belong to actors. */
class ActorFilesTest {
    @TempDir
    Path directory;

    /** Opens a file of its own when it is told "open", and fails when it is told "fail". */
    private final class Owner implements Behavior.ReceiveAsync<String> {
        private final ActorFiles files;
        private int handled;

        Owner(Proactor io, ActorContext<String> context) {
            this.files = io.files(context);
        }

        @Override
        public Publisher<?> receive(ActorContext<String> context, String message) {
            handled++;
            return switch (message) {
                case "open" ->
                    files.open(directory.resolve("a" + handled), CREATE, READ, WRITE)
                            .doOnNext(ActorFilesTest.this.opened::add);
                case "forever" ->
                    files.open(directory.resolve("f"), CREATE, READ, WRITE)
                            .doOnNext(ActorFilesTest.this.opened::add)
                            .flatMapMany(file -> Flux.never());
                default -> throw new IllegalStateException("told to");
            };
        }
    }

    private final Queue<AsyncFile> opened = new ConcurrentLinkedQueue<>();

    private ActorRef<String> owner(ActorSystem system, Proactor io) {
        return system.spawn(ActorSpec.<String>of("owner", context -> new Owner(io, context))
                .restart(Restart.permanent().tries(100)));
    }

    @BackendTest
    void files_areClosed_whenTheirActorStopsFailsOrIsKilled(Backend backend) {
        Proactor io = proactor(backend);
        try (ActorSystem system = ActorSystem.create("files")) {
            for (String end : List.of("fail", "stop", "kill", "kill in work")) {
                opened.clear();
                ActorRef<String> owner = system.spawn(ActorSpec.<String>anonymous(context -> new Owner(io, context)));
                owner.tell("open");
                owner.tell("open");
                owner.tell(end.equals("kill in work") ? "forever" : "open");
                Await.until("open", () -> opened.size() == 3);
                assertThat(io.openFiles()).isEqualTo(3);

                switch (end) {
                    case "fail" -> owner.tell("fail");
                    case "stop" -> owner.stop();
                    default -> owner.kill();
                }

                Await.until("closed by " + end, () -> io.openFiles() == 0);
                assertThat(opened).noneMatch(AsyncFile::isOpen);
                owner.kill();
            }
        }
    }

    @BackendTest
    void eachIncarnation_hasFilesOfItsOwn(Backend backend) {
        Proactor io = proactor(backend);
        try (ActorSystem system = ActorSystem.create("files")) {
            ActorRef<String> owner = owner(system, io);
            owner.tell("open");
            Await.until("open", () -> opened.size() == 1);
            owner.tell("fail");
            owner.tell("open");
            Await.until("open again", () -> opened.size() == 2);
            Await.until("one left", () -> io.openFiles() == 1);
            assertThat(opened.stream().map(AsyncFile::isOpen)).containsExactly(false, true);
            assertThat(Leftovers.hasDescriptors() ? Leftovers.descriptors(directory) : 1)
                    .isEqualTo(1);
        }
    }

    @BackendTest
    void fileThatIsOpenedAsItsActorEnds_isClosed(Backend backend) {
        Proactor io = proactor(backend);
        try (ActorSystem system = ActorSystem.create("files")) {
            for (int i = 0; i < 50; i++) {
                ActorRef<String> owner = system.spawn(ActorSpec.<String>anonymous(context -> new Owner(io, context)));
                owner.tell("open");
                owner.kill();
            }
            Await.until("all closed", () -> io.openFiles() == 0);
        }
        Await.until(
                "all descriptors closed", () -> !Leftovers.hasDescriptors() || Leftovers.descriptors(directory) == 0);
    }

    @Test
    void fileThatComesAfterItsActorHasEnded_isClosed() {
        SlowEngine slow = new SlowEngine();
        Proactor io = slow.proactor();
        SlowHandle handle = new SlowHandle();
        try (ActorSystem system = ActorSystem.create("files")) {
            ActorRef<String> careless = system.spawn(ActorSpec.<String>of("careless", context -> {
                ActorFiles files = io.files(context);
                // Not returned, so that nothing cancels it.
                return Behavior.receive((ignored, message) ->
                        files.open(directory).onErrorComplete().subscribe());
            }));
            careless.tell("go");
            Await.until("opening", slow::isOpening);
            careless.kill();
            careless.whenTerminated().block();

            slow.opened(handle);

            assertThat(handle.next()).isEqualTo("close");
        }
    }

    @BackendTest
    void results_comeOnTheActorsWorker(Backend backend) throws Exception {
        Proactor io = proactor(backend);
        Path path = Files.writeString(directory.resolve("a"), "one\ntwo\n");
        Queue<Object> seen = new ConcurrentLinkedQueue<>();
        try (ActorSystem system = ActorSystem.create("files")) {
            ActorRef<String> reader = system.spawn(ActorSpec.<String>of("reader", context -> {
                ActorFiles files = io.files(context);
                return Behavior.receiveAsync((ignored, message) -> files.open(path, READ, WRITE)
                        // Only on its worker may an actor ask for its children.
                        .doOnNext(file -> seen.add(context.children().size()))
                        .flatMapMany(file -> Flux.concat(
                                file.lines().doOnNext(line -> context.children()),
                                file.size().map(String::valueOf).doOnNext(size -> context.children()),
                                file.write(Mono.fromSupplier(() -> Bytes.direct("x")), 0)
                                        .map(String::valueOf)
                                        .doOnNext(bytes -> context.children()),
                                file.stream()
                                        .doOnNext(chunk -> context.children())
                                        .map(Bytes::take)))
                        .doOnNext(seen::add)
                        .doOnError(seen::add));
            }));
            reader.tell("go");
            Await.until("all of it", () -> seen.size() == 6);
            assertThat(seen).containsExactly(0, "one", "two", "8", "1", "xne\ntwo\n");
        }
    }

    @BackendTest
    void messageInWork_keepsItsFiles_whenItsActorIsStopped(Backend backend) throws Exception {
        Proactor io = proactor(backend);
        Path path = Files.write(directory.resolve("a"), new byte[100_000]);
        AtomicLong read = new AtomicLong();
        try (ActorSystem system = ActorSystem.create("files")) {
            ActorRef<String> reader = system.spawn(ActorSpec.<String>anonymous(context -> {
                ActorFiles files = io.files(context);
                return Behavior.receiveAsync((ignored, message) -> files.open(path)
                        .flatMapMany(file -> file.stream(ReadSpec.all().chunkSize(1_000)))
                        .doOnNext(chunk -> {
                            context.stop();
                            read.addAndGet(chunk.readableBytes());
                            chunk.release();
                        }));
            }));
            reader.tell("go");
            assertThat(reader.whenTerminated().block(Duration.ofSeconds(20))).isEqualTo(TerminationReason.STOPPED);
            assertThat(read).hasValue(100_000);
            assertThat(reader.stats().handled()).isEqualTo(1);
            Await.until("all closed", () -> io.openFiles() == 0);
        }
    }

    @BackendTest
    void drain_waitsForWhatIsBeingWritten(Backend backend) throws Exception {
        Proactor io = proactor(backend);
        Path path = directory.resolve("a");
        try (ActorSystem system = ActorSystem.create("files")) {
            ActorRef<Integer> writer = system.spawn(ActorSpec.<Integer>anonymous(context -> {
                Mono<AsyncFile> file =
                        io.files(context).open(path, CREATE, WRITE).cache();
                return Behavior.receiveAsync(
                        100,
                        (ignored, n) -> file.flatMap(
                                opened -> Mono.using(() -> Bytes.direct("x"), opened::append, ByteBuf::release)));
            }));
            for (int i = 0; i < 1_000; i++) {
                writer.tell(i);
            }
            writer.drain();
            writer.whenTerminated().block(Duration.ofSeconds(20));
            assertThat(writer.stats().handled()).isEqualTo(1_000);
            assertThat(Files.size(path)).isEqualTo(1_000);
        }
    }

    @BackendTest
    void streamThatNobodyWaitsFor_failsWhenItsActorStops(Backend backend) throws Exception {
        Proactor io = proactor(backend);
        Path path = Files.write(directory.resolve("a"), new byte[100_000]);
        Sinks.One<AsyncFile> file = Sinks.one();
        try (ActorSystem system = ActorSystem.create("files")) {
            ActorRef<String> reader = system.spawn(ActorSpec.<String>anonymous(context -> {
                io.files(context).open(path).subscribe(file::tryEmitValue);
                return Behavior.receive((ignored, message) -> {});
            }));
            Queue<Object> seen = new ConcurrentLinkedQueue<>();
            file.asMono()
                    .flatMapMany(opened -> opened.stream(ReadSpec.all().chunkSize(1_000)))
                    .doOnNext(ByteBuf::release)
                    .subscribe(new BaseSubscriber<>() {
                        @Override
                        protected void hookOnSubscribe(Subscription subscription) {
                            request(1);
                        }

                        @Override
                        protected void hookOnNext(ByteBuf chunk) {
                            reader.stop();
                        }

                        @Override
                        protected void hookOnError(Throwable thrown) {
                            seen.add(String.valueOf(thrown.getMessage()));
                        }
                    });
            Await.until("its end", () -> !seen.isEmpty());
            assertThat(seen).containsExactly("read " + path + ": EBADF (the file has been closed)");
        }
    }

    @BackendTest
    void streamOfAKilledActor_leavesNoBuffer(Backend backend) throws Exception {
        Proactor io = proactor(backend);
        Path path = Files.write(directory.resolve("a"), new byte[2_000_000]);
        try (ActorSystem system = ActorSystem.create("files")) {
            for (int i = 0; i < 30; i++) {
                ActorRef<String> reader = system.spawn(ActorSpec.<String>anonymous(context -> {
                    ActorFiles files = io.files(context);
                    return Behavior.receiveAsync((ignored, message) -> files.open(path)
                            .flatMapMany(file -> file.stream(ReadSpec.all().chunkSize(1_000)))
                            .doOnNext(ByteBuf::release));
                }));
                reader.tell("go");
                if (i % 2 == 0) {
                    Await.until("open", () -> io.openFiles() > 0);
                }
                reader.kill();
            }
            Await.until("all closed", () -> io.openFiles() == 0);
        }
    }
}
