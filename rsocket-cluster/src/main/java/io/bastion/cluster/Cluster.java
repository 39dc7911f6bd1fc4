package io.bastion.cluster;

import io.bastion.actor.ActorSystem;
import java.util.List;
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
        return ClusterNode.start(config, Surroundings.of(config)).doOnNext(cluster -> {
            system.whenTerminated().onErrorComplete().then(cluster.leave()).subscribe();
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

    /**
     * Leaves the cluster: the others are told, and see {@link ClusterEvent.Reason#LEFT} instead of suspecting a fault.
     *
     * @return completes as {@link #whenClosed()}; it leaves at the first subscription
     */
    Mono<Void> leave();

    /** Completes when the node has left and its port is free. */
    Mono<Void> whenClosed();
}
