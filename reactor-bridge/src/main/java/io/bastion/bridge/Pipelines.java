package io.bastion.bridge;

import java.util.Objects;
import java.util.function.BiFunction;
import java.util.function.Function;
import java.util.function.Supplier;
import org.reactivestreams.Publisher;

/**
 * Makes existing pipelines into supervised actors: each subscription to a publisher is an incarnation, a failure is decided about by a
 * restart policy, and whoever consumes the output sees one stream that goes on. See {@link PipelineSpec} for settings and for what is
 * promised.
 */
public final class Pipelines {
    private Pipelines() {}

    /**
     * A pipeline that begins anew with each subscription.
     *
     * @param name of the pipeline in the tree: 1 to 235 letters, digits and {@code - _ . ~}
     * @param source makes the publisher of each subscription; what it throws, and null, are failures of the subscription
     */
    public static <T> PipelineSpec<T> supervise(String name, Supplier<? extends Publisher<? extends T>> source) {
        Objects.requireNonNull(source, "source: null (expected: a supplier of publishers)");
        return new PipelineSpec<>(name, new PipelineSource<T, Boolean>(true, point -> source.get(), (p, e) -> p));
    }

    /**
     * A pipeline that goes on where it was. The point moves on in the moment in which an element is handed over, before it is
     * delivered. What has been handed over is always delivered, unless the consumer cancels: so if the publisher begins exactly behind its
     * point, the consumer gets each element once and in order, whatever fails in the publisher.
     *
     * @param name of the pipeline in the tree: 1 to 235 letters, digits and {@code - _ . ~}
     * @param initial the point of the first subscription
     * @param source makes the publisher of a subscription that begins at a point
     * @param advance gives the point behind an element, from the point before it; must be quick. What it throws, and null, fail the
     *     subscription without the element, and the next one begins before it
     */
    public static <T, P> PipelineSpec<T> supervise(
            String name,
            P initial,
            Function<? super P, ? extends Publisher<? extends T>> source,
            BiFunction<? super P, ? super T, ? extends P> advance) {
        Objects.requireNonNull(initial, "initial: null (expected: a point)");
        Objects.requireNonNull(source, "source: null (expected: a function from points to publishers)");
        Objects.requireNonNull(advance, "advance: null (expected: a function from point and element to point)");
        return new PipelineSpec<>(
                name,
                new PipelineSource<T, P>(
                        initial,
                        source,
                        (point, element) -> Objects.requireNonNull(
                                advance.apply(point, element), "advance: returned null (expected: a point)")));
    }
}
