package io.bastion.bridge;

import io.bastion.actor.ActorRef;
import io.bastion.actor.ActorTerminatedException;
import java.util.Objects;
import java.util.concurrent.CancellationException;
import java.util.function.Consumer;
import org.jspecify.annotations.Nullable;
import org.reactivestreams.Publisher;
import org.reactivestreams.Subscriber;
import org.reactivestreams.Subscription;
import reactor.core.CoreSubscriber;
import reactor.core.Disposable;
import reactor.core.publisher.Mono;
import reactor.core.publisher.Operators;
import reactor.core.publisher.Sinks;
import reactor.util.context.Context;

/**
 * An actor's mailbox as a subscriber, whose demand follows the free capacity: at most {@code min(256, capacity)} elements are
 * requested and not yet handled. For one publisher; see {@link ActorStreams#subscriber}.
 *
 * <p>A restart of the actor is not seen upstream. When the actor ends, the publisher is cancelled.
 *
 * @param <M> the actor's messages
 */
public final class ActorSubscriber<M> implements CoreSubscriber<M>, Disposable {
    private final ActorRef<M> actor;
    private final Consumer<@Nullable Throwable> upstreamEnd;
    private final Sinks.Empty<Void> done = Sinks.empty();
    private final Disposable feeding;

    /** The subscriber that feeds the mailbox; written once, by the constructor. */
    private @Nullable CoreSubscriber<? super M> feed;

    /** Whether an error of the publisher will be seen by somebody. */
    private volatile boolean observed;

    private volatile boolean disposed;

    /**
     * @param upstreamEnd told when the publisher has ended, with its error if it has failed
     */
    ActorSubscriber(ActorRef<M> actor, Consumer<@Nullable Throwable> upstreamEnd) {
        this.actor = actor;
        this.upstreamEnd = upstreamEnd;
        Publisher<M> upstream = subscriber -> feed = core(subscriber);
        feeding = actor.feed(upstream).subscribe(nothing -> {}, this::failed, this::completed);
    }

    private static <T> CoreSubscriber<? super T> core(Subscriber<? super T> subscriber) {
        return Operators.toCoreSubscriber(subscriber);
    }

    /** The publisher has completed, or was pulled to its end. */
    private void completed() {
        upstreamEnd.accept(null);
        done.tryEmitEmpty();
    }

    private void failed(Throwable error) {
        if (!(error instanceof ActorTerminatedException)) {
            upstreamEnd.accept(error);
            if (!observed) {
                Late.error(this, error, Context.empty());
            }
        }
        done.tryEmitError(error);
    }

    private CoreSubscriber<? super M> feed() {
        return Objects.requireNonNull(feed, "feed");
    }

    /**
     * Completes when the publisher has completed and its last element is in the mailbox.
     *
     * @return fails with the publisher's error, with {@link ActorTerminatedException} when the actor ends first, or with
     *     {@code CancellationException} when it is disposed of. An error of the publisher before this was called is
     *     logged
     */
    public Mono<Void> whenDone() {
        observed = true;
        return done.asMono();
    }

    @Override
    public Context currentContext() {
        return feed().currentContext();
    }

    @Override
    public void onSubscribe(Subscription subscription) {
        Objects.requireNonNull(subscription, "subscription");
        feed().onSubscribe(subscription);
    }

    @Override
    public void onNext(M element) {
        Objects.requireNonNull(element, "element");
        feed().onNext(element);
    }

    @Override
    public void onError(Throwable error) {
        Objects.requireNonNull(error, "error");
        if (feeding.isDisposed()) { // nobody waits for it any more
            Late.error(this, error, Context.empty());
            return;
        }
        feed().onError(error);
    }

    @Override
    public void onComplete() {
        feed().onComplete();
    }

    /** Cancels the publisher. What it has given is in the mailbox and will be handled. */
    @Override
    public void dispose() {
        disposed = true;
        feeding.dispose();
        done.tryEmitError(new CancellationException("subscriber: disposed of"));
    }

    @Override
    public boolean isDisposed() {
        return disposed || feeding.isDisposed();
    }

    @Override
    public String toString() {
        return "subscriber of " + actor.path();
    }
}
