package io.bastion.benchmarks.work;

import java.util.Arrays;
import java.util.List;
import java.util.Locale;
import java.util.Map;
import java.util.Optional;
import java.util.stream.Collectors;

/** The list of workloads. */
@SuppressWarnings("ImmutableEnumChecker") // what it holds is immutable, as its type cannot tell
public enum Workload {
    /** See {@link Tell}. */
    TELL(Group.MESSAGES, "tell 1→1 from outside", Map.of(Metric.THROUGHPUT, times(4), Metric.ALLOCATION, atMost(24))),
    /** One thread outside sends batches of 256 to one actor. */
    TELL_ALL(Group.MESSAGES, "batches of 256 1→1 from outside", Map.of(Metric.ALLOCATION, atMost(24))),
    /** See {@link FanIn}. */
    FAN_IN(Group.MESSAGES, "fan-in 4→1", Map.of(Metric.THROUGHPUT, times(2.5), Metric.ALLOCATION, atMost(24))),
    /** See {@link FanIn}; a burst is sent in one step. */
    FAN_IN_ALL(
            Group.MESSAGES,
            "fan-in 4→1 by batches",
            Map.of(Metric.THROUGHPUT, times(5), Metric.ALLOCATION, atMost(24))),
    /** See {@link PingPong}. */
    PING_PONG(
            Group.MESSAGES, "ping-pong, 1 pair", Map.of(Metric.THROUGHPUT, times(2.5), Metric.ALLOCATION, atMost(48))),
    /** See {@link PingPong}. */
    PAIRS(
            Group.MESSAGES,
            "ping-pong, 64 pairs, window 16",
            Map.of(Metric.THROUGHPUT, times(3.5), Metric.ALLOCATION, atMost(48))),
    /** See {@link Ring}. */
    RING(Group.MESSAGES, "ring of 100, 1 token", Map.of(Metric.THROUGHPUT, times(4), Metric.ALLOCATION, atMost(24))),
    /** See {@link Ring}. */
    RING_TOKENS(Group.MESSAGES, "ring of 100, 64 tokens", Map.of(Metric.ALLOCATION, atMost(24))),
    /** See {@link Spawn}. */
    SPAWN(Group.MESSAGES, "spawn + message + stop", Map.of(Metric.THROUGHPUT, times(12))),
    /** See {@link Skynet}. */
    SKYNET(Group.MESSAGES, "skynet, 1 M leaves", Map.of(Metric.THROUGHPUT, times(12))),
    /** See {@link Ask}. */
    ASK(Group.MESSAGES, "ask, 256 chains, time-out 5 s", Map.of(Metric.THROUGHPUT, times(3))),

    /** See {@link Restart}; one actor. */
    RESTART(Group.SUPERVISION, "restart, 1 actor", Map.of(Metric.THROUGHPUT, times(3))),
    /** See {@link Restart}; 64 actors. */
    RESTARTS(Group.SUPERVISION, "restart, 64 actors", Map.of(Metric.THROUGHPUT, times(3))),
    /** One of eight siblings fails, and all are restarted. */
    RESTART_ALL(Group.SUPERVISION, "restart of 8 by one-for-all"),
    /** A tree of supervisors above ten thousand actors starts and stops. */
    TREE_10K(Group.SUPERVISION, "supervised tree, 10 k actors"),
    /** A tree of supervisors above a hundred thousand actors starts and stops. */
    TREE_100K(
            Group.SUPERVISION,
            "supervised tree, 100 k actors",
            Map.of(Metric.THROUGHPUT, new Goal.OfOther(0.5, TREE_10K))),
    /** A tree of supervisors above a million actors starts and stops. */
    TREE_1M(
            Group.SUPERVISION,
            "supervised tree, 1 M actors",
            Map.of(Metric.THROUGHPUT, new Goal.OfOther(0.5, TREE_10K))),

    /** Living actors without a name. */
    HEAP_UNNAMED(Group.HEAP, "actor without a name", Map.of(Metric.HEAP_IDLE, atMost(120))),
    /** Living actors with a name. */
    HEAP_NAMED(Group.HEAP, "actor with a name", Map.of(Metric.HEAP_IDLE, atMost(200))),
    /** Living actors without a name whose behaviour is a reactive processor. */
    HEAP_FLOW(Group.HEAP, "flow actor without a name", Map.of()),

    /** A flow that maps. */
    FLOW_MAP(Group.FLOWS, "map"),
    /** A flow that maps and filters. */
    FLOW_MAP_FILTER(Group.FLOWS, "map + filter"),
    /** A flow that makes an empty list of each message. */
    FLOW_FLAT_MAP_ITERABLE(Group.FLOWS, "flatMapIterable"),
    /** A flow that makes an empty publisher of each message, one after another. */
    FLOW_CONCAT_MAP(Group.FLOWS, "concatMap"),
    /** A flow that makes a publisher of each message, many at a time. */
    FLOW_FLAT_MAP(Group.FLOWS, "flatMap"),
    /** A flow that requests 256 at a time. */
    FLOW_LIMIT_RATE(Group.FLOWS, "limitRate(256)"),
    /** One thread outside tells one actor without a window and tells again what was refused. */
    BOUNDED_64K(Group.FLOWS, "mailbox bounded at 64 k"),
    /** One thread outside tells one actor without a window and tells again what was refused. */
    BOUNDED_1K(Group.FLOWS, "mailbox bounded at 1 k"),
    /** A publisher feeds one actor, with a credit of 256. */
    FEED(Group.FLOWS, "fed by a publisher, credit 256"),

    /** A range through one stage on another thread to a consumer; see {@link StreamLoads}. */
    BORDER(Group.STREAMS, "range → actor → consumer", Map.of(Metric.THROUGHPUT, times(1))),
    /** The same with a source that cannot be pulled. */
    BORDER_PUSHED(Group.STREAMS, "pushed source → actor → consumer", Map.of(Metric.THROUGHPUT, times(1))),
    /** A range, each of whose elements an actor is told on the way. */
    TELL_EACH(Group.STREAMS, "range, told an actor each"),
    /** A range, about each of whose elements an actor is asked; replies in order, 256 at a time. */
    ASK_EACH(Group.ASKS_IN_STREAMS, "range, an actor asked about each", Map.of(Metric.THROUGHPUT, times(3))),

    /** See {@link SchedulerLoads#worker}. */
    WORKER(Group.SCHEDULERS, "Worker fed from outside"),
    /** See {@link SchedulerLoads#workers}. */
    WORKERS(Group.SCHEDULERS, "64 Workers that reschedule themselves"),
    /** See {@link SchedulerLoads#direct}. */
    DIRECT(Group.SCHEDULERS, "schedule, from outside"),

    /** See {@link TimerSurvey}. */
    TIMERS(Group.TIMERS, "1 M pending timers"),

    /** See {@link BlockReads}; what is read is in the page cache, and each read begins where the last result came. */
    FILE_READ_1(Group.FILES, "cached 4 KiB reads, 1 at a time"),
    /** The same, 32 at a time. */
    FILE_READ_32(
            Group.FILES,
            "cached 4 KiB reads, 32 at a time",
            Map.of(
                    Metric.THROUGHPUT,
                    all(beside("elastic-channel", 1.5), beside("fio", 0.9)),
                    Metric.PROCESSOR,
                    beside("elastic-channel", 2))),
    /** The same, 128 at a time. */
    FILE_READ_128(Group.FILES, "cached 4 KiB reads, 128 at a time"),
    /** The same, but another thread gets the results and begins the reads. */
    FILE_READ_OUTSIDE_1(
            Group.FILES,
            "the same from another thread, 1 at a time",
            Map.of(Metric.THROUGHPUT, beside("elastic-channel", 1))),
    /** The same, 32 at a time. */
    FILE_READ_OUTSIDE_32(Group.FILES, "the same from another thread, 32 at a time"),
    /** The same, 128 at a time. */
    FILE_READ_OUTSIDE_128(Group.FILES, "the same from another thread, 128 at a time"),
    /** See {@link BlockReads}; past the page cache. */
    FILE_DIRECT_32(Group.FILES, "O_DIRECT 4 KiB reads, 32 at a time", direct()),
    /** The same, 128 at a time. */
    FILE_DIRECT_128(Group.FILES, "O_DIRECT 4 KiB reads, 128 at a time", direct()),
    /** See {@link FileLoads#passes}. */
    FILE_SEQUENTIAL(
            Group.FILES,
            "cached, in a row, 256 KiB chunks",
            Map.of(
                    Metric.THROUGHPUT,
                    all(beside("channel-loop", 0.75), beside("spring-channel", 1.2), beside("spring-async", 1.2)))),
    /** See {@link FileLoads#groups}; in one operation. */
    FILE_GATHER(Group.FILES, "64 × 256 B, one gathering write"),
    /** See {@link FileLoads#groups}; an operation for each buffer. */
    FILE_WRITES(Group.FILES, "64 × 256 B, a write per buffer"),
    /** See {@link FileLoads#streams}. */
    FILE_STREAM(Group.FILES, "Flux of 256 B buffers to a file", Map.of(Metric.PROCESSOR, beside("spring-async", 10))),

    /** See {@link FarTells#raw}; one target. */
    CLUSTER_RAW_1(Group.CLUSTER, "64 B to 1 actor", Map.of(Metric.THROUGHPUT, times(5))),
    /** The same with five. */
    CLUSTER_RAW_5(Group.CLUSTER, "64 B to 5 actors", Map.of(Metric.THROUGHPUT, times(5))),
    /** The same with a hundred. */
    CLUSTER_RAW_100(Group.CLUSTER, "64 B to 100 actors", Map.of(Metric.THROUGHPUT, times(5))),
    /** The same with ten thousand. */
    CLUSTER_RAW_10K(Group.CLUSTER, "64 B to 10 k actors", Map.of(Metric.THROUGHPUT, times(5))),
    /** See {@link FarTells#besideSlow}. */
    CLUSTER_SLOW(
            Group.CLUSTER,
            "64 B to 99 actors beside a slow one",
            Map.of(Metric.THROUGHPUT, new Goal.OfOther(0.8, CLUSTER_RAW_100))),
    /** As {@link #CLUSTER_RAW_100}, but over mutual TLS. */
    CLUSTER_TLS(
            Group.CLUSTER,
            "64 B to 100 actors, mutual TLS",
            Map.of(Metric.THROUGHPUT, new Goal.OfOther(0.7, CLUSTER_RAW_100))),
    /** See {@link FarTells#typed}; by the codec that a system has for it by default, Jackson's CBOR. */
    CLUSTER_TYPED(Group.CLUSTER, "record to 100 actors, CBOR", Map.of(Metric.THROUGHPUT, times(2))),
    /** The same by Apache Fory. */
    CLUSTER_TYPED_FORY(Group.CLUSTER, "record to 100 actors, Fory", Map.of(Metric.THROUGHPUT, times(8))),
    /** See {@link RoundTrips}. */
    CLUSTER_ROUND_TRIP(Group.CLUSTER, "64 B there and back", Map.of(Metric.ROUND_TRIP_MEDIAN, times(2))),
    /** See {@link FarHeap}. */
    CLUSTER_HEAP(Group.CLUSTER, "a pair of actors of two nodes");

    private final Group group;
    private final String title;
    private final Map<Metric, Goal> goals;

    Workload(Group group, String title) {
        this(group, title, Map.of());
    }

    Workload(Group group, String title, Map<Metric, Goal> goals) {
        this.group = group;
        this.title = title;
        this.goals = goals;
    }

    /** The table that shows it. */
    public Group group() {
        return group;
    }

    /** What is done, for people. */
    public String title() {
        return title;
    }

    /** What ours is to reach. */
    public Optional<Goal> goal(Metric metric) {
        return Optional.ofNullable(goals.get(metric));
    }

    /** The workload whose figures of the rivals are compared with: that for which they have no special call. */
    public Workload baseline() {
        return switch (this) {
            case TELL_ALL -> TELL;
            case FAN_IN_ALL -> FAN_IN;
            case CLUSTER_TYPED_FORY -> CLUSTER_TYPED;
            default -> this;
        };
    }

    /** The name in options and files, such as {@code fan-in}. */
    public String id() {
        return name().toLowerCase(Locale.ROOT).replace('_', '-');
    }

    /**
     * The workload of an id.
     *
     * @throws IllegalArgumentException if there is none
     */
    public static Workload of(String id) {
        return Arrays.stream(values())
                .filter(workload -> workload.id().equals(id))
                .findFirst()
                .orElseThrow(() -> new IllegalArgumentException("workload: \"" + id + "\" (expected: one of "
                        + Arrays.stream(values()).map(Workload::id).collect(Collectors.joining(", ")) + ")"));
    }

    private static Goal times(double factor) {
        return new Goal.Times(factor);
    }

    private static Goal beside(String system, double factor) {
        return new Goal.Beside(system, factor);
    }

    private static Goal all(Goal... goals) {
        return new Goal.All(List.of(goals));
    }

    private static Map<Metric, Goal> direct() {
        return Map.of(
                Metric.THROUGHPUT,
                beside("async-channel", 0.8),
                Metric.PROCESSOR,
                beside("async-channel", 1 / 0.55),
                Metric.SWITCHES,
                atMost(0.05));
    }

    private static Goal atMost(double value) {
        return new Goal.AtMost(value);
    }
}
