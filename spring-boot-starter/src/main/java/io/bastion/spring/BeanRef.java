package io.bastion.spring;

import io.bastion.actor.ActorRef;
import io.bastion.actor.MessageStats;
import io.bastion.actor.ReferencePort;
import io.bastion.actor.RemoteActorRef;
import io.bastion.actor.TellResult;
import io.bastion.actor.TerminationReason;
import java.time.Duration;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.concurrent.ConcurrentHashMap;
import java.util.function.Consumer;
import java.util.function.Function;
import org.jspecify.annotations.Nullable;
import org.reactivestreams.Publisher;
import reactor.core.Disposable;
import reactor.core.Disposables;
import reactor.core.publisher.Mono;
import reactor.core.publisher.Sinks;
import reactor.util.context.ContextView;

/**
 * The reference of an actor that is a bean: leads to the actor that has the name at the time, also when its supervisor has been
 * restarted and has started another one. There before the actor is, so that actors can hold each other's; until then {@code tell}
 * is refused, {@code ask} fails, and what waits for room waits for the start.
 *
 * <p>To watch it is to watch the actor that it leads to; {@link RemoteActorRef} is what makes that possible for a reference that is
 * not an actor.
 */
final class BeanRef<M> implements RemoteActorRef<M> {
    private final String bean;
    private final Sinks.Empty<Void> bound = Sinks.empty();
    private final Map<Watcher, Disposable.Swap> watchers = new ConcurrentHashMap<>();

    private volatile @Nullable ActorRef<M> actor;

    BeanRef(String bean) {
        this.bean = bean;
    }

    /** The actor that has the name from now on. */
    @SuppressWarnings("unchecked") // of the specification whose reference this is
    void bind(ActorRef<?> actor) {
        if (this.actor != actor) {
            this.actor = (ActorRef<M>) actor;
            bound.tryEmitEmpty();
        }
    }

    /** The actor; null until it has been started. */
    @Nullable ActorRef<M> actor() {
        return actor;
    }

    private <T> Mono<T> withActor(Function<ActorRef<M>, Mono<T>> use) {
        return Mono.defer(() -> {
            ActorRef<M> now = actor;
            return now != null ? use.apply(now) : bound.asMono().then(Mono.defer(() -> withActor(use)));
        });
    }

    private void ifStarted(Consumer<ActorRef<M>> use) {
        ActorRef<M> now = actor;
        if (now != null) {
            use.accept(now);
        }
    }

    private <R> Mono<R> notStarted() {
        return Mono.error(() -> ReferencePort.refused(
                this, "actor of bean '" + bean + "' has not been started (expected: an application that has)"));
    }

    @Override
    public TellResult tell(M message) {
        ActorRef<M> now = actor;
        return now == null ? TellResult.REFUSED : now.tell(message);
    }

    @Override
    public TellResult tell(M message, ContextView context) {
        ActorRef<M> now = actor;
        return now == null ? TellResult.REFUSED : now.tell(message, context);
    }

    @Override
    public TellResult tellAll(List<? extends M> messages) {
        ActorRef<M> now = actor;
        return now == null ? TellResult.REFUSED : now.tellAll(messages);
    }

    @Override
    public Mono<Boolean> send(M message) {
        return withActor(now -> now.send(message));
    }

    @Override
    public Mono<Void> feed(Publisher<? extends M> source) {
        return withActor(now -> now.feed(source));
    }

    @Override
    public <R> Mono<R> ask(Function<? super ActorRef<R>, ? extends M> request, Duration timeout) {
        ReferencePort.noteCallSite(request.getClass());
        return Mono.defer(() -> {
            ActorRef<M> now = actor;
            return now == null ? notStarted() : now.ask(request, timeout);
        });
    }

    @Override
    public <R> Mono<R> askWhenRoom(Function<? super ActorRef<R>, ? extends M> request, Duration timeout) {
        ReferencePort.noteCallSite(request.getClass());
        return Mono.defer(() -> {
            ActorRef<M> now = actor;
            return now == null ? notStarted() : now.askWhenRoom(request, timeout);
        });
    }

    @Override
    public void stop() {
        ifStarted(ActorRef::stop);
    }

    @Override
    public void drain() {
        ifStarted(ActorRef::drain);
    }

    @Override
    public void kill() {
        ifStarted(ActorRef::kill);
    }

    @Override
    public Mono<TerminationReason> whenTerminated() {
        return withActor(ActorRef::whenTerminated);
    }

    @Override
    public MessageStats stats() {
        ActorRef<M> now = actor;
        return now == null ? MessageStats.NONE : now.stats();
    }

    @Override
    public String path() {
        ActorRef<M> now = actor;
        return now == null ? "bean:" + bean : now.path();
    }

    @Override
    public Optional<ActorRef<M>> local() {
        return Optional.ofNullable(actor);
    }

    @Override
    public void addWatcher(Watcher watcher) {
        Disposable.Swap subscription = Disposables.swap();
        if (watchers.putIfAbsent(watcher, subscription) == null) {
            subscription.update(whenTerminated().subscribe(reason -> {
                watchers.remove(watcher, subscription);
                watcher.terminated(this, reason);
            }));
        }
    }

    @Override
    public void removeWatcher(Watcher watcher) {
        Disposable.Swap subscription = watchers.remove(watcher);
        if (subscription != null) {
            subscription.dispose();
        }
    }

    @Override
    public String toString() {
        return path();
    }
}
