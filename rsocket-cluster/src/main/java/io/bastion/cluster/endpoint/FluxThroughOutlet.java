package io.bastion.cluster.endpoint;

import java.util.concurrent.atomic.AtomicBoolean;
import java.util.concurrent.atomic.AtomicLong;
import org.jspecify.annotations.Nullable;
import org.reactivestreams.Subscription;
import reactor.core.CoreSubscriber;
import reactor.core.publisher.Flux;
import reactor.core.publisher.FluxOperator;
import reactor.core.publisher.Operators;
import reactor.util.context.Context;

/** Requests a few at a time, and the next few when those are emitted and the outlet takes more. Buffers nothing. */
final class FluxThroughOutlet<T> extends FluxOperator<T, T> {
    static final int BATCH = 64;

    private final Outlet outlet;

    FluxThroughOutlet(Flux<? extends T> source, Outlet outlet) {
        super(source);
        this.outlet = outlet;
    }

    @Override
    public void subscribe(CoreSubscriber<? super T> actual) {
        source.subscribe(new Paced<>(actual, outlet));
    }

    private static final class Paced<T> implements CoreSubscriber<T>, Subscription {
        private final CoreSubscriber<? super T> actual;
        private final Outlet outlet;

        /* What the client has requested and the source has not been asked for */
        private final AtomicLong demand = new AtomicLong();

        /* Whether a batch, or the wait for the outlet, is under way. Whoever sets it may write the batch. */
        private final AtomicBoolean busy = new AtomicBoolean();
        private volatile long batch;
        private @Nullable Subscription source;

        Paced(CoreSubscriber<? super T> actual, Outlet outlet) {
            this.actual = actual;
            this.outlet = outlet;
        }

        @Override
        public Context currentContext() {
            return actual.currentContext();
        }

        @Override
        public void onSubscribe(Subscription subscription) {
            source = subscription;
            actual.onSubscribe(this);
        }

        @Override
        public void request(long n) {
            if (Operators.validate(n)) {
                demand.accumulateAndGet(n, Operators::addCap);
                next();
            }
        }

        private void next() {
            if (demand.get() > 0 && busy.compareAndSet(false, true)) {
                outlet.whenWritable(this::requestBatch);
            }
        }

        private void requestBatch() {
            Subscription subscription = source;
            long wanted = demand.get();
            long now = Math.min(wanted, BATCH);
            if (wanted != Long.MAX_VALUE) {
                demand.addAndGet(-now);
            }
            batch = now;
            if (subscription != null) {
                subscription.request(now);
            }
        }

        @Override
        @SuppressWarnings("NonAtomicVolatileUpdate") // one at a time: elements, and then the next batch
        public void onNext(T element) {
            actual.onNext(element);
            if (--batch == 0) {
                busy.set(false);
                next();
            }
        }

        @Override
        public void onError(Throwable error) {
            actual.onError(error);
        }

        @Override
        public void onComplete() {
            actual.onComplete();
        }

        @Override
        public void cancel() {
            Subscription subscription = source;
            if (subscription != null) {
                subscription.cancel();
            }
        }
    }
}
