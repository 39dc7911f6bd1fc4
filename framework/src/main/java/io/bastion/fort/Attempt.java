package io.bastion.fort;

import java.util.concurrent.atomic.AtomicBoolean;
import org.reactivestreams.Subscriber;
import org.reactivestreams.Subscription;
import reactor.core.CoreSubscriber;
import reactor.core.publisher.Operators;
import reactor.util.context.Context;

/**
 * One run of guarded code, between the code and the actor: elements go to the guard, the end goes to the actor, which
 * cancels the run when it is stopped.
 */
final class Attempt<T> implements CoreSubscriber<T>, Subscription {
    private final Guard<T> guard;
    private final Subscriber<? super Object> actor;
    private final AtomicBoolean over = new AtomicBoolean();

    /** Set before the actor and the guard know of this run. */
    private volatile Subscription code = Operators.emptySubscription();

    Attempt(Guard<T> guard, Subscriber<? super Object> actor) {
        this.guard = guard;
        this.actor = actor;
    }

    @Override
    public Context currentContext() {
        return Context.of(guard.contextView());
    }

    @Override
    public void onSubscribe(Subscription s) {
        code = s;
        actor.onSubscribe(this);
        guard.attach(this);
    }

    /** More elements are wanted; any thread. */
    void demand(long n) {
        code.request(n);
    }

    @Override
    public void onNext(T element) {
        if (!over.get()) {
            guard.emit(element);
        }
    }

    @Override
    public void onError(Throwable t) {
        if (over.compareAndSet(false, true)) {
            guard.detach(false);
            actor.onError(t);
        } // else the code was cancelled, and this is how it took it
    }

    @Override
    public void onComplete() {
        if (over.compareAndSet(false, true)) {
            guard.detach(true);
            actor.onComplete();
        }
    }

    /** The actor's demand, which is for the end only. */
    @Override
    public void request(long n) {}

    /** The actor is stopped or restarted. */
    @Override
    public void cancel() {
        if (over.compareAndSet(false, true)) {
            guard.detach(false);
            code.cancel();
        }
    }
}
