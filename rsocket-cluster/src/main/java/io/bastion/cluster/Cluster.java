package io.bastion.cluster;

import io.bastion.actor.ActorRef;
import io.bastion.actor.ActorSpec;
import io.bastion.actor.ActorSystem;
import io.bastion.actor.Distributor;
import io.bastion.actor.TellResult;
import java.time.Duration;
import java.util.List;
import java.util.function.Function;
import reactor.core.Disposable;
import reactor.core.publisher.Flux;
import reactor.core.publisher.Mono;

/**
 * A node of a cluster. Thread-safe.
 *
 * <p>A node that others have given up, because they could not reach it, or that has not seen a majority of the cluster for too
 * long, joins anew by itself: as another member, at the same address.
 */
public interface Cluster {
    /**
     * Makes a system a node of the cluster that has the system's name, without any configuration: it finds the others by mDNS.
     * Without security it listens on the loopback interface only, and so finds others on this machine.
     *
     * @return see {@link #start(ActorSystem, ClusterConfig)}
     */
    static Mono<Cluster> join(ActorSystem system) {
        return start(system, ClusterConfig.named(system.name()).build());
    }

    /**
     * Makes a system a node of a cluster. It leaves when the system has ended.
     *
     * @return completes when this node takes part and has tried once to reach those whose addresses it is told; whether there are
     *     others or not. Fails if it cannot listen. A node is started for each subscription
     */
    static Mono<Cluster> start(ActorSystem system, ClusterConfig config) {
        return Mono.defer(() -> {
            NodeActorsService actors = new NodeActorsService(system, config.messageTypes(), config.remoteSettings());
            return ClusterNode.start(config, Surroundings.of(config), actors).doOnNext(cluster -> {
                system.whenTerminated().onErrorComplete().then(cluster.leave()).subscribe();
            });
        });
    }

    /**
     * Starts a node without actors: one that watches, or helps to find a majority.
     *
     * @return see {@link #start(ActorSystem, ClusterConfig)}
     */
    static Mono<Cluster> start(ClusterConfig config) {
        return ClusterNode.start(config, Surroundings.of(config));
    }

    /** This node as it is now; the next time that it has to join it is another member. */
    Member self();

    /** The members that were not removed, this node first. */
    List<Member> members();

    /** Whether this node sees a majority of the cluster. Not sure enough to do what must be done only once: both sides of a cut may believe so for a moment. */
    boolean hasQuorum();

    /**
     * What happens, each event once and in its order, beginning with the members that there are. Ends when the node has left. A
     * subscriber that is thousands of events behind gets an error. On Reactor's parallel scheduler.
     */
    Flux<ClusterEvent> events();

    // ------------------------------------------------------------------------------------------- actors

    /**
     * Sends a message to a node, be it this one; who subscribes to {@link #messages} there gets it. Its type must be one of {@link
     * ClusterConfig#messageTypes}. Messages from one thread to one node keep their order.
     *
     * @throws IllegalStateException if this node is without actors, as for all that has to do with actors
     */
    TellResult send(Member to, Object message);

    /** The messages to this node from now on: a hot stream, of which a subscriber who does not ask for more loses some. On a worker. */
    Flux<MemberMessage> messages();

    /**
     * Lets other nodes have actors started here.
     *
     * @param specification a name, the same at all nodes that offer such actors
     * @param factory makes the specification from the argument that the other node gives; on a worker
     */
    void register(String specification, Function<Object, ActorSpec<?>> factory);

    /**
     * Has a node start an actor at the top of its tree.
     *
     * @param on the node, be it this one
     * @param specification the name by which it is registered there
     * @param argument of one of {@link ClusterConfig#messageTypes}
     * @param timeout how long to wait for the answer; the actor may have been started all the same
     * @return the actor; fails if it could not be started, and at once when the node is lost
     */
    <M> Mono<ActorRef<M>> spawn(Member on, String specification, Object argument, Duration timeout);

    /**
     * Has the member start an actor at which the fewest live that were started so; those that do not answer within half of the time do not count.
     *
     * @return as {@link #spawn}
     */
    <M> Mono<ActorRef<M>> spawnAtLeastLoaded(String specification, Object argument, Duration timeout);

    /** Adds an actor of this node to a group over all nodes, until it ends. */
    void joinGroup(String group, ActorRef<?> member);

    /** Takes {@link #joinGroup} back. */
    void leaveGroup(String group, ActorRef<?> member);

    /**
     * Makes the group of this name in this node's system, the one that is there or will be, part of the group over all nodes that has
     * the same name. Its members join and leave as those of {@link ActorSystem#distributor} do, when it is resized, restarted or
     * stopped.
     *
     * @return has them leave, and ends it; so does the end of the node
     */
    Disposable shareGroup(String name);

    /**
     * The address of a group over all nodes, whose members get messages in turn. Who they are is known a little later at other nodes;
     * those of a node that is lost leave.
     *
     * @param type what its members take
     */
    <M> Distributor<M> group(String name, Class<M> type);

    /** The same, in which a message for one member goes to one of this node while there is one. */
    <M> Distributor<M> groupPreferringLocal(String name, Class<M> type);

    /** What became of messages between this node and each other that it has a link with, or had; none at a node without actors. */
    List<Traffic> traffic();

    /**
     * Leaves the cluster: the others are told, and see {@link ClusterEvent.Reason#LEFT} instead of suspecting a fault.
     *
     * @return completes as {@link #whenClosed()}; it leaves at the first subscription
     */
    Mono<Void> leave();

    /** Completes when the node has left and its port is free. */
    Mono<Void> whenClosed();
}
