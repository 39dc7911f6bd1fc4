package io.bastion.bridge;

import org.reactivestreams.Subscriber;
import org.reactivestreams.Subscription;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;
import reactor.core.CoreSubscriber;
import reactor.core.publisher.Operators;
import reactor.util.context.Context;

/** One of several subscribers: what it throws, against the rules, ends its own subscription, and is nothing to the others. */
final class Isolated<T> implements CoreSubscriber<T> {
    private static final Logger LOG = LoggerFactory.getLogger(Isolated.class);

    private final CoreSubscriber<? super T> actual;
    private Subscription subscription = Operators.emptySubscription();

    Isolated(Subscriber<? super T> actual) {
        this.actual = Operators.toCoreSubscriber(actual);
    }

    @Override
    public Context currentContext() {
        return actual.currentContext();
    }

    @Override
    public void onSubscribe(Subscription s) {
        subscription = s;
        actual.onSubscribe(s);
    }

    @Override
    public void onNext(T element) {
        guard(() -> actual.onNext(element));
    }

    @Override
    public void onError(Throwable t) {
        guard(() -> actual.onError(t));
    }

    @Override
    public void onComplete() {
        guard(actual::onComplete);
    }

    private void guard(Runnable signal) {
        try {
            signal.run();
        } catch (Throwable t) { // rule 2.13: it counts as cancelled
            LOG.error("a subscriber has thrown and gets no more", t);
            subscription.cancel();
        }
    }
}
