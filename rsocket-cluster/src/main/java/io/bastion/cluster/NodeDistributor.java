package io.bastion.cluster;

import io.bastion.actor.ActorRef;
import io.bastion.actor.Distributor;
import io.bastion.actor.TellResult;
import io.bastion.cluster.remote.NodeActors;
import java.time.Duration;
import java.util.List;
import java.util.Map;
import java.util.function.Function;
import org.jspecify.annotations.Nullable;
import reactor.core.publisher.Flux;
import reactor.core.publisher.Mono;
import reactor.util.context.ContextView;

/** A group over all nodes, over the incarnations of this one. */
final class NodeDistributor<M> implements Distributor<M> {
    private final String name;
    private final NodeActorsService service;
    private final Function<NodeActors, Distributor<M>> group;

    /** Replaced as a whole; two threads that replace it for the same incarnation do no harm. */
    private volatile @Nullable Present<M> present;

    private record Present<M>(NodeActors actors, Distributor<M> group) {}

    /**
     * @param group makes the distributor of one incarnation
     */
    NodeDistributor(String name, NodeActorsService service, Function<NodeActors, Distributor<M>> group) {
        this.name = name;
        this.service = service;
        this.group = group;
    }

    private Distributor<M> now() {
        NodeActors actors = service.actors();
        Present<M> known = present;
        if (known == null || known.actors != actors) {
            known = new Present<>(actors, group.apply(actors));
            present = known;
        }
        return known.group;
    }

    @Override
    public String name() {
        return name;
    }

    @Override
    public List<ActorRef<M>> members() {
        return now().members();
    }

    @Override
    public TellResult tellOne(M message) {
        return now().tellOne(message);
    }

    @Override
    public TellResult tellOne(M message, ContextView context) {
        return now().tellOne(message, context);
    }

    @Override
    public Mono<Boolean> sendOne(M message) {
        return Mono.defer(() -> now().sendOne(message));
    }

    @Override
    public Map<ActorRef<M>, TellResult> tellEveryone(M message) {
        return now().tellEveryone(message);
    }

    @Override
    public <R> Mono<R> askOne(Function<? super ActorRef<R>, ? extends M> request, Duration timeout) {
        return Mono.defer(() -> now().askOne(request, timeout));
    }

    @Override
    public <R> Mono<R> request(Function<? super ActorRef<R>, ? extends M> question, Duration timeout) {
        return Mono.defer(() -> now().request(question, timeout));
    }

    @Override
    public <R> Flux<R> askEveryone(Function<? super ActorRef<R>, ? extends M> request, Duration timeout) {
        return Flux.defer(() -> now().askEveryone(request, timeout));
    }
}
