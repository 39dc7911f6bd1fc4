package io.bastion.bridge;

import io.bastion.actor.ActorContext;
import io.bastion.actor.ActorRef;
import io.bastion.actor.ActorTerminatedException;
import io.bastion.actor.Behavior;
import io.bastion.actor.TerminationReason;
import java.util.Objects;
import java.util.concurrent.RejectedExecutionException;
import java.util.concurrent.atomic.AtomicIntegerFieldUpdater;
import java.util.concurrent.atomic.AtomicLongFieldUpdater;
import java.util.function.BiFunction;
import org.jspecify.annotations.Nullable;
import org.reactivestreams.Publisher;
import org.reactivestreams.Subscription;
import reactor.core.CoreSubscriber;
import reactor.core.Exceptions;
import reactor.core.Scannable;
import reactor.core.publisher.Flux;
import reactor.core.publisher.Operators;
import reactor.util.context.Context;

/** What the flows of an actor emit, incarnation after incarnation, as one publisher for one subscriber. */
final class Outlet<I, O> extends Flux<O> implements Subscription, Scannable {
    /*
     * The actor is the lock: elements, grants of demand and the end are signalled on its worker only, so that they need no
     * queue and no counter of their own. What comes from elsewhere (an element of a flow that has changed the thread, a
     * request) is brought there through the actor's system lane. The end is signalled when the actor has terminated, by the
     * last thing that its worker does for it.
     *
     * A flow is granted what the subscriber has requested, at most WINDOW ahead of what was delivered. So nothing that it has
     * emitted need wait for demand, nor for the next incarnation; and a flow on other threads cannot outrun the worker.
     */
    private static final int WINDOW = FlowRun.CAPACITY;

    private static final int LOW = WINDOW / 4;

    private static final AtomicLongFieldUpdater<Outlet> REQUESTED =
            AtomicLongFieldUpdater.newUpdater(Outlet.class, "requested");

    private static final AtomicIntegerFieldUpdater<Outlet> SUBSCRIBED =
            AtomicIntegerFieldUpdater.newUpdater(Outlet.class, "subscribed");

    private static final AtomicIntegerFieldUpdater<Outlet> WOKEN =
            AtomicIntegerFieldUpdater.newUpdater(Outlet.class, "woken");

    /** Values of {@link #over}. */
    private static final int RUNNING = 0;

    private static final int CANCELLED = 1;
    private static final int ENDED = 2;

    private static final AtomicIntegerFieldUpdater<Outlet> OVER =
            AtomicIntegerFieldUpdater.newUpdater(Outlet.class, "over");

    private final BiFunction<? super ActorContext<I>, ? super Flux<I>, ? extends Publisher<? extends O>> flow;

    /** Written when the first incarnation is made. */
    private volatile @Nullable ActorContext<I> context;

    /** Ends the actor for a subscriber that has cancelled; written before anybody else sees the outlet. */
    private Runnable onCancel = () -> {};

    private volatile @Nullable CoreSubscriber<? super O> actual;
    private volatile int subscribed;
    private volatile int over;

    /** Sum of all requests, capped; any thread. */
    private volatile long requested;

    /** A request that breaks rule 3.9 was made. */
    private volatile boolean violated;

    /** 1 while the worker is on its way to look at {@link #requested}. */
    private volatile int woken;

    /** The error with which the publisher has ended. */
    private volatile @Nullable Throwable upstreamError;

    /** How the actor has ended. */
    private volatile @Nullable TerminationReason reason;

    /** The present incarnation's; this and the following on the worker only. */
    private @Nullable FlowRun<O> run;

    /** Elements that the present flow may emit, counted like {@link #delivered}. */
    private long granted;

    private long delivered;

    private boolean emitting;

    Outlet(BiFunction<? super ActorContext<I>, ? super Flux<I>, ? extends Publisher<? extends O>> flow) {
        this.flow = flow;
    }

    // ------------------------------------------------------------------------------------------------ the actor's side

    Behavior<I> behavior(ActorContext<I> context) {
        this.context = context;
        if (over == CANCELLED) {
            context.self().kill(); // a permanent actor has come back from its stop
        }
        return Behavior.flow((c, inbox) -> new FlowRun<>(
                this, c, Objects.requireNonNull(flow.apply(c, inbox), "flow: returned null (expected: a Publisher)")));
    }

    /** The actor has been spawned. */
    void connect(ActorRef<I> actor, Runnable onCancel) {
        this.onCancel = onCancel;
        actor.whenTerminated().subscribe(this::terminated);
    }

    /** The flow of a new incarnation may begin; on the worker. */
    void attach(FlowRun<O> next) {
        run = next;
        granted = delivered;
        grant();
    }

    boolean isAttached(FlowRun<O> other) {
        return run == other;
    }

    /** An element of the present flow; on the worker. */
    void emit(O element) {
        CoreSubscriber<? super O> a = actual;
        delivered++;
        if (a == null) { // it has cancelled
            Operators.onDiscard(element, Context.empty());
            return;
        }
        emitting = true;
        try {
            a.onNext(element);
        } catch (Throwable t) {
            failedBySubscriber(t, a);
        } finally {
            emitting = false;
        }
        if (granted - delivered <= LOW) {
            grant();
        }
    }

    /** A subscriber must not throw; if it does, the actor is not to blame. */
    private void failedBySubscriber(Throwable t, CoreSubscriber<? super O> subscriber) {
        Exceptions.throwIfJvmFatal(t);
        cancel();
        Late.error(this, t, subscriber.currentContext());
    }

    /** Hands demand on to the flow; on the worker. */
    private void grant() {
        FlowRun<O> r = run;
        if (emitting || r == null || actual == null) {
            return;
        }
        if (violated) {
            rejectViolation();
            return;
        }
        long wanted = requested;
        long limit = wanted - delivered > WINDOW ? delivered + WINDOW : wanted;
        long n = limit - granted;
        if (n > 0) {
            granted = limit;
            r.grant(n);
        }
    }

    private void rejectViolation() {
        CoreSubscriber<? super O> a = actual;
        if (a != null && OVER.compareAndSet(this, RUNNING, ENDED)) {
            actual = null;
            onCancel.run();
            a.onError(new IllegalArgumentException("request: not positive (expected: > 0, Reactive Streams rule 3.9)"));
        }
    }

    void upstreamEnded(@Nullable Throwable error) {
        upstreamError = error;
    }

    /** The last thing that the actor's worker does. */
    private void terminated(TerminationReason r) {
        FlowRun<O> last = run;
        if (last != null) {
            last.drain();
            run = null;
        }
        reason = r;
        end();
    }

    /** Ends the subscriber, if there is one, and the actor has ended; by whoever makes the last of the two true. */
    private void end() {
        CoreSubscriber<? super O> a = actual;
        TerminationReason r = reason;
        if (a == null || r == null || !OVER.compareAndSet(this, RUNNING, ENDED)) {
            return;
        }
        actual = null;
        Throwable error = errorOf(r);
        if (error == null) {
            a.onComplete();
        } else {
            a.onError(error);
        }
    }

    private @Nullable Throwable errorOf(TerminationReason r) {
        Throwable upstream = upstreamError;
        if (r instanceof TerminationReason.Stopped) {
            return upstream;
        }
        if (upstream != null) {
            Late.error(this, upstream, Context.empty());
        }
        return r instanceof TerminationReason.Failed failed
                ? failed.cause()
                : new ActorTerminatedException(Objects.requireNonNull(context).self());
    }

    // ------------------------------------------------------------------------------------------------ the subscriber's
    // side

    @Override
    public void subscribe(CoreSubscriber<? super O> subscriber) {
        Objects.requireNonNull(subscriber, "subscriber");
        if (!SUBSCRIBED.compareAndSet(this, 0, 1)) {
            Operators.error(
                    subscriber,
                    new IllegalStateException(
                            "processor: has a subscriber already (expected: one; flux().share() is for more)"));
            return;
        }
        subscriber.onSubscribe(this);
        actual = subscriber;
        if (over == CANCELLED) {
            actual = null;
            return;
        }
        end();
        wake();
    }

    @Override
    public void request(long n) {
        if (n > 0) {
            Operators.addCap(REQUESTED, this, n);
        } else {
            violated = true;
        }
        wake();
    }

    /** Lets the worker look at the demand. */
    private void wake() {
        ActorContext<I> c = context;
        if (c == null) {
            return; // the first incarnation will look
        }
        if (c.isCurrent()) {
            grant();
        } else if (WOKEN.compareAndSet(this, 0, 1)) {
            schedule(c, () -> {
                woken = 0;
                grant();
            });
        }
    }

    /** Runs something on the worker, if the actor lives. */
    static void schedule(ActorContext<?> context, Runnable work) {
        try {
            context.scheduler().schedule(work);
        } catch (RejectedExecutionException e) {
            // its end is on the way
        }
    }

    @Override
    public void cancel() {
        if (OVER.compareAndSet(this, RUNNING, CANCELLED)) {
            actual = null; // rule 3.13: no reference is kept
            onCancel.run();
        }
    }

    boolean isOver() {
        return over != RUNNING;
    }

    Context downstreamContext() {
        CoreSubscriber<? super O> a = actual;
        return a == null ? Context.empty() : a.currentContext();
    }

    @Override
    public String toString() {
        ActorContext<I> c = context;
        return c == null ? "processor" : "processor " + c.self().path();
    }

    @Override
    public @Nullable Object scanUnsafe(Attr key) {
        if (key == Attr.ACTUAL) {
            return actual;
        }
        if (key == Attr.CANCELLED) {
            return over == CANCELLED;
        }
        if (key == Attr.TERMINATED) {
            return over == ENDED;
        }
        return key == Attr.RUN_STYLE ? Attr.RunStyle.ASYNC : null;
    }
}
