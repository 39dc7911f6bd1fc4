package io.bastion.cluster.remote;

import io.bastion.actor.ActorRef;
import io.bastion.actor.ActorTerminatedException;
import io.bastion.actor.DeadLetter;
import io.bastion.actor.MessageStats;
import io.bastion.actor.ReferencePort;
import io.bastion.actor.RemotePort;
import io.bastion.actor.TellResult;
import io.bastion.actor.TerminationReason;
import java.time.Duration;
import java.util.List;
import java.util.Objects;
import java.util.concurrent.RejectedExecutionException;
import java.util.concurrent.TimeUnit;
import java.util.concurrent.atomic.AtomicBoolean;
import java.util.function.Function;
import org.jspecify.annotations.Nullable;
import org.reactivestreams.Publisher;
import reactor.core.Disposable;
import reactor.core.Disposables;
import reactor.core.publisher.Flux;
import reactor.core.publisher.Mono;
import reactor.core.publisher.MonoSink;
import reactor.core.scheduler.Scheduler;
import reactor.util.context.ContextView;

/**
 * An ask of an actor of another node: the reference for the reply, which others know while it waits.
 *
 * <p>Exactly one of reply, failure, time-out and cancellation ends it; a reply that comes after that is a dead letter here.
 */
final class RemoteAsk<Q, R> implements ActorRef<R> {
    private final RemoteRef<Q> target;
    private final Outlet outlet;
    private final Function<? super ActorRef<R>, ? extends Q> request;
    private final Duration timeout;
    private final MonoSink<R> sink;
    private final @Nullable Scheduler asker;
    private final AtomicBoolean over = new AtomicBoolean();
    private final Disposable.Composite end = Disposables.composite();

    RemoteAsk(
            RemoteRef<Q> target,
            Function<? super ActorRef<R>, ? extends Q> request,
            Duration timeout,
            MonoSink<R> sink) {
        this.target = target;
        outlet = target.outlet();
        this.request = request;
        this.timeout = timeout;
        this.sink = sink;
        asker = RemotePort.asker(sink.contextView()).orElse(null);
    }

    boolean isOver() {
        return over.get();
    }

    void start(boolean waits) {
        sink.onDispose(this::end);
        try {
            Q message = Objects.requireNonNull(request.apply(this), "request: null (expected: a message)");
            if (!outlet.await(this, target)) {
                targetEnded();
                return;
            }
            startTimer();
            send(message, RemotePort.travelling(sink.contextView()), waits);
        } catch (Throwable t) {
            fail(t);
        }
    }

    private void startTimer() {
        try {
            end.add(target.remoting.scheduler().schedule(this::timedOut, timeout.toNanos(), TimeUnit.NANOSECONDS));
        } catch (RejectedExecutionException e) {
            targetEnded();
        }
    }

    private void send(Q message, ContextView context, boolean waits) {
        if (waits) {
            end.add(target.requestWhenRoom(outlet, message, context, this)
                    .subscribe(
                            in -> {
                                if (!in) {
                                    targetEnded();
                                }
                            },
                            this::fail));
            return;
        }
        switch (target.request(outlet, message, context, this)) {
            case ACCEPTED -> {}
            case TERMINATED -> targetEnded();
            default ->
                fail(ReferencePort.refused(
                        target,
                        "the outbox for " + target.path() + " is full, "
                                + target.peer().describe(target) + " (expected: room for the request)"));
        }
    }

    private void timedOut() {
        fail(ReferencePort.timedOut(
                target, timeout, request.getClass(), target.peer().describe(target)));
    }

    /** The asked actor has ended, or its node is lost. */
    void targetEnded() {
        fail(new ActorTerminatedException(target));
    }

    void fail(Throwable error) {
        if (end()) {
            emit(() -> sink.error(error));
        }
    }

    private boolean end() {
        if (!over.compareAndSet(false, true)) {
            return false;
        }
        end.dispose();
        outlet.forget(this);
        target.remoting.exports.forget(this);
        return true;
    }

    private void emit(Runnable signal) {
        Scheduler own = asker;
        if (own != null) {
            try {
                own.schedule(signal);
            } catch (RejectedExecutionException e) {
                // the asking actor has ended, and with it whoever waits
            }
        } else {
            Guard.run(signal);
        }
    }

    @Override
    public TellResult tell(R message) {
        Objects.requireNonNull(message, "message: null (expected: a message)");
        if (end()) {
            emit(() -> sink.success(message));
            return TellResult.ACCEPTED;
        }
        target.remoting.deadLetter(new DeadLetter(message, this, null, DeadLetter.Reason.LATE_REPLY));
        return TellResult.TERMINATED;
    }

    @Override
    public TellResult tell(R message, ContextView context) {
        return tell(message);
    }

    @Override
    public TellResult tellAll(List<? extends R> messages) {
        TellResult result = TellResult.ACCEPTED;
        for (R message : messages) {
            result = tell(message);
        }
        return result;
    }

    @Override
    public Mono<Boolean> send(R message) {
        return Mono.fromSupplier(() -> tell(message).accepted());
    }

    @Override
    public Mono<Void> feed(Publisher<? extends R> source) {
        return Flux.from(source).doOnNext(this::tell).then();
    }

    @Override
    public <T> Mono<T> ask(Function<? super ActorRef<T>, ? extends R> question, Duration time) {
        return Mono.error(
                new UnsupportedOperationException("ask: " + path() + " (expected: an actor; this takes a reply)"));
    }

    @Override
    public void stop() {}

    @Override
    public void drain() {}

    @Override
    public void kill() {}

    @Override
    public Mono<TerminationReason> whenTerminated() {
        return Mono.error(new UnsupportedOperationException(
                "whenTerminated: " + path() + " (expected: an actor; this takes a reply)"));
    }

    @Override
    public MessageStats stats() {
        return MessageStats.NONE;
    }

    @Override
    public String path() {
        return target.path() + "/reply";
    }

    @Override
    public String toString() {
        return path();
    }
}
