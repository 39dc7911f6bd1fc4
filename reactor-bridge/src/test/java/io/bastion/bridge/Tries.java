package io.bastion.bridge;

import java.util.List;
import java.util.concurrent.CopyOnWriteArrayList;
import java.util.concurrent.atomic.AtomicInteger;
import java.util.function.IntFunction;
import java.util.function.Supplier;
import org.reactivestreams.Publisher;
import reactor.core.publisher.Flux;

/** Publishers for a test, one for each subscription, that note what is requested of them and whether they are cancelled. */
final class Tries<T> implements Supplier<Publisher<T>> {
    private final IntFunction<Publisher<T>> byNumber;
    final AtomicInteger count = new AtomicInteger();
    final AtomicInteger cancelled = new AtomicInteger();
    final List<Long> requests = new CopyOnWriteArrayList<>();

    private Tries(IntFunction<Publisher<T>> byNumber) {
        this.byNumber = byNumber;
    }

    /**
     * A publisher by the number of the subscription, from 0.
     */
    static <T> Tries<T> of(IntFunction<Publisher<T>> byNumber) {
        return new Tries<>(byNumber);
    }

    @Override
    public Publisher<T> get() {
        return Flux.from(byNumber.apply(count.getAndIncrement()))
                .doOnRequest(requests::add)
                .doOnCancel(cancelled::incrementAndGet);
    }

    /** Elements, and then a failure. */
    @SafeVarargs
    static <T> Flux<T> thenFail(Throwable failure, T... elements) {
        return Flux.just(elements).concatWith(Flux.error(failure));
    }
}
