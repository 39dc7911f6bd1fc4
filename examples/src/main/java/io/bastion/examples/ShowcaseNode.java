package io.bastion.examples;

import io.bastion.actor.ActorSystem;
import io.bastion.cluster.Cluster;
import io.bastion.cluster.ClusterConfig;
import io.bastion.cluster.Discovery;
import io.bastion.examples.index.ChunkReader;
import io.bastion.examples.index.NodeParser;
import io.bastion.io.Backend;
import io.bastion.io.Proactor;
import java.io.IOException;
import java.time.Duration;

/** One node of the showcase on several: parses files for all of them. */
final class ShowcaseNode {
    private ShowcaseNode() {}

    /** A process that does nothing else, until its input ends; with its name, the address of the first node, and how to read files. */
    public static void main(String[] args) throws IOException {
        try (Proactor io = Proactor.builder().backend(Backend.valueOf(args[2])).build();
                ActorSystem system = ActorSystem.create(Showcase.NAME)) {
            Cluster cluster = join(args[0], system, io, Showcase.READER, args[1]);
            while (System.in.read() >= 0) {} // until the first one has ended
            cluster.leave().block();
        }
    }

    /** Makes a system a node whose parsers others use, too. */
    static Cluster join(String name, ActorSystem system, Proactor io, ChunkReader reader, String... seeds) {
        Cluster cluster =
                Cluster.start(system, config(name, seeds)).blockOptional().orElseThrow();
        cluster.shareGroup(NodeParser.GROUP);
        system.supervise(NodeParser.group(Showcase.PARSERS, io, reader))
                .whenStarted()
                .block();
        return cluster;
    }

    private static ClusterConfig config(String name, String... seeds) {
        return ClusterConfig.named(Showcase.NAME)
                .nodeName(name)
                .seeds(seeds)
                .discovery(Discovery.none())
                .pingInterval(Duration.ofMillis(200))
                .suspicion(8) // nodes that share two processors are slow, not dead
                .messageTypes(NodeParser.messages())
                .build();
    }
}
