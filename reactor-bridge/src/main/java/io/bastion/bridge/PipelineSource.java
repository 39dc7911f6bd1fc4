package io.bastion.bridge;

import java.util.function.BiFunction;
import java.util.function.Function;
import org.reactivestreams.Publisher;

/**
 * What a pipeline subscribes to, by the point at which it goes on.
 *
 * @param initial the point of the first subscription
 * @param publisher makes a publisher for each subscription
 * @param advance the point behind an element
 * @param <T> the elements
 * @param <P> the point
 */
record PipelineSource<T, P>(
        P initial,
        Function<? super P, ? extends Publisher<? extends T>> publisher,
        BiFunction<? super P, ? super T, ? extends P> advance) {}
