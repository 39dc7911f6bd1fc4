package io.bastion.actor;

import java.time.Duration;
import java.util.Objects;
import java.util.concurrent.TimeUnit;
import java.util.concurrent.TimeoutException;
import java.util.concurrent.atomic.AtomicReferenceFieldUpdater;
import java.util.function.Consumer;
import java.util.function.Supplier;
import org.jspecify.annotations.Nullable;
import org.reactivestreams.Publisher;
import org.reactivestreams.Subscription;
import reactor.core.CoreSubscriber;
import reactor.core.publisher.Operators;
import reactor.util.context.Context;

/** A run of one of {@link Callbacks}: its subscriber, and the system message that brings its end back to the actor's worker. */
final class HookRun extends SystemMessage implements CoreSubscriber<Object>, FatalErrors.Victim {
    private static final AtomicReferenceFieldUpdater<HookRun, State> STATE =
            AtomicReferenceFieldUpdater.newUpdater(HookRun.class, State.class, "state");

    private static final AtomicReferenceFieldUpdater<HookRun, @Nullable Subscription> SUBSCRIPTION =
            AtomicReferenceFieldUpdater.newUpdater(HookRun.class, Subscription.class, "subscription");

    private enum State {
        /** {@code subscribe} has not returned; an end is dealt with by whoever subscribes. */
        SUBSCRIBING,
        /** An end goes through the system lane. */
        DETACHED,
        ENDED
    }

    private final ActorCell<?> cell;
    private final String name;
    private final Runnable then;
    private final Consumer<Throwable> failed;
    private volatile State state = State.SUBSCRIBING;
    private volatile @Nullable Subscription subscription;
    private @Nullable ActorTask timeout;

    /** Written before the end is published. */
    private @Nullable Throwable error;

    /**
     * @param then what comes when the hook has completed
     * @param failed what comes when it has failed
     */
    HookRun(ActorCell<?> cell, String name, Runnable then, Consumer<Throwable> failed) {
        this.cell = cell;
        this.name = name;
        this.then = then;
        this.failed = failed;
    }

    /** Runs the hook; on the worker. */
    void start(Supplier<? extends Publisher<?>> hook, Duration limit) {
        try {
            Publisher<?> work = Objects.requireNonNull(hook.get(), name + ": returned null (expected: a Publisher)");
            FatalErrors.subscribe(work, this);
        } catch (Throwable t) {
            cancel();
            error = t;
        }
        if (!STATE.compareAndSet(this, State.SUBSCRIBING, State.DETACHED)) {
            finish();
        } else if (!limit.equals(LifecycleSettings.FOREVER)) {
            timeout = new ActorTask(() -> timedOut(limit));
            timeout.startIn(cell, TimeUnit.NANOSECONDS.convert(limit));
        }
    }

    private void timedOut(Duration limit) {
        if (STATE.getAndSet(this, State.ENDED) != State.ENDED) {
            Operators.terminate(SUBSCRIPTION, this);
            error = new TimeoutException(name + ": not ended after " + limit + " (expected: an end in time)");
            finish();
        }
    }

    /** Cancels the hook; its end does not come any more. */
    void cancel() {
        state = State.ENDED;
        Operators.terminate(SUBSCRIPTION, this);
        endTimeout();
    }

    private void endTimeout() {
        if (timeout != null) {
            timeout.dispose();
        }
    }

    private void finish() {
        endTimeout();
        if (cell.hookEnded(this)) {
            if (error == null) {
                then.run();
            } else {
                failed.accept(error);
            }
        }
    }

    @Override
    public void onSubscribe(Subscription s) {
        if (Operators.setOnce(SUBSCRIPTION, this, s)) {
            s.request(Long.MAX_VALUE);
        }
    }

    @Override
    public void onNext(Object ignored) {}

    @Override
    public void onError(Throwable t) {
        if (state != State.ENDED) {
            error = t;
            end();
        } else {
            Report.late(cell, t);
        }
    }

    @Override
    public Context currentContext() {
        return LateSignals.in(Context.empty(), cell);
    }

    @Override
    public void onComplete() {
        end();
    }

    @Override
    public void failFatally(Throwable fatal) {
        Operators.terminate(SUBSCRIPTION, this);
        onError(fatal);
    }

    private void end() {
        if (STATE.getAndSet(this, State.ENDED) == State.DETACHED) {
            cell.tellSystem(this);
        }
    }

    @Override
    void deliver(ActorCell<?> cell) {
        finish();
    }
}
