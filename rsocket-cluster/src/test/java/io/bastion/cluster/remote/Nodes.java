package io.bastion.cluster.remote;

import io.bastion.actor.ActorRef;
import io.bastion.actor.ActorSpec;
import io.bastion.actor.ActorSystem;
import io.bastion.actor.Behavior;
import io.bastion.cluster.codec.MessageTypes;
import io.bastion.cluster.link.Link;
import io.bastion.cluster.link.LinkListener;
import io.bastion.cluster.link.LinkSettings;
import io.bastion.cluster.link.NodeId;
import io.bastion.cluster.link.NodeLinks;
import io.bastion.cluster.link.SimulatedNetwork;
import io.bastion.testkit.TestKit;
import java.time.Duration;
import java.util.List;
import java.util.Objects;
import java.util.concurrent.atomic.AtomicLong;
import java.util.function.BooleanSupplier;

/** Two nodes on a simulated network, whose actors are all of the kit's one system: what goes to a reference of the other, is sent. */
final class Nodes implements AutoCloseable {
    /** A request for a reply. */
    record Question(String text, ActorRef<String> replyTo) {}

    /** A message that shows who should hear. */
    record Introduction(ActorRef<String> who) {}

    /** One of a row. */
    record Numbered(int sender, int number) {}

    /** Nobody can read it. */
    record Unregistered(int number) {}

    static final String A = "a:1";
    static final String B = "b:2";

    final TestKit kit;
    final SimulatedNetwork network;
    final Node a;
    final Node b;

    private final AtomicLong known = new AtomicLong(1);

    Nodes(TestKit kit) {
        this(kit, RemoteSettings.defaults());
    }

    Nodes(TestKit kit, RemoteSettings settings) {
        this(kit, settings, 1);
    }

    /** The first is {@code a:port}, the second {@code b:port + 1}. */
    Nodes(TestKit kit, RemoteSettings settings, int port) {
        this(kit, kit.system(), settings, port);
    }

    /** The first is another system's. */
    Nodes(TestKit kit, ActorSystem first, int port) {
        this(kit, first, RemoteSettings.defaults(), port);
    }

    private Nodes(TestKit kit, ActorSystem first, RemoteSettings settings, int port) {
        this.kit = kit;
        network = SimulatedNetwork.seeded(kit.seed().orElse(1), kit.scheduler());
        a = new Node(first, "a", port, settings);
        b = new Node(kit.system(), "b", port + 1, settings);
    }

    /** Starts an actor that does that with each message. */
    <M> ActorRef<M> actor(String name, Behavior.Receive<M> behavior) {
        return kit.spawn(ActorSpec.of(name, () -> behavior));
    }

    /** Lets time go by until something is so. */
    void until(String what, BooleanSupplier condition) {
        for (int i = 0; i < 60_000 && !condition.getAsBoolean(); i++) {
            kit.advanceBy(Duration.ofMillis(1));
        }
        kit.until(what, condition);
    }

    static MessageTypes types() {
        return MessageTypes.builder()
                .register(Question.class)
                .register(Introduction.class)
                .register(Numbered.class)
                .build();
    }

    /** One of the two. */
    final class Node implements LinkListener {
        final NodeLinks links;
        final NodeId id;
        final Remoting remoting;
        volatile int ups;

        Node(ActorSystem system, String host, int port, RemoteSettings settings) {
            links = new NodeLinks(
                    network.transport(host, port),
                    LinkSettings.of("test", host, port * 1000L + 7, List.of("cbor")),
                    () -> true,
                    kit.scheduler());
            id = Objects.requireNonNull(kit.result(links.open()));
            links.addListener(this);
            remoting = new Remoting(system, links, types(), settings);
        }

        @Override
        public void up(Link link) {
            ups++;
        }

        /** An actor as the other node knows it. */
        <M> ActorRef<M> known(ActorRef<M> actor) {
            long number = 2 * known.incrementAndGet() + 1_000_001;
            remoting.makeKnown(number, actor);
            return other().remoting.reference(id, number);
        }

        /** The other one is removed from the cluster, as this one sees it. */
        void lose() {
            links.bury(other().id, "removed");
            remoting.lost(other().id);
        }

        Node other() {
            return this == a ? b : a;
        }

        PeerStats stats() {
            return remoting.stats().get(0);
        }
    }

    @Override
    public void close() {
        a.remoting.close();
        b.remoting.close();
        kit.result(a.links.close("end of test"));
        kit.result(b.links.close("end of test"));
        kit.advanceBy(Duration.ofSeconds(5)); // what the network had still under way
    }
}
