package io.bastion.bridge;

import io.bastion.actor.ActorRef;
import io.bastion.actor.ActorTerminatedException;
import java.util.Objects;
import java.util.concurrent.atomic.AtomicIntegerFieldUpdater;
import java.util.concurrent.atomic.AtomicLongFieldUpdater;
import org.jspecify.annotations.Nullable;
import org.reactivestreams.Subscription;
import reactor.core.CoreSubscriber;
import reactor.core.publisher.Flux;
import reactor.core.publisher.FluxOperator;
import reactor.core.publisher.Mono;
import reactor.core.publisher.Operators;
import reactor.util.context.Context;

/** {@link ActorStreams#tellEach}: requests an element when one is wanted, sends it, and passes it on when it is in the mailbox. */
final class FluxTellEach<M> extends FluxOperator<M, M> {
    private final ActorRef<? super M> actor;

    FluxTellEach(Flux<M> source, ActorRef<? super M> actor) {
        super(source);
        this.actor = actor;
    }

    @Override
    public void subscribe(CoreSubscriber<? super M> actual) {
        source.subscribe(new Telling<>(actor, actual));
    }

    /** One element at a time is on its way: requested, or being sent. All steps are taken by whoever holds the loop. */
    private static final class Telling<M> implements CoreSubscriber<M>, Subscription {
        private static final AtomicIntegerFieldUpdater<Telling> STEPS =
                AtomicIntegerFieldUpdater.newUpdater(Telling.class, "steps");

        private static final AtomicLongFieldUpdater<Telling> REQUESTED =
                AtomicLongFieldUpdater.newUpdater(Telling.class, "requested");

        private final ActorRef<? super M> actor;
        private final CoreSubscriber<? super M> actual;

        private @Nullable Subscription upstream;
        private volatile int steps;
        private volatile long requested;
        private volatile boolean cancelled;

        /** The source has ended, with the error if there is one. */
        private volatile boolean done;

        private @Nullable Throwable error;

        /** The send that is waited for. */
        private volatile @Nullable Sending sending;

        /** Holder of the loop only: whether an element is on its way, and how many have been passed on. */
        private boolean underWay;

        private long passed;
        private boolean terminated;

        Telling(ActorRef<? super M> actor, CoreSubscriber<? super M> actual) {
            this.actor = actor;
            this.actual = actual;
        }

        @Override
        public Context currentContext() {
            return actual.currentContext();
        }

        @Override
        public void onSubscribe(Subscription s) {
            if (Operators.validate(upstream, s)) {
                upstream = s;
                actual.onSubscribe(this);
            }
        }

        @Override
        public void onNext(M element) {
            if (done || cancelled) {
                Late.element("tellEach to " + actor.path(), element, currentContext());
                return;
            }
            Sending next = new Sending(element);
            sending = next;
            Mono<Boolean> sent;
            try {
                sent = actor.send(element);
            } catch (Throwable t) { // of an adaption
                next.onError(Operators.onOperatorError(t, currentContext()));
                return;
            }
            sent.subscribe(next);
        }

        @Override
        public void onError(Throwable t) {
            if (done) {
                Late.error("tellEach to " + actor.path(), t, currentContext());
                return;
            }
            error = t;
            done = true;
            step();
        }

        @Override
        public void onComplete() {
            done = true;
            step();
        }

        @Override
        public void request(long n) {
            if (n > 0) {
                Operators.addCap(REQUESTED, this, n);
                step();
            } else {
                Subscription s = upstream;
                if (s != null) {
                    s.request(n); // which knows how to refuse it
                }
            }
        }

        @Override
        public void cancel() {
            cancelled = true;
            Subscription s = upstream;
            if (s != null) {
                s.cancel();
            }
            Sending waiting = sending;
            if (waiting != null) {
                waiting.cancel();
            }
        }

        private void step() {
            if (STEPS.getAndIncrement(this) != 0) {
                return;
            }
            int missed = 1;
            do {
                goOn();
                missed = STEPS.addAndGet(this, -missed);
            } while (missed != 0);
        }

        private void goOn() {
            while (!cancelled && !terminated) {
                Sending s = sending;
                if (s != null) {
                    if (!s.over) {
                        return;
                    }
                    sending = null;
                    underWay = false;
                    Throwable failure = s.failure;
                    if (failure != null) {
                        fail(failure);
                        return;
                    }
                    passed++;
                    actual.onNext(s.element);
                } else if (done) {
                    terminated = true;
                    Throwable t = error;
                    if (t == null) {
                        actual.onComplete();
                    } else {
                        actual.onError(t);
                    }
                } else if (!underWay && requested != passed) {
                    underWay = true;
                    Objects.requireNonNull(upstream).request(1);
                } else {
                    return;
                }
            }
        }

        private void fail(Throwable failure) {
            terminated = true;
            Subscription s = upstream;
            if (s != null && !done) {
                s.cancel();
            }
            actual.onError(failure);
        }

        /** An element on its way into the mailbox. */
        private final class Sending implements CoreSubscriber<Boolean> {
            private final M element;
            private volatile @Nullable Subscription subscription;
            private @Nullable Throwable failure;

            /** Written last. */
            private volatile boolean over;

            Sending(M element) {
                this.element = element;
            }

            @Override
            public Context currentContext() {
                return actual.currentContext();
            }

            @Override
            public void onSubscribe(Subscription s) {
                subscription = s;
                if (cancelled) {
                    s.cancel();
                } else {
                    s.request(Long.MAX_VALUE);
                }
            }

            @Override
            public void onNext(Boolean accepted) {
                if (!accepted) {
                    failure = new ActorTerminatedException(actor);
                }
            }

            @Override
            public void onError(Throwable t) {
                failure = t;
                onComplete();
            }

            @Override
            public void onComplete() {
                over = true;
                step();
            }

            void cancel() {
                Subscription s = subscription;
                if (s != null) {
                    s.cancel();
                }
            }
        }
    }
}
