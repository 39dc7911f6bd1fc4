package io.bastion.bridge;

import io.bastion.relay.Relay;
import org.jspecify.annotations.Nullable;
import org.reactivestreams.Publisher;
import reactor.core.CoreSubscriber;
import reactor.util.context.Context;

/** The output of one pipeline. */
final class PipelineRelay<T, P> extends Relay<T, P> {
    private final String name;
    private final PipelineSource<T, P> source;
    private final PipelineStats stats;

    PipelineRelay(
            String name,
            PipelineSource<T, P> source,
            PipelineStats stats,
            CoreSubscriber<? super T> consumer,
            Context context,
            P point) {
        super(consumer, context, point);
        this.name = name;
        this.source = source;
        this.stats = stats;
    }

    @Override
    protected Publisher<? extends T> source(P point) {
        return source.publisher().apply(point);
    }

    @Override
    protected P advance(P point, T element) {
        return source.advance().apply(point, element);
    }

    @Override
    protected Throwable failure(@Nullable Throwable cause) {
        return cause != null ? cause : new PipelineException(name);
    }

    @Override
    protected void subscribed() {
        stats.subscribed();
    }

    @Override
    protected void delivered() {
        stats.delivered(1);
    }

    @Override
    protected void lost(long elements, boolean failed) {
        stats.lost(elements, failed);
    }

    @Override
    protected void late(Throwable error) {
        super.late(error);
        stats.lateError();
    }
}
