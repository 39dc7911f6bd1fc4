package io.bastion.cluster.remote;

import io.bastion.actor.ActorRef;
import io.bastion.actor.ActorTerminatedException;
import io.bastion.actor.MessageStats;
import io.bastion.actor.ReferencePort;
import io.bastion.actor.RemoteActorRef;
import io.bastion.actor.TellResult;
import io.bastion.actor.TerminationReason;
import io.bastion.cluster.link.NodeId;
import java.time.Duration;
import java.util.ArrayList;
import java.util.List;
import java.util.Objects;
import java.util.function.Function;
import org.jspecify.annotations.Nullable;
import org.reactivestreams.Publisher;
import reactor.core.publisher.Flux;
import reactor.core.publisher.Mono;
import reactor.util.context.Context;
import reactor.util.context.ContextView;

/**
 * An actor of another node, or who waits for a reply there.
 *
 * <p>Accepted is a message that is in the outbox of its node here. It is a dead letter here when the node is not reached for too long
 * or is lost, and when nobody was there; what a link had taken that breaks may be lost without a trace but in {@link PeerStats}. A
 * message whose type is not registered is refused with an exception.
 *
 * <p>What is fed is taken from its source as the other actor's mailbox has room; it is complete when the last element is in the
 * outbox. Counters of the other actor are not known here.
 */
final class RemoteRef<M> implements RemoteActorRef<M> {
    final Remoting remoting;
    final NodeId node;
    final long id;

    /** What has the same is kept in order; of a reply: what its way is chosen by. */
    final long box;

    final @Nullable String treePath;

    private volatile @Nullable Outlet outlet;

    RemoteRef(Remoting remoting, NodeId node, long id, long box, @Nullable String treePath) {
        this.remoting = remoting;
        this.node = node;
        this.id = id;
        this.box = box;
        this.treePath = treePath;
    }

    boolean isReply() {
        return Exports.isReply(id);
    }

    Peer peer() {
        return remoting.peer(node);
    }

    /** The actor of the box, which is this one unless this is an adapter. */
    RemoteRef<?> ofActor() {
        return box == id ? this : new RemoteRef<>(remoting, node, box, box, treePath);
    }

    /** Of the peer that there is now: messages of one call are put together for it, and put into it. */
    Outlet outlet() {
        Outlet known = outlet;
        if (known == null || known.lane.peer.isPassing()) {
            known = peer().outlet(this);
            outlet = known;
        }
        return known;
    }

    /** The actor has ended: this refuses messages from now on, also if there were none yet. */
    void refuse() {
        if (box == id) {
            outlet();
            peer().gone(id);
        }
    }

    private Outgoing outgoing(Outlet to, Object message, ContextView context) {
        return outgoing(to, message, context, null);
    }

    private Outgoing outgoing(Outlet to, Object message, ContextView context, @Nullable RemoteAsk<?, ?> ask) {
        check(message);
        ContextView with = isReply() ? context : remoting.outgoing(this, message, context);
        return new Outgoing(to, this, message, ContextEntries.of(with, remoting.settings.contextKeys()), ask);
    }

    private void check(Object message) {
        Objects.requireNonNull(message, "message: null (expected: a message)");
        remoting.messages.check(message);
    }

    @Override
    public TellResult tell(M message) {
        Outlet to = outlet();
        return to.tell(outgoing(to, message, Context.empty()));
    }

    @Override
    public TellResult tell(M message, ContextView context) {
        Objects.requireNonNull(context, "context: null (expected: a ContextView)");
        Outlet to = outlet();
        return to.tell(outgoing(to, message, context));
    }

    @Override
    public TellResult tellAll(List<? extends M> messages) {
        Outlet to = outlet();
        List<Outgoing> all = new ArrayList<>(messages.size());
        for (M message : messages) {
            all.add(outgoing(to, message, Context.empty()));
        }
        return to.tellAll(all);
    }

    @Override
    public Mono<Boolean> send(M message) {
        check(message);
        return Mono.defer(() -> {
            Outlet to = outlet();
            return to.send(sink -> outgoing(to, message, sink.contextView()));
        });
    }

    @Override
    public Mono<Void> feed(Publisher<? extends M> source) {
        Objects.requireNonNull(source, "source: null (expected: a Publisher)");
        Mono<Void> fed = Flux.from(source)
                .concatMap(element -> send(element).flatMap(in -> in ? Mono.<Void>empty() : ended()))
                .then();
        return isReply() ? fed : Mono.firstWithSignal(fed, whenTerminated().then(ended()));
    }

    private Mono<Void> ended() {
        return Mono.error(() -> new ActorTerminatedException(this));
    }

    @Override
    public <R> Mono<R> ask(Function<? super ActorRef<R>, ? extends M> request, Duration timeout) {
        return ask(request, timeout, false);
    }

    @Override
    public <R> Mono<R> askWhenRoom(Function<? super ActorRef<R>, ? extends M> request, Duration timeout) {
        return ask(request, timeout, true);
    }

    private <R> Mono<R> ask(Function<? super ActorRef<R>, ? extends M> request, Duration timeout, boolean waits) {
        Objects.requireNonNull(request, "request: null (expected: a function that makes the request)");
        Objects.requireNonNull(timeout, "timeout: null (expected: a Duration)");
        if (timeout.isNegative() || timeout.isZero()) {
            throw new IllegalArgumentException("timeout: " + timeout + " (expected: > 0)");
        }
        if (isReply()) {
            return Mono.error(
                    new UnsupportedOperationException("ask: " + path() + " (expected: an actor; this takes a reply)"));
        }
        ReferencePort.noteCallSite(request.getClass());
        return Mono.create(sink -> new RemoteAsk<M, R>(this, request, timeout, sink).start(waits));
    }

    /** Sends the request of an ask now. */
    TellResult request(Outlet to, Object message, ContextView context, RemoteAsk<?, ?> ask) {
        return to.tell(outgoing(to, message, context, ask));
    }

    /** Sends the request of an ask when there is room. */
    Mono<Boolean> requestWhenRoom(Outlet to, Object message, ContextView context, RemoteAsk<?, ?> ask) {
        Outgoing request = outgoing(to, message, context, ask);
        return to.send(sink -> request);
    }

    @Override
    public void stop() {
        peer().command(Wire.STOP, this);
    }

    @Override
    public void drain() {
        peer().command(Wire.DRAIN, this);
    }

    @Override
    public void kill() {
        peer().command(Wire.KILL, this);
    }

    @Override
    public Mono<TerminationReason> whenTerminated() {
        if (isReply()) {
            return Mono.error(new UnsupportedOperationException(
                    "whenTerminated: " + path() + " (expected: an actor; this takes a reply)"));
        }
        return Mono.create(sink -> {
            Watcher watcher = (actor, reason) -> sink.success(reason);
            addWatcher(watcher);
            sink.onDispose(() -> removeWatcher(watcher));
        });
    }

    @Override
    public void addWatcher(Watcher watcher) {
        long watcherBox = remoting.boxOf(watcher);
        while (!peer().watches.add(this, watcher, watcherBox)) {
            // it was just forgotten
        }
    }

    @Override
    public void removeWatcher(Watcher watcher) {
        peer().watches.remove(this, watcher);
    }

    /** Always none: what the other actor counts is not known here. */
    @Override
    public MessageStats stats() {
        return MessageStats.NONE;
    }

    @Override
    public String path() {
        return WireReferences.path(node, treePath, id);
    }

    @Override
    public boolean equals(Object other) {
        return other instanceof RemoteRef<?> that && id == that.id && node.equals(that.node);
    }

    @Override
    public int hashCode() {
        return Long.hashCode(31 * node.uid() + id);
    }

    @Override
    public String toString() {
        return path();
    }
}
