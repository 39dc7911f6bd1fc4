package io.bastion.cluster;

import io.bastion.actor.ActorRef;
import io.bastion.actor.ActorSpec;
import io.bastion.actor.ActorSystem;
import io.bastion.cluster.codec.MessageTypes;
import io.bastion.cluster.link.Links;
import io.bastion.cluster.link.NodeId;
import io.bastion.cluster.remote.NodeActors;
import io.bastion.cluster.remote.RemoteSettings;
import io.bastion.cluster.remote.Remoting;
import java.util.ArrayList;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.function.Consumer;
import java.util.function.Function;
import java.util.function.Predicate;
import org.jspecify.annotations.Nullable;
import reactor.core.publisher.Flux;
import reactor.core.publisher.Mono;
import reactor.core.publisher.Sinks;

/** The actors of a node, over its incarnations: what was registered and who is in which group is said again by each. Thread-safe. */
final class NodeActorsService implements Service.Factory {
    private final ActorSystem system;
    private final MessageTypes types;
    private final RemoteSettings settings;
    private final Sinks.Many<NodeActors.Received> received =
            Sinks.many().multicast().directBestEffort();

    /** Guarded by this, as is what follows. */
    private final Map<String, Function<Object, ActorSpec<?>>> specifications = new HashMap<>();

    private final List<Membership> memberships = new ArrayList<>();
    private @Nullable NodeActors current;
    private @Nullable Remoting remoting;

    private record Membership(String group, ActorRef<?> member) {}

    NodeActorsService(ActorSystem system, MessageTypes types, RemoteSettings settings) {
        this.system = system;
        this.types = types;
        this.settings = settings;
    }

    ActorSystem system() {
        return system;
    }

    @Override
    public synchronized Service start(Links links, Predicate<NodeId> isMember) {
        Remoting begun = new Remoting(system, links, isMember, types, settings);
        NodeActors actors = new NodeActors(begun);
        specifications.forEach(actors::register);
        memberships.forEach(membership -> actors.join(membership.group, membership.member));
        actors.messages().subscribe(received::tryEmitNext);
        current = actors;
        remoting = begun;
        return new Service() {
            @Override
            public void lost(NodeId node) {
                begun.lost(node);
            }

            @Override
            public Mono<Void> close() {
                return Mono.fromRunnable(() -> {
                    actors.close();
                    begun.close();
                });
            }
        };
    }

    /** Those of the present incarnation, or of the last one. */
    synchronized NodeActors actors() {
        NodeActors now = current;
        if (now == null) {
            throw new IllegalStateException("cluster: not started (expected: a node that has started)");
        }
        return now;
    }

    Flux<NodeActors.Received> messages() {
        return received.asFlux();
    }

    synchronized List<Traffic> traffic() {
        Remoting now = remoting;
        return now == null ? List.of() : now.stats().stream().map(Traffic::of).toList();
    }

    synchronized void register(String specification, Function<Object, ActorSpec<?>> factory) {
        specifications.put(specification, factory);
        ifStarted(actors -> actors.register(specification, factory));
    }

    void join(String group, ActorRef<?> member) {
        Membership membership = new Membership(group, member);
        synchronized (this) {
            memberships.add(membership);
            ifStarted(actors -> actors.join(group, member));
        }
        member.whenTerminated().onErrorComplete().subscribe(end -> forget(membership));
    }

    synchronized void leave(String group, ActorRef<?> member) {
        forget(new Membership(group, member));
        ifStarted(actors -> actors.leave(group, member));
    }

    private synchronized void forget(Membership membership) {
        memberships.remove(membership);
    }

    private void ifStarted(Consumer<NodeActors> work) {
        NodeActors now = current;
        if (now != null) {
            work.accept(now);
        }
    }
}
