package io.bastion.examples;

import io.bastion.actor.ActorSystem;
import io.bastion.actor.Distributor;
import io.bastion.cluster.Cluster;
import io.bastion.cluster.ClusterEvent.MemberUp;
import io.bastion.cluster.Traffic;
import io.bastion.examples.index.ChunkReader;
import io.bastion.examples.index.IndexReport;
import io.bastion.examples.index.Indexer;
import io.bastion.examples.index.NodeParser;
import io.bastion.examples.index.Progress;
import io.bastion.io.Proactor;
import java.io.IOException;
import java.io.PrintStream;
import java.nio.file.Path;
import java.time.Duration;
import java.util.List;
import java.util.Map;
import java.util.concurrent.ConcurrentHashMap;
import java.util.concurrent.atomic.AtomicLong;
import reactor.core.publisher.Flux;

/**
 * The showcase on several nodes: this process, and others that it starts. All parse files. When half of them are done the last of the
 * others is killed, and what it had to do is done by those who are left.
 *
 * @param nodes how many, this process included
 * @param root the directory
 * @param io what reads the files here
 * @param reader how
 */
record ShowcaseCluster(int nodes, Path root, Proactor io, ChunkReader reader) {
    private static final Duration START = Duration.ofMinutes(2);
    private static final Duration LOOK = Duration.ofMillis(20);

    /**
     * What came of it.
     *
     * @param report the index
     * @param nodes how many there were
     * @param names what they are called, by their addresses
     * @param killed the name of the one that was killed
     * @param traffic messages between this node and each other; the last that is known of one that was lost
     * @param repeated files that were given to a node that was lost, and then to another one
     */
    record Result(
            IndexReport report,
            int nodes,
            Map<String, String> names,
            String killed,
            List<Traffic> traffic,
            long repeated) {}

    /** Blocks until it is done. */
    Result index(PrintStream err) throws IOException {
        try (ActorSystem system = ActorSystem.create(Showcase.NAME);
                Processes processes = new Processes();
                ProgressDisplay display = new ProgressDisplay(err)) {
            Cluster cluster = ShowcaseNode.join(nameOf(1), system, io, reader);
            Map<String, String> names = names(cluster);
            for (int i = 2; i < nodes; i++) {
                start(i, cluster, processes);
            }
            Process last = start(nodes, cluster, processes);
            awaitAll(cluster);
            Map<String, Traffic> traffic = new ConcurrentHashMap<>();
            AtomicLong repeated = new AtomicLong();
            IndexReport report = Indexer.overNodes(
                            cluster, system, io, reader, nodes * Showcase.PARSERS, Showcase.REDUCERS, repeated)
                    .index(root, progress -> {
                        display.show(progress);
                        killInTheMiddle(last, progress);
                        cluster.traffic().forEach(now -> traffic.put(now.address(), now));
                    });
            String killed = last.isAlive() ? "none" : nameOf(nodes);
            return new Result(report, nodes, names, killed, List.copyOf(traffic.values()), repeated.get());
        }
    }

    /** Those of all nodes that have been there, by their addresses. */
    private static Map<String, String> names(Cluster cluster) {
        Map<String, String> names = new ConcurrentHashMap<>();
        cluster.events()
                .ofType(MemberUp.class)
                .map(MemberUp::member)
                .subscribe(member -> names.put(member.address(), member.name()));
        return names;
    }

    private static String nameOf(int number) {
        return "node " + number;
    }

    private Process start(int number, Cluster cluster, Processes processes) throws IOException {
        return processes.start(
                ShowcaseNode.class,
                nameOf(number),
                cluster.self().address(),
                io.backend().name());
    }

    private void awaitAll(Cluster cluster) throws IOException {
        int parsers = nodes * Showcase.PARSERS;
        Distributor<?> group = NodeParser.all(cluster);
        Boolean complete = Flux.interval(LOOK)
                .map(tick -> group.members().size() == parsers)
                .takeUntil(all -> all)
                .take(START)
                .blockLast();
        if (!Boolean.TRUE.equals(complete)) {
            throw new IOException("nodes: " + cluster.members() + " (expected: " + nodes + ")");
        }
    }

    private static void killInTheMiddle(Process process, Progress progress) {
        if (progress.files() > 0 && progress.done() == progress.files() / 2) {
            process.destroyForcibly();
        }
    }
}
