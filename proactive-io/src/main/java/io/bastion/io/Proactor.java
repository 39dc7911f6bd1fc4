package io.bastion.io;

import io.bastion.actor.ActorContext;
import io.netty.buffer.ByteBufAllocator;
import io.netty.buffer.PooledByteBufAllocator;
import java.io.IOException;
import java.nio.file.CopyOption;
import java.nio.file.OpenOption;
import java.nio.file.Path;
import java.nio.file.StandardCopyOption;
import java.nio.file.StandardOpenOption;
import java.time.Duration;
import java.util.List;
import java.util.Set;
import java.util.concurrent.ConcurrentHashMap;
import java.util.concurrent.TimeoutException;
import java.util.function.Consumer;
import java.util.function.Function;
import org.jspecify.annotations.Nullable;
import org.reactivestreams.Publisher;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;
import reactor.core.publisher.Flux;
import reactor.core.publisher.Mono;
import reactor.core.scheduler.Schedulers;

/**
 * Files without blocking: owns a {@link Backend}, its threads and limits, and every file that it has opened.
 *
 * <p>By default io_uring is used where it works, with one event loop, and threads with {@code FileChannel} elsewhere; the
 * system property {@value Backend#PROPERTY} and {@link Builder#backend} force one, which fails if it is not there. Operations on
 * paths rather than on open files run on the threads with either: the kernel would run them on threads of its own.
 *
 * <p>Thread-safe. Everything that it returns begins when it is subscribed to, and fails with an {@link IoFault}. Threads are
 * daemons.
 */
public final class Proactor implements AutoCloseable {
    private static final Logger LOG = LoggerFactory.getLogger(Proactor.class);

    private final Engine engine;
    private final BlockingPool pool;
    private final PathOperations paths;
    private final ByteBufAllocator allocator;
    private final Duration closeTimeout;
    private final Set<OpenFile> files = ConcurrentHashMap.newKeySet();
    private final Mono<Void> termination;
    private volatile boolean closing;

    Proactor(Engine engine, BlockingPool pool, ByteBufAllocator allocator, Duration closeTimeout) {
        this.engine = engine;
        this.pool = pool;
        this.paths = new PathOperations(pool);
        this.allocator = allocator;
        this.closeTimeout = closeTimeout;
        this.termination = Mono.defer(this::terminate).cache();
    }

    /** One with the defaults. */
    public static Proactor create() {
        return builder().build();
    }

    /** One to be set up. */
    public static Builder builder() {
        return new Builder();
    }

    /** What it runs on. */
    public Backend backend() {
        return engine.backend();
    }

    Engine engine() {
        return engine;
    }

    /** How many files are open. */
    public int openFiles() {
        return files.size();
    }

    // ------------------------------------------------------------------------------------------- open files

    /**
     * Opens a file; you close it, or {@link #close} does. Cancelled while it is being opened, it is closed by itself; but a
     * result that comes as its subscriber cancels is lost: prefer {@link #using}.
     *
     * @param options those of {@code FileChannel.open}, with the same meaning; none is {@code READ}
     * @throws IllegalArgumentException if options exclude each other
     */
    public Mono<AsyncFile> open(Path path, OpenOption... options) {
        return open(path, OpenFlags.check(options), OpenFile::closeNow);
    }

    /** @param late takes a file that nobody waits for any more */
    private Mono<AsyncFile> open(Path path, Set<OpenOption> options, Consumer<OpenFile> late) {
        return new OpMono<Handle, AsyncFile>(
                done -> {
                    if (closing) {
                        done.failed(closed("open", path));
                        return Cancel.NOTHING;
                    }
                    return engine.open(path, options, done);
                },
                handle -> new AsyncFile(register(handle), null),
                handle -> late.accept(register(handle)));
    }

    private OpenFile register(Handle handle) {
        OpenFile file = new OpenFile(handle, allocator, files::remove);
        files.add(file);
        if (closing) {
            // Either this sees that it is closing, or the closing sees the file.
            file.closeNow();
        }
        return file;
    }

    private static IoFault closed(String operation, Path path) {
        return IoFault.of(operation, path, Errno.ESHUTDOWN, "the proactor has been closed");
    }

    /** Opens a file, works with it, and closes it whether the work ends, fails or is cancelled; the result waits for the close. */
    public <T> Mono<T> using(
            Path path, Function<? super AsyncFile, ? extends Mono<? extends T>> work, OpenOption... options) {
        return Mono.usingWhen(open(path, options), work, AsyncFile::close);
    }

    /** Like {@link #using} for work that gives any number of elements. */
    public <T> Flux<T> usingMany(
            Path path, Function<? super AsyncFile, ? extends Publisher<? extends T>> work, OpenOption... options) {
        return Flux.usingWhen(open(path, options), work, AsyncFile::close);
    }

    /** The files of one incarnation of an actor; see {@link ActorFiles}. To be called on the actor's worker. */
    public ActorFiles files(ActorContext<?> context) {
        return ActorFiles.of(this, context);
    }

    // ------------------------------------------------------------------------------------------- paths

    /** Creates an empty file; fails with {@code EEXIST} when there is something. */
    public Mono<Void> create(Path path) {
        return using(path, file -> Mono.empty(), StandardOpenOption.CREATE_NEW, StandardOpenOption.WRITE);
    }

    /** What there is at a path; symbolic links are followed. */
    public Mono<FileStat> stat(Path path) {
        return paths.stat(path);
    }

    /** Whether there is something at a path. */
    public Mono<Boolean> exists(Path path) {
        return stat(path)
                .map(stat -> true)
                .onErrorResume(
                        IoFault.class, fault -> fault.code().equals("ENOENT") ? Mono.just(false) : Mono.error(fault));
    }

    /** Gives a file or directory another name; what has that name is replaced, in one step. */
    public Mono<Void> rename(Path from, Path to) {
        return paths.rename(from, to);
    }

    /** Deletes a file or an empty directory; fails with {@code ENOENT} when there is none. */
    public Mono<Void> delete(Path path) {
        return paths.delete(path);
    }

    /** Makes a directory in one that exists. */
    public Mono<Void> mkdir(Path path) {
        return paths.mkdir(path);
    }

    /** Makes a directory and those above it that are missing. */
    public Mono<Void> mkdirs(Path path) {
        return paths.mkdirs(path);
    }

    /** What is in a directory, in no order, as demand comes. */
    public Flux<Path> list(Path directory) {
        return paths.list(directory);
    }

    /** Everything below a path, and the path itself first; a directory before what is in it. Follows no symbolic links. */
    public Flux<Path> walk(Path root) {
        return paths.walk(root);
    }

    /**
     * Copies the content of a file. A copy that fails or is cancelled takes its half of a file away again.
     *
     * @param options {@code REPLACE_EXISTING}, or nothing: then it fails with {@code EEXIST} when there is a file
     * @return how many bytes
     */
    public Mono<Long> copy(Path from, Path to, CopyOption... options) {
        List<CopyOption> checked = List.of(options);
        checked.forEach(option -> {
            if (option != StandardCopyOption.REPLACE_EXISTING) {
                throw new IllegalArgumentException("options: " + option + " (expected: REPLACE_EXISTING or none)");
            }
        });
        Set<OpenOption> create = Set.of(
                checked.isEmpty() ? StandardOpenOption.CREATE_NEW : StandardOpenOption.CREATE,
                StandardOpenOption.WRITE,
                StandardOpenOption.TRUNCATE_EXISTING);
        Function<OpenFile, Mono<Void>> undo =
                target -> target.close().onErrorComplete().then(delete(to));
        Mono<Long> copy = using(
                from,
                source -> Mono.usingWhen(
                        open(
                                to,
                                create,
                                late -> undo.apply(late).subscribe(done -> {}, fault -> warnOfHalf(to, fault))),
                        target -> target.write(source.stream(), 0),
                        AsyncFile::close,
                        (target, fault) -> undo.apply(target.file()),
                        target -> undo.apply(target.file())));
        return checked.isEmpty() ? copy : paths.refuseSame(from, to).then(copy);
    }

    private static void warnOfHalf(Path path, Throwable fault) {
        LOG.warn("{}: the half of a cancelled copy could not be deleted", path, fault);
    }

    // ------------------------------------------------------------------------------------------- end

    /**
     * Closes all files and ends the threads: opens are refused, operations in flight ended or waited for. Once, however often
     * it is called.
     *
     * @return completes when all has ended; fails with {@code ETIMEDOUT} when that takes longer than the time-out
     */
    public Mono<Void> closeLater() {
        return termination;
    }

    private Mono<Void> terminate() {
        closing = true;
        return Flux.fromIterable(files)
                .flatMap(
                        file -> file.close().onErrorResume(fault -> {
                            LOG.warn("a file could not be closed", fault);
                            return Mono.empty();
                        }),
                        Integer.MAX_VALUE)
                .then(engine.shutdown())
                .then(pool.shutdown())
                .timeout(closeTimeout)
                .onErrorMap(
                        TimeoutException.class,
                        late -> IoFault.of(
                                "close", null, Errno.ETIMEDOUT, "operations have not ended within " + closeTimeout));
    }

    /**
     * Like {@link #closeLater}, and waits for it.
     *
     * @throws IOException if it took too long
     * @throws IllegalStateException on a thread that must not block, where nothing is closed
     */
    @Override
    public void close() throws IOException {
        if (Schedulers.isInNonBlockingThread()) {
            throw new IllegalStateException("close: on a thread that must not block (expected: closeLater())");
        }
        try {
            closeLater().block();
        } catch (RuntimeException e) {
            if (e.getCause() instanceof IOException failure) {
                throw failure;
            }
            throw e;
        }
    }

    /** Sets up a {@link Proactor}. */
    public static final class Builder {
        private @Nullable Backend backend;
        private String name = "bastion-io";
        private int loops = 1;
        private int maxInFlight = 1_024;
        private int threads = Schedulers.DEFAULT_BOUNDED_ELASTIC_SIZE;
        private ByteBufAllocator allocator = PooledByteBufAllocator.DEFAULT;
        private Duration closeTimeout = Duration.ofSeconds(30);

        private Builder() {}

        /** Forces a backend, whatever the system property says. */
        public Builder backend(Backend backend) {
            this.backend = backend;
            return this;
        }

        /** What its threads are called; by default {@code bastion-io}. */
        public Builder name(String name) {
            this.name = name;
            return this;
        }

        /** How many event loops io_uring gets; by default 1, which is enough for several GB/s. A file stays on one of them. */
        public Builder loops(int loops) {
            this.loops = Check.positive("loops", loops);
            return this;
        }

        /** How many operations a loop has in the kernel at a time, at most 8,192; by default 1,024. Others wait in order. */
        public Builder maxInFlight(int maxInFlight) {
            if (maxInFlight > UringEngine.Limits.MOST_IN_FLIGHT) {
                throw new IllegalArgumentException(
                        "maxInFlight: " + maxInFlight + " (expected: <= " + UringEngine.Limits.MOST_IN_FLIGHT + ")");
            }
            this.maxInFlight = Check.positive("maxInFlight", maxInFlight);
            return this;
        }

        /** How many threads may block: for all operations of the nio backend, for those on paths of either; by default 10 for each processor. */
        public Builder threads(int threads) {
            this.threads = Check.positive("threads", threads);
            return this;
        }

        /** Where the buffers of streams come from; by default Netty's pooled allocator. */
        public Builder allocator(ByteBufAllocator allocator) {
            this.allocator = allocator;
            return this;
        }

        /** How long a close waits for operations that cannot be ended; by default 30 s. */
        public Builder closeTimeout(Duration closeTimeout) {
            this.closeTimeout = closeTimeout;
            return this;
        }

        /**
         * Starts it.
         *
         * @throws IllegalStateException if a forced backend does not work here, with the cause
         */
        public Proactor build() {
            BlockingPool pool = new BlockingPool(name + "-blocking", threads);
            NioEngine nio = new NioEngine(pool, name, allocator);
            Engine engine = Backends.choose(
                    backend,
                    System.getProperty(Backend.PROPERTY, "auto"),
                    nio,
                    () -> UringEngine.start(name, UringEngine.Limits.of(loops, maxInFlight), nio, pool, allocator));
            return new Proactor(engine, pool, allocator, closeTimeout);
        }
    }

    @Override
    public String toString() {
        return "Proactor[" + backend() + ", " + files.size() + " files]";
    }
}
