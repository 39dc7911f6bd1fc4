package io.bastion.fort;

import java.util.concurrent.atomic.AtomicBoolean;
import org.jspecify.annotations.Nullable;
import org.reactivestreams.Publisher;
import org.reactivestreams.Subscriber;
import org.reactivestreams.Subscription;
import reactor.core.CoreSubscriber;
import reactor.core.publisher.Operators;
import reactor.util.context.Context;

/** A publisher whose {@code onError} also gets what is thrown past it while it is subscribed to or emits on request. */
record FatalAsSignal<T>(Publisher<T> source) implements Publisher<T> {
    @Override
    public void subscribe(Subscriber<? super T> actual) {
        Guarded<T> guarded = new Guarded<>(Operators.toCoreSubscriber(actual));
        try {
            source.subscribe(guarded);
        } catch (Throwable t) {
            guarded.thrown(t);
        }
    }

    private static final class Guarded<T> implements CoreSubscriber<T>, Subscription {
        private final CoreSubscriber<? super T> actual;
        private final AtomicBoolean over = new AtomicBoolean();
        private volatile @Nullable Subscription subscription;

        Guarded(CoreSubscriber<? super T> actual) {
            this.actual = actual;
        }

        void thrown(Throwable t) {
            Subscription s = subscription;
            if (s == null) {
                actual.onSubscribe(this);
            } else {
                s.cancel();
            }
            onError(t);
        }

        @Override
        public Context currentContext() {
            return actual.currentContext();
        }

        @Override
        public void onSubscribe(Subscription s) {
            subscription = s;
            actual.onSubscribe(this);
        }

        @Override
        public void onNext(T element) {
            actual.onNext(element);
        }

        @Override
        public void onError(Throwable t) {
            if (over.compareAndSet(false, true)) {
                actual.onError(t);
            }
        }

        @Override
        public void onComplete() {
            if (over.compareAndSet(false, true)) {
                actual.onComplete();
            }
        }

        @Override
        public void request(long n) {
            Subscription s = subscription;
            if (s == null) {
                return; // it was never subscribed to
            }
            try {
                s.request(n);
            } catch (Throwable t) {
                thrown(t);
            }
        }

        @Override
        public void cancel() {
            Subscription s = subscription;
            if (s != null) {
                s.cancel();
            }
        }
    }
}
