package io.bastion.io;

import io.netty.util.ReferenceCountUtil;
import java.util.ArrayDeque;
import java.util.Deque;
import java.util.concurrent.RejectedExecutionException;
import java.util.function.Supplier;
import org.jspecify.annotations.Nullable;
import org.reactivestreams.Subscription;
import reactor.core.CoreSubscriber;
import reactor.core.Disposable;
import reactor.core.Exceptions;
import reactor.core.publisher.Flux;
import reactor.core.publisher.Operators;

/**
 * Buffers, or what else is counted by references, emitted on a scheduler that may end at any time, as that of an actor does. {@code publishOn} would lose those that
 * wait for a task that the ended scheduler never runs; here a cancel releases them on whatever thread it comes.
 *
 * <p>When its owner ends it, it fails like every other operation on what has been closed.
 */
final class DeliveredFlux<T> extends Flux<T> {
    private final Flux<T> source;
    private final int prefetch;
    private final Home home;
    private final Supplier<Throwable> closed;

    /**
     * @param closed the error that it fails with when its owner ends it
     */
    DeliveredFlux(Flux<T> source, int prefetch, Home home, Supplier<Throwable> closed) {
        this.source = source;
        this.prefetch = prefetch;
        this.home = home;
        this.closed = closed;
    }

    @Override
    public void subscribe(CoreSubscriber<? super T> actual) {
        source.subscribe(new Delivery<>(actual, prefetch, home, closed));
    }

    /** Fields that are not final are guarded by this, but for the upstream, which is set before anything else happens. */
    private static final class Delivery<T> implements CoreSubscriber<T>, Subscription, Runnable, Disposable {
        private final CoreSubscriber<? super T> actual;
        private final int prefetch;
        private final int limit;
        private final Home home;
        private final Supplier<Throwable> closed;
        private final Deque<T> arrived = new ArrayDeque<>();
        private @Nullable Subscription upstream;
        private long requested;
        private boolean started;

        /** How many have been emitted since more were requested; only touched where it runs. */
        private int emitted;

        private boolean sourceEnded;
        private @Nullable Throwable fault;

        /** Whether a task on the scheduler is on its way or runs. */
        private boolean scheduled;

        /** Whether that task runs. */
        private boolean running;

        /** Cancelled, or its last signal is out. */
        private boolean over;

        Delivery(CoreSubscriber<? super T> actual, int prefetch, Home home, Supplier<Throwable> closed) {
            this.actual = actual;
            this.prefetch = prefetch;
            this.limit = prefetch - (prefetch >> 2);
            this.home = home;
            this.closed = closed;
        }

        @Override
        public reactor.util.context.Context currentContext() {
            return actual.currentContext();
        }

        @Override
        public void onSubscribe(Subscription subscription) {
            upstream = subscription;
            actual.onSubscribe(this);
            if (home.deliveries() != null) {
                home.deliveries().add(this);
                if (isDisposed()) {
                    forget();
                }
            }
        }

        @Override
        public void request(long n) {
            if (n <= 0) {
                cancelSource();
                onError(Exceptions.nullOrNegativeRequestException(n));
                return;
            }
            boolean first;
            synchronized (this) {
                requested = Operators.addCap(requested, n);
                first = !started;
                started = true;
            }
            if (first) {
                requestMore(prefetch);
            }
            schedule();
        }

        private void requestMore(int n) {
            if (upstream != null) {
                upstream.request(n);
            }
        }

        @Override
        public void onNext(T buffer) {
            boolean late;
            synchronized (this) {
                late = over || sourceEnded || !arrived.add(buffer);
            }
            if (late) {
                ReferenceCountUtil.release(buffer);
            } else {
                schedule();
            }
        }

        @Override
        public void onError(Throwable thrown) {
            synchronized (this) {
                if (sourceEnded) {
                    return;
                }
                fault = thrown;
                sourceEnded = true;
            }
            schedule();
        }

        @Override
        public void onComplete() {
            synchronized (this) {
                sourceEnded = true;
            }
            schedule();
        }

        private void schedule() {
            synchronized (this) {
                if (scheduled || over) {
                    return;
                }
                scheduled = true;
            }
            try {
                home.scheduler().schedule(this);
            } catch (RejectedExecutionException e) {
                if (end()) {
                    actual.onError(home.deliveries() == null ? e : closed.get()); // the owner has ended
                }
            }
        }

        @Override
        public void run() {
            synchronized (this) {
                running = true;
            }
            for (T buffer; (buffer = take()) != null; ) {
                actual.onNext(buffer);
                if (++emitted == limit) {
                    emitted = 0;
                    requestMore(limit);
                }
            }
        }

        /** The next to be emitted; null when there is none for now, or when the last signal has been given here. */
        private @Nullable T take() {
            synchronized (this) {
                if (!over && requested > 0 && !arrived.isEmpty()) {
                    requested = requested == Long.MAX_VALUE ? requested : requested - 1;
                    return arrived.poll();
                }
                scheduled = false;
                running = false;
                if (over || !sourceEnded || !arrived.isEmpty()) {
                    return null;
                }
                over = true;
            }
            forget();
            if (fault != null) {
                actual.onError(fault);
            } else {
                actual.onComplete();
            }
            return null;
        }

        @Override
        public void cancel() {
            end();
        }

        @Override
        public void dispose() {
            Throwable why = closed.get();
            boolean here;
            synchronized (this) {
                if (over) {
                    return;
                }
                releaseArrived();
                fault = why;
                sourceEnded = true;
                here = !running; // the owner's scheduler may have ended, with a task that will not run
                over = here;
            }
            cancelSource();
            if (here) {
                forget();
                actual.onError(why);
            }
        }

        @Override
        public synchronized boolean isDisposed() {
            return over;
        }

        /** Ends it without a signal; returns whether it had not ended before. */
        private boolean end() {
            synchronized (this) {
                if (over) {
                    return false;
                }
                over = true;
                releaseArrived();
            }
            forget();
            cancelSource();
            return true;
        }

        private void releaseArrived() {
            arrived.forEach(ReferenceCountUtil::release);
            arrived.clear();
        }

        private void cancelSource() {
            if (upstream != null) {
                upstream.cancel();
            }
        }

        private void forget() {
            if (home.deliveries() != null) {
                home.deliveries().remove(this);
            }
        }
    }
}
