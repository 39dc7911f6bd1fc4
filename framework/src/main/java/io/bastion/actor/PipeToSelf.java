package io.bastion.actor;

import java.util.concurrent.atomic.AtomicBoolean;
import java.util.function.BiFunction;
import org.jspecify.annotations.Nullable;
import org.reactivestreams.Subscription;
import reactor.core.publisher.BaseSubscriber;
import reactor.util.context.Context;
import reactor.util.context.ContextView;

/** The first element of a publisher, or its end, on its way to an actor as a message. */
final class PipeToSelf<T, M> extends BaseSubscriber<T> implements FatalErrors.Victim {
    private final ActorCell<M> cell;
    private final int incarnation;
    private final ContextView carried;
    private final BiFunction<? super @Nullable T, ? super @Nullable Throwable, ? extends M> message;
    private final AtomicBoolean ended = new AtomicBoolean();

    PipeToSelf(
            ActorCell<M> cell,
            int incarnation,
            ContextView carried,
            BiFunction<? super @Nullable T, ? super @Nullable Throwable, ? extends M> message) {
        this.cell = cell;
        this.incarnation = incarnation;
        this.carried = carried;
        this.message = message;
    }

    /** What the message carried that was in work. */
    ContextView carried() {
        return carried;
    }

    @Override
    public Context currentContext() {
        return LateSignals.in(Context.of(carried), cell);
    }

    @Override
    protected void hookOnSubscribe(Subscription subscription) {
        subscription.request(1);
    }

    @Override
    protected void hookOnNext(T value) {
        send(value, null);
        cancel();
    }

    @Override
    protected void hookOnError(Throwable error) {
        send(null, error);
    }

    @Override
    protected void hookOnComplete() {
        send(null, null);
    }

    @Override
    public void failFatally(Throwable error) {
        cancel();
        send(null, error);
    }

    private void send(@Nullable T value, @Nullable Throwable error) {
        if (ended.compareAndSet(false, true)) {
            cell.tellSystem(new ActorTask(() -> cell.piped(this, incarnation, () -> message.apply(value, error))));
        }
    }
}
