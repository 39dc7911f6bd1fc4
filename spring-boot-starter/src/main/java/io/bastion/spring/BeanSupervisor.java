package io.bastion.spring;

import io.bastion.actor.ActorRef;
import io.bastion.actor.ActorSpec;
import io.bastion.actor.BroadcastReport;
import io.bastion.actor.GroupSpec;
import io.bastion.actor.SupervisorRef;
import io.bastion.actor.SupervisorSpec;
import io.bastion.actor.TerminationReason;
import io.bastion.actor.TreeEvent;
import io.bastion.actor.TreeNode;
import java.util.function.Consumer;
import org.jspecify.annotations.Nullable;
import reactor.core.publisher.Flux;
import reactor.core.publisher.Mono;
import reactor.core.publisher.Sinks;

/** The reference of a supervisor that is a bean, there before the supervisor is: until then all waits for its start, and nothing ends it. */
final class BeanSupervisor implements SupervisorRef {
    private final String bean;
    private final Sinks.One<SupervisorRef> bound = Sinks.one();
    private volatile @Nullable SupervisorRef supervisor;

    BeanSupervisor(String bean) {
        this.bean = bean;
    }

    void bind(SupervisorRef started) {
        supervisor = started;
        bound.tryEmitValue(started);
    }

    private void ifStarted(Consumer<SupervisorRef> use) {
        SupervisorRef now = supervisor;
        if (now != null) {
            use.accept(now);
        }
    }

    @Override
    public String path() {
        SupervisorRef now = supervisor;
        return now == null ? "bean:" + bean : now.path();
    }

    @Override
    public Mono<Void> whenStarted() {
        return bound.asMono().flatMap(SupervisorRef::whenStarted);
    }

    @Override
    public <M> Mono<ActorRef<M>> add(ActorSpec<M> child) {
        return bound.asMono().flatMap(now -> now.add(child));
    }

    @Override
    public Mono<SupervisorRef> add(SupervisorSpec child) {
        return bound.asMono().flatMap(now -> now.add(child));
    }

    @Override
    public Mono<SupervisorRef> add(GroupSpec<?> child) {
        return bound.asMono().flatMap(now -> now.add(child));
    }

    @Override
    public Mono<Boolean> remove(String name) {
        return bound.asMono().flatMap(now -> now.remove(name));
    }

    @Override
    public Mono<Boolean> restart(String name) {
        return bound.asMono().flatMap(now -> now.restart(name));
    }

    @Override
    public Mono<BroadcastReport> broadcast(Object message) {
        return bound.asMono().flatMap(now -> now.broadcast(message));
    }

    @Override
    public Mono<TreeNode> tree() {
        return bound.asMono().flatMap(SupervisorRef::tree);
    }

    @Override
    public Flux<TreeEvent> events() {
        return bound.asMono().flatMapMany(SupervisorRef::events);
    }

    @Override
    public void stop() {
        ifStarted(SupervisorRef::stop);
    }

    @Override
    public void drain() {
        ifStarted(SupervisorRef::drain);
    }

    @Override
    public void kill() {
        ifStarted(SupervisorRef::kill);
    }

    @Override
    public Mono<TerminationReason> whenTerminated() {
        return bound.asMono().flatMap(SupervisorRef::whenTerminated);
    }

    @Override
    public String toString() {
        return path();
    }
}
