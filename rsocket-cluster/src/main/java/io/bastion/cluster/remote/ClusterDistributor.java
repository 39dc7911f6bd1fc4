package io.bastion.cluster.remote;

import io.bastion.actor.ActorRef;
import io.bastion.actor.AskRefusedException;
import io.bastion.actor.DeadLetter;
import io.bastion.actor.Distributor;
import io.bastion.actor.ReferencePort;
import io.bastion.actor.TellResult;
import java.time.Duration;
import java.util.Collections;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.concurrent.atomic.AtomicInteger;
import java.util.function.Function;
import org.jspecify.annotations.Nullable;
import reactor.core.publisher.Flux;
import reactor.core.publisher.Mono;
import reactor.util.context.Context;
import reactor.util.context.ContextView;

/** A group over all nodes: one member in turn, or one of this node in turn while there are such; or all. */
final class ClusterDistributor<M> implements Distributor<M> {
    private final Remoting remoting;
    private final ClusterGroups groups;
    private final String name;
    private final Class<M> type;
    private final boolean preferLocal;
    private final AtomicInteger turns = new AtomicInteger();

    ClusterDistributor(Remoting remoting, ClusterGroups groups, String name, Class<M> type, boolean preferLocal) {
        this.remoting = remoting;
        this.groups = groups;
        this.name = name;
        this.type = type;
        this.preferLocal = preferLocal;
    }

    @Override
    public String name() {
        return name;
    }

    @Override
    @SuppressWarnings("unchecked") // what is sent is checked against the type that the group is said to take
    public List<ActorRef<M>> members() {
        return (List<ActorRef<M>>) (List<?>) groups.members(name);
    }

    private @Nullable ActorRef<M> next() {
        List<ActorRef<M>> all = members();
        int local = 0;
        while (preferLocal && local < all.size() && !(all.get(local) instanceof RemoteRef)) {
            local++;
        }
        int of = local > 0 ? local : all.size();
        return of == 0 ? null : all.get(Integer.remainderUnsigned(turns.getAndIncrement(), of));
    }

    @Override
    public TellResult tellOne(M message) {
        return tellOne(message, Context.empty());
    }

    @Override
    public TellResult tellOne(M message, ContextView context) {
        ActorRef<M> member = next();
        if (member == null) {
            return nobody(message);
        }
        M checked = type.cast(message);
        return context.isEmpty() ? member.tell(checked) : member.tell(checked, context);
    }

    private TellResult nobody(M message) {
        remoting.deadHere(0, type.cast(message), DeadLetter.Reason.TERMINATED);
        return TellResult.TERMINATED;
    }

    @Override
    public Mono<Boolean> sendOne(M message) {
        M checked = type.cast(message);
        return Mono.defer(() -> {
            ActorRef<M> member = next();
            return member == null ? Mono.just(nobody(checked).accepted()) : member.send(checked);
        });
    }

    @Override
    public Map<ActorRef<M>, TellResult> tellEveryone(M message) {
        M checked = type.cast(message);
        Map<ActorRef<M>, TellResult> results = new LinkedHashMap<>();
        for (ActorRef<M> member : members()) {
            results.put(member, member.tell(checked));
        }
        if (results.isEmpty()) {
            nobody(checked);
        }
        return Collections.unmodifiableMap(results);
    }

    @Override
    public <R> Mono<R> askOne(Function<? super ActorRef<R>, ? extends M> request, Duration timeout) {
        return Mono.defer(() -> {
            ActorRef<M> member = next();
            return member == null ? Mono.error(ReferencePort.noMember(name)) : member.ask(request, timeout);
        });
    }

    /** As {@link #askOne}, and once more if the member had no room. One that has ended may have taken the question up. */
    @Override
    public <R> Mono<R> request(Function<? super ActorRef<R>, ? extends M> question, Duration timeout) {
        long start = remoting.nanoTime();
        return askOne(question, timeout).onErrorResume(AskRefusedException.class, e -> {
            Duration left = timeout.minusNanos(remoting.nanoTime() - start);
            return left.isNegative() || left.isZero() ? Mono.error(e) : askOne(question, left);
        });
    }

    @Override
    public <R> Flux<R> askEveryone(Function<? super ActorRef<R>, ? extends M> request, Duration timeout) {
        return Flux.defer(() -> {
            List<ActorRef<M>> all = members();
            return all.isEmpty()
                    ? Flux.error(ReferencePort.noMember(name))
                    : Flux.mergeDelayError(
                            32,
                            all.stream()
                                    .map(member -> member.<R>ask(request, timeout))
                                    .<Mono<R>>toArray(Mono[]::new));
        });
    }
}
