package io.bastion.actor;

import java.time.Duration;
import java.util.function.Function;
import reactor.core.CoreSubscriber;
import reactor.core.publisher.Mono;
import reactor.core.publisher.Operators;

/** {@link ActorRef#ask}: each subscription is a {@link PendingAsk}. */
final class AskMono<Q, R> extends Mono<R> {
    /** Context key of the actor from within whose publisher is asked. */
    static final Object ASKER = new Object() {
        @Override
        public String toString() {
            return "io.bastion.asker";
        }
    };

    private final ActorCell<Q> target;
    private final Function<? super ActorRef<R>, ? extends Q> request;
    private final long timeoutNanos;

    AskMono(ActorCell<Q> target, Function<? super ActorRef<R>, ? extends Q> request, Duration timeout) {
        this.target = target;
        this.request = request;
        timeoutNanos = timeout.toNanos();
        if (timeoutNanos <= 0) {
            throw new IllegalArgumentException("timeout: " + timeout + " (expected: > 0)");
        }
        CallSites.of(request.getClass());
    }

    ActorCell<Q> target() {
        return target;
    }

    Function<? super ActorRef<R>, ? extends Q> request() {
        return request;
    }

    long timeoutNanos() {
        return timeoutNanos;
    }

    @Override
    public void subscribe(CoreSubscriber<? super R> actual) {
        PendingAsk<Q, R> ask = new PendingAsk<>(this, actual);
        actual.onSubscribe(ask);
        ask.start();
    }

    static void dropped(Throwable error, CoreSubscriber<?> actual) {
        Operators.onErrorDropped(error, actual.currentContext());
    }
}
