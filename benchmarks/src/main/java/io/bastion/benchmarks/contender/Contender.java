package io.bastion.benchmarks.contender;

import static io.bastion.benchmarks.work.Workload.ASK;
import static io.bastion.benchmarks.work.Workload.ASK_EACH;
import static io.bastion.benchmarks.work.Workload.BORDER;
import static io.bastion.benchmarks.work.Workload.BORDER_PUSHED;
import static io.bastion.benchmarks.work.Workload.CLUSTER_HEAP;
import static io.bastion.benchmarks.work.Workload.CLUSTER_RAW_1;
import static io.bastion.benchmarks.work.Workload.CLUSTER_RAW_100;
import static io.bastion.benchmarks.work.Workload.CLUSTER_RAW_10K;
import static io.bastion.benchmarks.work.Workload.CLUSTER_RAW_5;
import static io.bastion.benchmarks.work.Workload.CLUSTER_ROUND_TRIP;
import static io.bastion.benchmarks.work.Workload.CLUSTER_SLOW;
import static io.bastion.benchmarks.work.Workload.CLUSTER_TYPED;
import static io.bastion.benchmarks.work.Workload.DIRECT;
import static io.bastion.benchmarks.work.Workload.FAN_IN;
import static io.bastion.benchmarks.work.Workload.FAN_IN_ALL;
import static io.bastion.benchmarks.work.Workload.FILE_DIRECT_128;
import static io.bastion.benchmarks.work.Workload.FILE_DIRECT_32;
import static io.bastion.benchmarks.work.Workload.FILE_READ_1;
import static io.bastion.benchmarks.work.Workload.FILE_READ_128;
import static io.bastion.benchmarks.work.Workload.FILE_READ_32;
import static io.bastion.benchmarks.work.Workload.FILE_READ_OUTSIDE_1;
import static io.bastion.benchmarks.work.Workload.FILE_READ_OUTSIDE_128;
import static io.bastion.benchmarks.work.Workload.FILE_READ_OUTSIDE_32;
import static io.bastion.benchmarks.work.Workload.FILE_SEQUENTIAL;
import static io.bastion.benchmarks.work.Workload.FILE_STREAM;
import static io.bastion.benchmarks.work.Workload.FILE_WRITES;
import static io.bastion.benchmarks.work.Workload.HEAP_NAMED;
import static io.bastion.benchmarks.work.Workload.HEAP_UNNAMED;
import static io.bastion.benchmarks.work.Workload.PAIRS;
import static io.bastion.benchmarks.work.Workload.PING_PONG;
import static io.bastion.benchmarks.work.Workload.RESTART;
import static io.bastion.benchmarks.work.Workload.RESTARTS;
import static io.bastion.benchmarks.work.Workload.RING;
import static io.bastion.benchmarks.work.Workload.RING_TOKENS;
import static io.bastion.benchmarks.work.Workload.SKYNET;
import static io.bastion.benchmarks.work.Workload.SPAWN;
import static io.bastion.benchmarks.work.Workload.TELL;
import static io.bastion.benchmarks.work.Workload.TELL_ALL;
import static io.bastion.benchmarks.work.Workload.TIMERS;
import static io.bastion.benchmarks.work.Workload.WORKER;
import static io.bastion.benchmarks.work.Workload.WORKERS;

import io.bastion.benchmarks.work.Group;
import io.bastion.benchmarks.work.Setup;
import io.bastion.benchmarks.work.Workload;
import io.bastion.io.Backend;
import java.util.Arrays;
import java.util.Collections;
import java.util.EnumSet;
import java.util.Locale;
import java.util.Set;
import java.util.function.Function;
import java.util.stream.Collectors;
import reactor.core.scheduler.Schedulers;

/** The list of systems. */
@SuppressWarnings("ImmutableEnumChecker") // what it holds is immutable, as its type cannot tell
public enum Contender {
    /** Ours, with its defaults. */
    BASTION("Bastion", BastionSubject::withDefaults, EnumSet.range(TELL, TIMERS)),

    /** Our actors on the JDK's pool in place of our workers. */
    BASTION_FORK_JOIN(
            "Bastion on ForkJoinPool",
            BastionSubject::onForkJoinPool,
            EnumSet.of(TELL, FAN_IN, FAN_IN_ALL, PING_PONG, PAIRS, RING)),

    /** Ours with all meters on, which are never read: what is counted and timed, and not what a registry does with it. */
    BASTION_METERED(
            "Bastion with meters",
            BastionSubject::metered,
            EnumSet.of(TELL, FAN_IN, FAN_IN_ALL, PING_PONG, PAIRS, RING)),

    /** Pekko typed with its default dispatcher, cut down to the number of threads. */
    PEKKO(
            "Pekko",
            PekkoSubject::withDefaults,
            EnumSet.of(
                    TELL,
                    FAN_IN,
                    PING_PONG,
                    PAIRS,
                    RING,
                    RING_TOKENS,
                    SPAWN,
                    SKYNET,
                    ASK,
                    ASK_EACH,
                    RESTART,
                    RESTARTS,
                    HEAP_UNNAMED,
                    HEAP_NAMED)),

    /** Pekko typed with the settings that suit these workloads best. */
    PEKKO_TUNED(
            "Pekko tuned",
            PekkoSubject::tuned,
            EnumSet.of(
                    TELL,
                    FAN_IN,
                    PING_PONG,
                    PAIRS,
                    RING,
                    RING_TOKENS,
                    SPAWN,
                    SKYNET,
                    ASK,
                    ASK_EACH,
                    RESTART,
                    RESTARTS)),

    /** Reactor without actors: a sink for each, and {@code publishOn}. */
    REACTOR(
            "raw Reactor",
            ReactorSubject::new,
            EnumSet.of(
                    TELL,
                    FAN_IN,
                    PING_PONG,
                    PAIRS,
                    RING,
                    RING_TOKENS,
                    SPAWN,
                    ASK,
                    HEAP_UNNAMED,
                    BORDER,
                    BORDER_PUSHED,
                    ASK_EACH)),

    /** Vert.x verticles and its event bus. */
    VERTX("Vert.x", VertxSubject::new, EnumSet.of(TELL, FAN_IN, PING_PONG, PAIRS, RING, RING_TOKENS, ASK)),

    /** Bare queues between threads that never sleep: what the machine can do. */
    LIMIT("limit", setup -> new LimitSubject(), EnumSet.of(TELL, TELL_ALL, FAN_IN, PING_PONG, PAIRS)),

    /** Reactor's scheduler for work that does not block. */
    REACTOR_PARALLEL(
            "parallel",
            setup -> new SchedulerSubject(Schedulers.newParallel("parallel", setup.threads())),
            EnumSet.of(WORKER, WORKERS, DIRECT)),

    /** Reactor's scheduler for work that blocks. */
    REACTOR_ELASTIC(
            "boundedElastic",
            setup -> new SchedulerSubject(Schedulers.newBoundedElastic(setup.threads(), Integer.MAX_VALUE, "elastic")),
            EnumSet.of(WORKER, WORKERS, DIRECT)),

    /** The JDK's {@code ScheduledThreadPoolExecutor}. */
    JDK_TIMER("ScheduledThreadPool", JdkTimerSubject::new, EnumSet.of(TIMERS)),

    /** Netty's {@code HashedWheelTimer}. */
    NETTY_TIMER("Netty wheel", NettyTimerSubject::new, EnumSet.of(TIMERS)),

    /** Our files on io_uring. */
    BASTION_URING(
            "Bastion io_uring",
            setup -> new BastionFiles(setup, Backend.IO_URING),
            EnumSet.range(FILE_READ_1, FILE_STREAM)),

    /** Our files on threads. */
    BASTION_NIO("Bastion nio", setup -> new BastionFiles(setup, Backend.NIO), EnumSet.range(FILE_READ_1, FILE_STREAM)),

    /** The JDK's {@code FileChannel} on Reactor's scheduler for work that blocks. */
    ELASTIC_CHANNEL("FileChannel on boundedElastic", ElasticFiles::new, EnumSet.range(FILE_READ_1, FILE_STREAM)),

    /** The JDK's {@code AsynchronousFileChannel} with its own threads. */
    ASYNC_CHANNEL(
            "AsynchronousFileChannel",
            AsyncChannelFiles::new,
            EnumSet.of(
                    FILE_READ_1,
                    FILE_READ_32,
                    FILE_READ_128,
                    FILE_READ_OUTSIDE_1,
                    FILE_READ_OUTSIDE_32,
                    FILE_READ_OUTSIDE_128,
                    FILE_DIRECT_32,
                    FILE_DIRECT_128,
                    FILE_WRITES)),

    /** Spring's {@code DataBufferUtils} on a {@code FileChannel}, which block the subscriber's thread. */
    SPRING_CHANNEL("Spring, FileChannel", SpringChannelFiles::new, EnumSet.of(FILE_SEQUENTIAL, FILE_STREAM)),

    /** Spring's {@code DataBufferUtils} on an {@code AsynchronousFileChannel}. */
    SPRING_ASYNC("Spring, AsynchronousFileChannel", SpringAsyncFiles::new, EnumSet.of(FILE_SEQUENTIAL, FILE_STREAM)),

    /** Reactor Netty's {@code ByteBufFlux.fromPath}, which blocks the subscriber's thread. */
    BYTE_BUF_FLUX("ByteBufFlux.fromPath", ByteBufFluxFiles::new, EnumSet.of(FILE_SEQUENTIAL)),

    /** A loop around a {@code FileChannel}: what the JDK allows. */
    CHANNEL_LOOP("FileChannel loop", ChannelLoopFiles::new, EnumSet.of(FILE_SEQUENTIAL)),

    /** The benchmark of disks, a program of its own: what the machine allows. */
    FIO(
            "fio",
            FioSubject::new,
            EnumSet.of(FILE_READ_1, FILE_READ_32, FILE_READ_128, FILE_DIRECT_32, FILE_DIRECT_128, FILE_SEQUENTIAL)),

    /** Two nodes of ours. */
    BASTION_CLUSTER("Bastion cluster", BastionCluster::new, EnumSet.range(CLUSTER_RAW_1, CLUSTER_HEAP)),

    /** Pekko's remote actors over TCP. */
    PEKKO_ARTERY(
            "Pekko Artery TCP",
            PekkoArtery::new,
            EnumSet.of(
                    CLUSTER_RAW_1,
                    CLUSTER_RAW_5,
                    CLUSTER_RAW_100,
                    CLUSTER_RAW_10K,
                    CLUSTER_SLOW,
                    CLUSTER_TYPED,
                    CLUSTER_ROUND_TRIP,
                    CLUSTER_HEAP));

    private static final Set<Contender> RIVALS_IN_FILES =
            EnumSet.of(ELASTIC_CHANNEL, ASYNC_CHANNEL, SPRING_CHANNEL, SPRING_ASYNC, BYTE_BUF_FLUX);

    private final String title;
    private final Function<Setup, Subject> starter;
    private final Set<Workload> workloads;

    Contender(String title, Function<Setup, Subject> starter, Set<Workload> workloads) {
        this.title = title;
        this.starter = starter;
        this.workloads = Collections.unmodifiableSet(workloads);
    }

    /** The heading of its column. */
    public String title() {
        return title;
    }

    /** The workloads in which it takes part. */
    public Set<Workload> workloads() {
        return workloads;
    }

    /** Starts the system. */
    public Subject start(Setup setup) {
        return starter.apply(setup);
    }

    /** Whether our figures in a group are compared with those of this system. */
    public boolean isRivalIn(Group group) {
        return switch (group) {
            case STREAMS -> this == REACTOR;
            case MESSAGES, SUPERVISION, HEAP, ASKS_IN_STREAMS -> this == PEKKO || this == PEKKO_TUNED;
            case SCHEDULERS -> this == REACTOR_PARALLEL || this == REACTOR_ELASTIC;
            case TIMERS -> this == JDK_TIMER || this == NETTY_TIMER;
            case FILES -> RIVALS_IN_FILES.contains(this);
            case CLUSTER -> this == PEKKO_ARTERY;
            case FLOWS -> false;
        };
    }

    /** Which of ours the figures of a group are about. */
    public static Contender oursIn(Group group) {
        return switch (group) {
            case FILES -> BASTION_URING;
            case CLUSTER -> BASTION_CLUSTER;
            default -> BASTION;
        };
    }

    /** Why it cannot be measured here; empty if it can. */
    public String missing() {
        return switch (this) {
            case FIO -> FioSubject.missing();
            case BASTION_URING -> BastionFiles.missing();
            default -> "";
        };
    }

    /** The name in options and files, such as {@code pekko-tuned}. */
    public String id() {
        return name().toLowerCase(Locale.ROOT).replace('_', '-');
    }

    /**
     * The system of an id.
     *
     * @throws IllegalArgumentException if there is none
     */
    public static Contender of(String id) {
        return Arrays.stream(values())
                .filter(contender -> contender.id().equals(id))
                .findFirst()
                .orElseThrow(() -> new IllegalArgumentException("system: \"" + id + "\" (expected: one of "
                        + Arrays.stream(values()).map(Contender::id).collect(Collectors.joining(", ")) + ")"));
    }
}
