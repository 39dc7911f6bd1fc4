package io.bastion.actor;

import java.time.Duration;
import java.util.Objects;
import java.util.concurrent.TimeUnit;
import java.util.function.Function;
import reactor.core.CoreSubscriber;
import reactor.core.publisher.Mono;

/** {@link ActorRef#ask}: each subscription is a {@link PendingAsk}. */
final class AskMono<Q, R> extends Mono<R> {
    /** Context key of the {@link InWork} from within whose publisher is asked. */
    static final Object ASKER = new Object() {
        @Override
        public String toString() {
            return "io.bastion.asker";
        }
    };

    private final ActorCell<Q> target;
    private final Function<? super ActorRef<R>, ? extends Q> request;
    private final long timeoutNanos;
    private final Class<?> site;
    private final boolean waits;

    /**
     * @param site the class that stands for the place of the call, see {@link CallSites}
     */
    AskMono(ActorCell<Q> target, Function<? super ActorRef<R>, ? extends Q> request, Duration timeout, Class<?> site) {
        this(target, request, timeout, site, false);
    }

    /**
     * @param waits whether the request waits for room in the mailbox
     */
    AskMono(
            ActorCell<Q> target,
            Function<? super ActorRef<R>, ? extends Q> request,
            Duration timeout,
            Class<?> site,
            boolean waits) {
        this.target = target;
        this.request = request;
        this.site = site;
        this.waits = waits;
        timeoutNanos = nanos(timeout);
        CallSites.of(site);
    }

    /** A time-out that is one. */
    static long nanos(Duration timeout) {
        Objects.requireNonNull(timeout, "timeout: null (expected: a Duration)");
        long nanos = TimeUnit.NANOSECONDS.convert(timeout); // saturates
        if (nanos <= 0) {
            throw new IllegalArgumentException("timeout: " + timeout + " (expected: > 0)");
        }
        return nanos;
    }

    ActorCell<Q> target() {
        return target;
    }

    Function<? super ActorRef<R>, ? extends Q> request() {
        return request;
    }

    Class<?> site() {
        return site;
    }

    boolean waits() {
        return waits;
    }

    long timeoutNanos() {
        return timeoutNanos;
    }

    @Override
    public void subscribe(CoreSubscriber<? super R> actual) {
        PendingAsk<Q, R> ask = new PendingAsk<>(this, actual);
        actual.onSubscribe(ask);
        ask.start(actual);
    }
}
