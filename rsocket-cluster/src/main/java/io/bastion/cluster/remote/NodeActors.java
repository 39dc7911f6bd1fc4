package io.bastion.cluster.remote;

import io.bastion.actor.ActorContext;
import io.bastion.actor.ActorRef;
import io.bastion.actor.ActorSpec;
import io.bastion.actor.Behavior;
import io.bastion.actor.Distributor;
import io.bastion.actor.TellResult;
import io.bastion.cluster.link.NodeId;
import io.bastion.cluster.remote.NodeMessage.Load;
import io.bastion.cluster.remote.NodeMessage.LoadQuery;
import io.bastion.cluster.remote.NodeMessage.Members;
import io.bastion.cluster.remote.NodeMessage.NotSpawned;
import io.bastion.cluster.remote.NodeMessage.Spawn;
import io.bastion.cluster.remote.NodeMessage.Spawned;
import io.bastion.cluster.remote.NodeMessage.ToNode;
import java.time.Duration;
import java.util.concurrent.ConcurrentHashMap;
import java.util.concurrent.ConcurrentMap;
import java.util.concurrent.atomic.AtomicLong;
import java.util.function.Function;
import reactor.core.publisher.Flux;
import reactor.core.publisher.Mono;
import reactor.core.publisher.Sinks;

/**
 * The actor of each node that others know without having heard of it: it starts actors for them, takes messages to the node, and hears
 * of the members of groups. Thread-safe.
 */
public final class NodeActors {
    private final Remoting remoting;
    private final ClusterGroups groups;
    private final ActorRef<NodeMessage> actor;
    private final ConcurrentMap<String, Function<Object, ActorSpec<?>>> specifications = new ConcurrentHashMap<>();

    /** Those that live. */
    private final AtomicLong started = new AtomicLong();

    private final Sinks.Many<Received> received = Sinks.many().multicast().directBestEffort();

    /**
     * A message of the application to this node.
     *
     * @param from the node that has sent it
     * @param message the message
     */
    public record Received(NodeId from, Object message) {}

    /** Starts this node's. */
    public NodeActors(Remoting remoting) {
        this.remoting = remoting;
        groups = new ClusterGroups(remoting, this);
        actor = remoting.system()
                .spawn(ActorSpec.of(
                        "cluster-" + Long.toUnsignedString(remoting.self().uid(), 36),
                        () -> Behavior.receive(this::receive)));
        remoting.makeKnown(Exports.NODE_ACTOR, actor);
        remoting.nodeActors(this);
    }

    /** Lets other nodes have actors started here, by that name. */
    public void register(String specification, Function<Object, ActorSpec<?>> factory) {
        specifications.put(specification, factory);
    }

    /**
     * Has another node start an actor at the top of its tree.
     *
     * @param specification the name that it is registered by there
     * @param argument of a registered type
     * @param timeout how long to wait for the answer; the actor may have been started all the same
     * @return fails with a {@link RemoteSpawnException} if it could not be started
     */
    @SuppressWarnings("unchecked") // as the specification says
    public <M> Mono<ActorRef<M>> spawn(NodeId node, String specification, Object argument, Duration timeout) {
        return of(node).<NodeMessage>ask(replyTo -> new Spawn(specification, argument, replyTo), timeout)
                .handle((answer, sink) -> {
                    if (answer instanceof Spawned spawned) {
                        sink.next((ActorRef<M>) spawned.actor());
                    } else {
                        sink.error(new RemoteSpawnException(
                                specification, node, answer instanceof NotSpawned not ? not.reason() : "" + answer));
                    }
                });
    }

    /**
     * How many actors live at a node that nodes have had started there.
     *
     * @return fails if the node is lost, or does not answer in time
     */
    public Mono<Long> load(NodeId node, Duration timeout) {
        return of(node).<NodeMessage>ask(LoadQuery::new, timeout)
                .cast(Load.class)
                .map(Load::actors);
    }

    /** Sends a message to a node, or to this one; see {@link #messages}. */
    public TellResult send(NodeId node, Object message) {
        return of(node).tell(new ToNode(remoting.self(), message));
    }

    /** The messages to this node from now on: a hot stream that a subscriber who does not ask for more loses. On a worker. */
    public Flux<Received> messages() {
        return received.asFlux();
    }

    /** Adds an actor here to a group over all nodes, until it ends. */
    public void join(String group, ActorRef<?> member) {
        groups.join(group, member);
    }

    /** Takes {@link #join} back. */
    public void leave(String group, ActorRef<?> member) {
        groups.leave(group, member);
    }

    /**
     * The address of a group over all nodes. What members it has is known a little later at other nodes; those of a node that is
     * lost leave.
     *
     * @param type what its members take
     * @param preferLocal whether a message for one member goes to one of this node if there is one; else to all in turn
     */
    public <M> Distributor<M> group(String name, Class<M> type, boolean preferLocal) {
        return new ClusterDistributor<>(remoting, groups, name, type, preferLocal);
    }

    /** Ends this node's. */
    public void close() {
        actor.stop();
        received.tryEmitComplete();
        groups.close();
    }

    ActorRef<NodeMessage> of(NodeId node) {
        return node.equals(remoting.self()) ? actor : remoting.reference(node, Exports.NODE_ACTOR);
    }

    void linked(NodeId node) {
        groups.linked(node);
    }

    void lost(NodeId node) {
        groups.lost(node);
    }

    private void receive(ActorContext<NodeMessage> context, NodeMessage message) {
        if (message instanceof Spawn spawn) {
            spawn.replyTo().tell(start(spawn));
        } else if (message instanceof LoadQuery query) {
            query.replyTo().tell(new Load(started.get()));
        } else if (message instanceof ToNode toNode) {
            received.tryEmitNext(new Received(toNode.from(), toNode.message()));
        } else if (message instanceof Members members) {
            groups.heard(members);
        }
    }

    private NodeMessage start(Spawn spawn) {
        Function<Object, ActorSpec<?>> factory = specifications.get(spawn.specification());
        if (factory == null) {
            return new NotSpawned("specification: " + spawn.specification() + " (expected: one that is registered)");
        }
        try {
            ActorRef<?> actor = remoting.system().spawn(factory.apply(spawn.argument()));
            started.incrementAndGet();
            actor.whenTerminated().onErrorComplete().subscribe(end -> started.decrementAndGet());
            return new Spawned(actor);
        } catch (RuntimeException e) {
            return new NotSpawned(e.toString());
        }
    }
}
