package io.bastion.benchmarks.contender;

import io.bastion.actor.ActorRef;
import io.bastion.actor.ActorSpec;
import io.bastion.actor.ActorSystem;
import io.bastion.actor.Behavior;
import io.bastion.actor.TellResult;
import io.bastion.benchmarks.work.FarActors;
import io.bastion.benchmarks.work.Quote;
import io.bastion.benchmarks.work.Setup;
import io.bastion.benchmarks.work.Work;
import io.bastion.benchmarks.work.Workload;
import io.bastion.cluster.Cluster;
import io.bastion.cluster.ClusterConfig;
import io.bastion.cluster.DevelopmentCertificates;
import io.bastion.cluster.Discovery;
import io.bastion.cluster.codec.CborCodec;
import io.bastion.cluster.codec.ForyCodec;
import io.bastion.cluster.codec.MessageCodec;
import io.bastion.cluster.codec.MessageTypes;
import io.bastion.cluster.security.LinkSecurity;
import io.bastion.cluster.security.LinkTls;
import io.bastion.scheduler.NumaTopology;
import java.io.IOException;
import java.io.UncheckedIOException;
import java.nio.file.Files;
import java.time.Duration;
import java.util.List;
import java.util.concurrent.CopyOnWriteArrayList;
import java.util.function.Consumer;
import org.jspecify.annotations.Nullable;
import reactor.core.publisher.Mono;

/** Two nodes of a cluster of ours, with its defaults. */
final class BastionCluster implements Subject {
    private static final Duration LIMIT = Duration.ofSeconds(20);
    private static final String ACTOR = "actor";
    private static final String SLOW_ACTOR = "slow-actor";
    private static final Duration SLOW = Duration.ofMillis(1);

    private final Setup setup;
    private @Nullable Nodes nodes;

    BastionCluster(Setup setup) {
        this.setup = setup;
    }

    @Override
    public Work work(Workload workload) {
        MessageCodec codec = workload == Workload.CLUSTER_TYPED_FORY ? new ForyCodec() : new CborCodec();
        LinkSecurity security =
                workload == Workload.CLUSTER_TLS ? LinkSecurity.mutual(certified()) : LinkSecurity.loopback();
        Nodes started = new Nodes(setup, codec, security);
        nodes = started;
        return ClusterLoads.work(workload, started, setup);
    }

    private static LinkTls certified() {
        try {
            DevelopmentCertificates.NodeFiles files = DevelopmentCertificates.create()
                    .node(Files.createTempDirectory("benchmark-certificates"), ClusterLoads.HOST);
            return LinkTls.ofPem(files.certificate(), files.key(), files.authority());
        } catch (IOException e) {
            throw new UncheckedIOException(e);
        }
    }

    @Override
    public void close() {
        if (nodes != null) {
            nodes.close();
        }
    }

    private static final class Node {
        private final ActorSystem system;
        private final Cluster cluster;
        private final List<Consumer<Object>> handlers = new CopyOnWriteArrayList<>();

        Node(Setup setup, ClusterConfig config) {
            int numa = NumaTopology.system().nodes().size();
            system = ActorSystem.builder("benchmark")
                    .workers(Math.max(1, setup.threads() / numa))
                    .build();
            cluster = Cluster.start(system, config).blockOptional(LIMIT).orElseThrow();
            cluster.register(ACTOR, number -> handling(handlers.get((Integer) number)));
            cluster.register(SLOW_ACTOR, number -> slow(handlers.get((Integer) number)));
        }

        private static ActorSpec<?> handling(Consumer<Object> handler) {
            return ActorSpec.anonymous(() -> Behavior.receive((context, message) -> handler.accept(message)));
        }

        private static ActorSpec<?> slow(Consumer<Object> handler) {
            return ActorSpec.anonymous(() -> Behavior.receiveAsync((context, message) ->
                    Mono.delay(SLOW).doOnNext(late -> handler.accept(message)).then()));
        }

        /** An actor here, for that other node. */
        ActorRef<Object> start(Node other, String kind, Consumer<Object> handler) {
            handlers.add(handler);
            return other.cluster
                    .<Object>spawn(cluster.self(), kind, handlers.size() - 1, LIMIT)
                    .blockOptional(LIMIT)
                    .orElseThrow();
        }

        void close() {
            cluster.leave().block(LIMIT);
            system.close();
        }
    }

    private static final class Nodes implements FarActors<ActorRef<Object>> {
        private final Node near;
        private final Node far;

        Nodes(Setup setup, MessageCodec codec, LinkSecurity security) {
            ClusterConfig.Builder config = ClusterConfig.named("benchmark")
                    .host(ClusterLoads.HOST)
                    .discovery(Discovery.none())
                    .security(security)
                    .messageTypes(
                            MessageTypes.builder().register(Quote.class, codec).build());
            far = new Node(setup, config.build());
            near = new Node(setup, config.seeds(far.cluster.self().address()).build());
        }

        @Override
        public ActorRef<Object> far(Consumer<Object> handler) {
            return far.start(near, ACTOR, handler);
        }

        @Override
        public ActorRef<Object> farAndSlow(Consumer<Object> handler) {
            return far.start(near, SLOW_ACTOR, handler);
        }

        @Override
        public ActorRef<Object> near(Consumer<Object> handler) {
            return near.start(far, ACTOR, handler);
        }

        @Override
        public void tell(ActorRef<Object> actor, Object message) {
            TellResult result = actor.tell(message);
            if (result != TellResult.ACCEPTED) {
                throw new IllegalStateException("tell: " + result + " (expected: ACCEPTED)");
            }
        }

        void close() {
            near.close();
            far.close();
        }
    }
}
