package io.bastion.io;

import java.util.concurrent.atomic.AtomicInteger;
import java.util.function.Consumer;
import java.util.function.Function;
import org.reactivestreams.Subscription;
import reactor.core.CoreSubscriber;
import reactor.core.publisher.Mono;
import reactor.core.publisher.Operators;

/**
 * One operation of a backend as a {@code Mono}: begins with the first request, anew for each subscriber.
 *
 * @param <R> what the backend gives
 * @param <T> what the subscriber gets
 */
final class OpMono<R, T> extends Mono<T> {
    private final Function<Completion<R>, Cancel> operation;
    private final Function<R, T> result;
    private final Consumer<R> late;

    /**
     * @param result makes the subscriber's result; not called after a cancel
     * @param late takes a result that nobody waits for any more
     */
    OpMono(Function<Completion<R>, Cancel> operation, Function<R, T> result, Consumer<R> late) {
        this.operation = operation;
        this.result = result;
        this.late = late;
    }

    /** An operation whose result needs nothing when it is late. */
    static <R, T> Mono<T> of(Function<Completion<R>, Cancel> operation, Function<R, T> result) {
        return new OpMono<>(operation, result, nobody -> {});
    }

    /** An operation that only ends. */
    static Mono<Void> ofVoid(Function<Completion<Integer>, Cancel> operation) {
        return of(operation, Function.identity()).then();
    }

    @Override
    public void subscribe(CoreSubscriber<? super T> actual) {
        actual.onSubscribe(new Operation(actual));
    }

    private final class Operation extends AtomicInteger implements Subscription, Completion<R> {
        private static final long serialVersionUID = 1L;
        private static final int NEW = 0;
        private static final int STARTED = 1;
        private static final int ENDED = 2;

        private final transient CoreSubscriber<? super T> actual;
        private transient volatile Cancel running = Cancel.NOTHING;

        Operation(CoreSubscriber<? super T> actual) {
            this.actual = actual;
        }

        @Override
        public void request(long n) {
            if (!Operators.validate(n) || !compareAndSet(NEW, STARTED)) {
                return;
            }
            Cancel begun;
            try {
                begun = operation.apply(this);
            } catch (Throwable e) {
                failed(e);
                return;
            }
            running = begun;
            if (get() == ENDED) {
                begun.cancel();
            }
        }

        @Override
        public void cancel() {
            if (getAndSet(ENDED) == STARTED) {
                running.cancel();
            }
        }

        @Override
        public void done(R value) {
            if (getAndSet(ENDED) != STARTED) {
                late.accept(value);
                return;
            }
            T signal;
            try {
                signal = result.apply(value);
            } catch (Throwable e) {
                actual.onError(Operators.onOperatorError(e, actual.currentContext()));
                return;
            }
            actual.onNext(signal);
            actual.onComplete();
        }

        @Override
        public void failed(Throwable fault) {
            if (getAndSet(ENDED) == STARTED) {
                actual.onError(fault);
            }
        }
    }
}
