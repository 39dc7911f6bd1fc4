package io.bastion.cluster;

import io.bastion.cluster.link.SimulatedNetwork;
import java.time.Duration;
import java.util.ArrayList;
import java.util.Collection;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.Random;
import java.util.concurrent.ThreadFactory;
import java.util.concurrent.TimeUnit;
import java.util.function.BooleanSupplier;
import java.util.function.Supplier;
import java.util.stream.Stream;
import reactor.core.scheduler.Scheduler;
import reactor.core.scheduler.Schedulers;
import reactor.test.scheduler.VirtualTimeScheduler;

/**
 * Nodes on a simulated network in virtual time, scalecube's part of them, too. For one thread, on which all runs.
 *
 * <p>Not all is determined by the seed: scalecube draws some of its numbers elsewhere.
 */
final class Lab implements AutoCloseable {
    private static final Duration STEP = Duration.ofMillis(100);

    final Random random;
    final SimulatedNetwork network;
    private final VirtualTimeScheduler time = VirtualTimeScheduler.create();
    private final Map<String, Gate> processes = new LinkedHashMap<>();
    private final List<LabNode> nodes = new ArrayList<>();

    /** That nodes have listened on, one incarnation after another. */
    final List<Integer> ports = new ArrayList<>();

    Lab(long seed) {
        random = new Random(seed);
        network = SimulatedNetwork.seeded(seed, time).delay(Duration.ofMillis(1), Duration.ofMillis(20));
        Schedulers.setFactory(new Schedulers.Factory() {
            @Override
            public Scheduler newSingle(ThreadFactory threads) {
                String name = threads instanceof Supplier<?> named ? String.valueOf(named.get()) : "";
                return process(name.substring(name.lastIndexOf("-") + 1)).scheduler(); // sc-cluster-host:port
            }

            @Override
            public Scheduler newParallel(int parallelism, ThreadFactory threads) {
                return time;
            }
        });
    }

    Gate process(String address) {
        return processes.computeIfAbsent(address, a -> new Gate(time));
    }

    static String address(int node) {
        return "n" + node + ":1";
    }

    /** Starts a process; those whose addresses it knows are nodes 1 and 2. */
    LabNode start(int number) {
        return start(number, ClusterConfig.named("lab").seeds(address(1), address(2)));
    }

    LabNode start(int number, ClusterConfig.Builder builder) {
        String address = address(number);
        Gate old = processes.remove(address);
        if (old != null) {
            network.kill(address); // if it is still about to leave
            old.kill();
        }
        ClusterConfig config = builder.host("n" + number)
                .port(1)
                .nodeName("node-" + number)
                .discovery(Discovery.none())
                .build();
        Surroundings surroundings = new Surroundings(
                port -> {
                    ports.add(port);
                    return network.transport("n" + number, port);
                },
                process(address).scheduler(),
                () -> time.now(TimeUnit.NANOSECONDS),
                random::nextLong);
        LabNode node = new LabNode(address);
        nodes.removeIf(former -> former.address.equals(address));
        nodes.add(node);
        ClusterNode.start(config, surroundings).subscribe(node::started, node::failed);
        return node;
    }

    /** Nodes 1 to n, all members of one cluster. */
    List<LabNode> cluster(int n) {
        for (int i = 1; i <= n; i++) {
            start(i);
            run(Duration.ofMillis(random.nextInt(500)));
        }
        until("all are members", Duration.ofSeconds(30), this::converged);
        return List.copyOf(nodes);
    }

    void crash(LabNode node) {
        network.kill(node.address);
        network.thaw(node.address); // whatever it was, it is dead
        process(node.address).kill();
        nodes.remove(node);
    }

    void freeze(LabNode node) {
        process(node.address).freeze();
        network.freeze(node.address);
    }

    void thaw(LabNode node) {
        process(node.address).thaw();
        network.thaw(node.address);
    }

    void leave(LabNode node) {
        node.cluster().leave().subscribe();
        nodes.remove(node);
    }

    void partition(Collection<LabNode> some, Collection<LabNode> others) {
        network.partition(addresses(some), addresses(others));
    }

    private static List<String> addresses(Collection<LabNode> nodes) {
        return nodes.stream().map(node -> node.address).toList();
    }

    List<LabNode> nodes() {
        return List.copyOf(nodes);
    }

    /** All living nodes, and they only, are members in the eyes of each, which all have a quorum. */
    boolean converged() {
        return agree(nodes) && nodes.stream().allMatch(node -> node.cluster().hasQuorum());
    }

    /** These nodes, and they only, are members in the eyes of each. */
    boolean agree(Collection<LabNode> some) {
        if (!some.stream().allMatch(LabNode::isStarted)) {
            return false;
        }
        List<Long> all = uids(some.stream().map(node -> node.cluster().self()));
        return some.stream()
                .allMatch(node -> uids(node.cluster().members().stream()).equals(all));
    }

    private static List<Long> uids(Stream<Member> members) {
        return members.map(Member::uid).sorted().toList();
    }

    void run(Duration duration) {
        time.advanceTimeBy(duration);
    }

    /** Lets time pass until that is so; how long it took. */
    Duration until(String what, Duration limit, BooleanSupplier condition) {
        Duration passed = Duration.ZERO;
        while (!condition.getAsBoolean()) {
            if (passed.compareTo(limit) > 0) {
                throw new AssertionError("not within " + limit + ": " + what + "\n" + this);
            }
            run(STEP);
            passed = passed.plus(STEP);
        }
        return passed;
    }

    long now() {
        return time.now(TimeUnit.MILLISECONDS);
    }

    @Override
    public String toString() {
        StringBuilder text = new StringBuilder();
        for (LabNode node : nodes) {
            text.append(node).append('\n');
        }
        return text.toString();
    }

    @Override
    public void close() {
        Schedulers.resetFactory();
        processes.values().forEach(Gate::kill);
        time.dispose();
    }
}
