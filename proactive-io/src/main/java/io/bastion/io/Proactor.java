package io.bastion.io;

import io.bastion.actor.ActorContext;
import io.bastion.actor.ActorSpec;
import io.bastion.actor.Behavior;
import io.bastion.scheduler.NumaTopology;
import io.netty.buffer.ByteBufAllocator;
import io.netty.buffer.PooledByteBufAllocator;
import io.netty.channel.unix.DomainSocketAddress;
import java.io.IOException;
import java.net.SocketAddress;
import java.net.UnixDomainSocketAddress;
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
import java.util.function.BiFunction;
import java.util.function.Consumer;
import java.util.function.Function;
import java.util.function.Supplier;
import java.util.function.UnaryOperator;
import org.jspecify.annotations.Nullable;
import org.reactivestreams.Publisher;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;
import reactor.core.publisher.Flux;
import reactor.core.publisher.Mono;
import reactor.core.scheduler.Schedulers;
import reactor.netty.Connection;
import reactor.netty.resources.LoopResources;
import reactor.netty.tcp.TcpClient;
import reactor.netty.tcp.TcpServer;
import reactor.netty.udp.UdpClient;
import reactor.netty.udp.UdpServer;

/**
 * Files and sockets without blocking: owns a {@link Backend} for files, a {@link Transport} for sockets, their threads and
 * limits, and every file and socket that has been opened by them.
 *
 * <p><b>Files.</b> By default io_uring is used where it works, with one event loop, and threads with {@code FileChannel} elsewhere; the
 * system property {@value Backend#PROPERTY} and {@link Builder#backend} force one, which fails if it is not there. Operations on
 * paths rather than on open files run on the threads with either: the kernel would run them on threads of its own.
 *
 * <p><b>Sockets</b> are Reactor Netty's, on event loops of the proactor's own, which begin with the first of them. By default epoll is
 * used where it works, and nio elsewhere; the system property {@value Transport#PROPERTY} and {@link Builder#transport} force
 * one, which fails if it is not there.
 *
 * <p>Thread-safe. Everything that it returns begins when it is subscribed to. Files fail with an {@link IoFault}, sockets with the
 * exceptions of Reactor Netty. Threads are daemons, and bound to the processors of a NUMA node where there are several.
 */
public final class Proactor implements AutoCloseable {
    private static final Logger LOG = LoggerFactory.getLogger(Proactor.class);

    private final Engine engine;
    private final BlockingPool pool;
    private final PathOperations paths;
    private final ByteBufAllocator allocator;
    private final Duration closeTimeout;
    private final Supplier<SocketLoops> newLoops;

    /** Guarded by this; null before the first socket. */
    private @Nullable SocketLoops sockets;

    private final Set<OpenFile> files = ConcurrentHashMap.newKeySet();
    private final Mono<Void> termination;
    private volatile boolean closing;

    Proactor(
            Engine engine,
            BlockingPool pool,
            ByteBufAllocator allocator,
            Duration closeTimeout,
            Supplier<SocketLoops> newLoops) {
        this.engine = engine;
        this.newLoops = newLoops;
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

    /** What its files run on. */
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

    // ------------------------------------------------------------------------------------------- sockets

    /**
     * The event loops of the sockets, for any server and client of Reactor Netty, HTTP too: {@code runOn(io.loopResources())}.
     * Whatever is opened on them is limited, counted and closed here.
     *
     * @throws IllegalStateException after it has been closed
     */
    public LoopResources loopResources() {
        return loops();
    }

    SocketLoops loops() {
        synchronized (this) {
            if (sockets == null) {
                if (closing) {
                    throw new IllegalStateException("sockets: the proactor has been closed (expected: an open one)");
                }
                sockets = newLoops.get();
            }
            return sockets;
        }
    }

    private @Nullable SocketLoops startedLoops() {
        synchronized (this) {
            return sockets;
        }
    }

    /** What its sockets run on; begins the loops. */
    public Transport transport() {
        return loops().transport();
    }

    /** How many sockets are open: listeners, connections of either side, and those of UDP. */
    public int openSockets() {
        SocketLoops started = startedLoops();
        return started == null ? 0 : started.openSockets();
    }

    /** How many connections were closed as they came because there were {@link Builder#maxConnections} already. */
    public long refusedConnections() {
        SocketLoops started = startedLoops();
        return started == null ? 0 : started.refused();
    }

    /** A server of TCP, or of Unix domain sockets, to be set up and bound; on the loops of this proactor. */
    public TcpServer tcpServer() {
        return TcpServer.create().runOn(loops());
    }

    /** A client of TCP, or of Unix domain sockets, to be set up and connected, without a pool; on the loops of this proactor. */
    public TcpClient tcpClient() {
        return TcpClient.newConnection().runOn(loops()).resolver(loops().resolver());
    }

    /** A socket that takes datagrams from anybody, to be set up and bound; on the loops of this proactor. */
    public UdpServer udpServer() {
        return UdpServer.create().runOn(loops());
    }

    /** A socket for datagrams of one peer, to be set up and connected; on the loops of this proactor. */
    public UdpClient udpClient() {
        return UdpClient.create().runOn(loops()).resolver(loops().resolver());
    }

    /** The address of a Unix domain socket as the transport wants it, for {@code bindAddress} and {@code remoteAddress}. */
    public SocketAddress unixAddress(Path path) {
        return transport() == Transport.NIO
                ? UnixDomainSocketAddress.of(path)
                : new DomainSocketAddress(path.toString());
    }

    /** The sockets of one incarnation of an actor; see {@link ActorSockets}. To be called on the actor's worker. */
    public ActorSockets sockets(ActorContext<?> context) {
        return ActorSockets.of(loops(), context);
    }

    /**
     * An actor that listens, to be spawned or put under a supervisor: each connection that it accepts becomes a child of it, an
     * actor with a behavior of its own. A connection that it is told becomes one too.
     *
     * <p>A connection is closed when its actor ends, be it stopped, failed or killed; what has been written before is still
     * sent, for up to a second. Its actor is never restarted, and its failure is nobody else's. When the connection has been closed and all that it
     * received has been taken, its actor is drained. When the peer has ended its output only, the
     * connection stays open until the actor ends.
     *
     * <p>The listener fails when it cannot bind, and is restarted after 0.1 to 10 s unless {@link ActorSpec#restart} says
     * otherwise. Its connections end with it.
     *
     * @param name the name of the listener
     * @param settings where and how it listens, on {@link #tcpServer}; half-closed connections are allowed unless it says
     *     otherwise, and its {@code handle} must not be set
     * @param behavior makes the behavior of a connection
     */
    public <M> ActorSpec<Connection> listener(
            String name,
            UnaryOperator<TcpServer> settings,
            BiFunction<? super ActorContext<M>, ? super ActorConnection, ? extends Behavior<M>> behavior) {
        return listener(name, settings, behavior, UnaryOperator.identity());
    }

    /**
     * Like {@link #listener(String, UnaryOperator, BiFunction)} with other settings of the connections' actors.
     *
     * @param actors changes the specification, as its mailbox; its restart is not heeded
     */
    public <M> ActorSpec<Connection> listener(
            String name,
            UnaryOperator<TcpServer> settings,
            BiFunction<? super ActorContext<M>, ? super ActorConnection, ? extends Behavior<M>> behavior,
            UnaryOperator<ActorSpec<M>> actors) {
        return Listener.spec(this, name, settings, behavior, actors);
    }

    // ------------------------------------------------------------------------------------------- end

    /**
     * Closes all sockets, listeners first, then all files, and ends the threads: opens are refused, operations in flight ended or
     * waited for. What has been written to a socket is still sent, for up to a second. Once, however often it is called.
     *
     * @return completes when all has ended; fails with {@code ETIMEDOUT} when that takes longer than the time-out
     */
    public Mono<Void> closeLater() {
        return termination;
    }

    private Mono<Void> terminate() {
        SocketLoops started;
        synchronized (this) {
            closing = true;
            started = sockets;
        }
        Mono<Void> socketsClosed = started == null ? Mono.empty() : started.closeAll();
        Mono<Void> loopsEnded = started == null ? Mono.empty() : started.shutdown();
        return socketsClosed
                .then(Mono.defer(this::closeFiles))
                .then(loopsEnded)
                .then(engine.shutdown())
                .then(pool.shutdown())
                .timeout(closeTimeout)
                .onErrorMap(
                        TimeoutException.class,
                        late -> IoFault.of(
                                "close", null, Errno.ETIMEDOUT, "operations have not ended within " + closeTimeout));
    }

    private Mono<Void> closeFiles() {
        return Flux.fromIterable(files)
                .flatMap(
                        file -> file.close().onErrorResume(fault -> {
                            LOG.warn("a file could not be closed", fault);
                            return Mono.empty();
                        }),
                        Integer.MAX_VALUE)
                .then();
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
        private @Nullable Transport transport;
        private @Nullable NumaTopology topology;
        private @Nullable Boolean pinned;
        private int loops = 1;
        private int socketLoops;
        private int maxConnections = Integer.MAX_VALUE;
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

        /** Forces a transport of the sockets, whatever the system property says. */
        public Builder transport(Transport transport) {
            this.transport = transport;
            return this;
        }

        /** How many event loops the sockets get; by default one for each processor. */
        public Builder socketLoops(int loops) {
            this.socketLoops = Check.positive("socketLoops", loops);
            return this;
        }

        /**
         * How many accepted connections may be open at a time, over all listeners; by default any number. What comes beyond is
         * closed at once, with a line in the log, and counted.
         */
        public Builder maxConnections(int connections) {
            this.maxConnections = Check.positive("maxConnections", connections);
            return this;
        }

        /** The NUMA nodes that the event loops are spread over; {@link NumaTopology#system()} by default. */
        public Builder topology(NumaTopology topology) {
            this.topology = topology;
            return this;
        }

        /** Whether the threads of the event loops are bound to the cpus of their nodes; by default if there is more than one node. */
        public Builder pinned(boolean pinned) {
            this.pinned = pinned;
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

        /** Where the buffers of streams and sockets come from; by default Netty's pooled allocator. */
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
         * @throws IllegalStateException if a forced backend or transport does not work here, with the cause
         */
        public Proactor build() {
            NumaTopology nodes = topology == null ? NumaTopology.system() : topology;
            boolean bound = pinned == null ? nodes.nodes().size() > 1 : pinned;
            Transport forced = Transports.forced(transport, System.getProperty(Transport.PROPERTY, "auto"));
            if (forced != null) {
                Transports.choose(forced, Transports::obstacle);
            }
            BlockingPool pool = new BlockingPool(name + "-blocking", threads);
            NioEngine nio = new NioEngine(pool, name, allocator);
            Engine engine = Backends.choose(
                    backend,
                    System.getProperty(Backend.PROPERTY, "auto"),
                    nio,
                    () -> UringEngine.start(
                            new LoopThreads(name + "-file", nodes, bound),
                            UringEngine.Limits.of(loops, maxInFlight),
                            nio,
                            pool,
                            allocator));
            int count = socketLoops == 0 ? nodes.parallelism() : socketLoops;
            int most = maxConnections;
            return new Proactor(
                    engine,
                    pool,
                    allocator,
                    closeTimeout,
                    () -> new SocketLoops(
                            Transports.choose(forced, Transports::obstacle),
                            count,
                            new LoopThreads(name + "-socket", nodes, bound),
                            nodes,
                            most,
                            allocator));
        }
    }

    @Override
    public String toString() {
        return "Proactor[" + backend() + ", " + files.size() + " files, " + openSockets() + " sockets]";
    }
}
