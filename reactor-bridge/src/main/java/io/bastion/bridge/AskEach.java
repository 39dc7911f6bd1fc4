package io.bastion.bridge;

import java.util.function.Function;
import reactor.core.publisher.Flux;
import reactor.core.publisher.Mono;

/**
 * An operator for {@link Flux#transform} that asks an actor about each element; see {@link ActorStreams#askEach}. Immutable;
 * each method returns a changed copy.
 *
 * <p>Defaults: replies in the order of the elements, at most {@value #DEFAULT_CONCURRENCY} asks at a time.
 *
 * @param <T> what is asked about
 * @param <R> the replies
 */
public final class AskEach<T, R> implements Function<Flux<T>, Flux<R>> {
    /** How many asks may wait for their replies at a time when nothing is said. */
    public static final int DEFAULT_CONCURRENCY = 256;

    private final Function<? super T, Mono<R>> ask;
    private final int concurrency;
    private final boolean ordered;

    private AskEach(Function<? super T, Mono<R>> ask, int concurrency, boolean ordered) {
        this.ask = ask;
        this.concurrency = concurrency;
        this.ordered = ordered;
    }

    static <T, R> AskEach<T, R> of(Function<? super T, Mono<R>> ask) {
        return new AskEach<>(ask, DEFAULT_CONCURRENCY, true);
    }

    /** This operator with at most so many asks at a time: what is not asked is not requested either. */
    public AskEach<T, R> concurrency(int asks) {
        if (asks < 1) {
            throw new IllegalArgumentException("concurrency: " + asks + " (expected: >= 1)");
        }
        return new AskEach<>(ask, asks, ordered);
    }

    /** This operator with replies in the order in which they come. */
    public AskEach<T, R> unordered() {
        return new AskEach<>(ask, concurrency, false);
    }

    @Override
    public Flux<R> apply(Flux<T> elements) {
        return ordered ? elements.flatMapSequential(ask, concurrency, 1) : elements.flatMap(ask, concurrency, 1);
    }
}
