package io.bastion.bridge;

import io.bastion.actor.ActorContext;
import java.util.Objects;
import java.util.Queue;
import org.jspecify.annotations.Nullable;
import org.reactivestreams.Publisher;
import org.reactivestreams.Subscription;
import reactor.core.CoreSubscriber;
import reactor.core.Exceptions;
import reactor.core.publisher.Flux;
import reactor.core.publisher.Operators;
import reactor.util.concurrent.Queues;
import reactor.util.context.Context;

/**
 * The flow of one incarnation: between the flow, whose elements go to the {@link Outlet}, and the framework, which learns from
 * it only how the incarnation ends.
 */
final class FlowRun<O> extends Flux<O> implements CoreSubscriber<O>, Subscription {
    static final int CAPACITY = Queues.SMALL_BUFFER_SIZE;

    private final Outlet<?, O> outlet;
    private final ActorContext<?> context;
    private final Publisher<? extends O> flow;

    /** The framework; written before the flow is subscribed to. */
    private @Nullable CoreSubscriber<? super O> handler;

    /** Of the flow; written before the run is attached. */
    private @Nullable Subscription upstream;

    /** Elements that came from elsewhere, on their way to the worker; made by the flow's thread. */
    private volatile @Nullable Queue<O> queue;

    private volatile boolean cancelled;
    private boolean draining;

    FlowRun(Outlet<?, O> outlet, ActorContext<?> context, Publisher<? extends O> flow) {
        this.outlet = outlet;
        this.context = context;
        this.flow = flow;
    }

    @Override
    public void subscribe(CoreSubscriber<? super O> subscriber) {
        handler = subscriber;
        Flux.<O>from(flow).subscribe(this);
    }

    private CoreSubscriber<? super O> handler() {
        return Objects.requireNonNull(handler, "handler");
    }

    /** The framework's, by which it learns what operators of the flow discard. */
    @Override
    public Context currentContext() {
        return handler().currentContext();
    }

    @Override
    public void onSubscribe(Subscription s) {
        if (!Operators.validate(upstream, s)) {
            return;
        }
        upstream = s;
        handler().onSubscribe(this);
        onWorker(() -> {
            if (!cancelled) {
                outlet.attach(this);
            }
        });
    }

    /** Grants the flow more demand; on the worker. */
    void grant(long n) {
        Objects.requireNonNull(upstream, "upstream").request(n);
    }

    private void onWorker(Runnable work) {
        if (context.isCurrent()) {
            work.run();
        } else {
            Outlet.schedule(context, work);
        }
    }

    @Override
    public void onNext(O element) {
        if (cancelled) {
            Operators.onNextDropped(element, currentContext());
            return;
        }
        Queue<O> q = queue;
        if (context.isCurrent() && (q == null || q.isEmpty())) {
            outlet.emit(element);
            return;
        }
        if (q == null) {
            q = Queues.<O>get(CAPACITY).get();
            queue = q;
        }
        if (q.offer(element)) {
            onWorker(this::drain);
        } else {
            cancel();
            onError(Exceptions.failWithOverflow(
                    "flow: emits more than was requested (expected: a Publisher that obeys)"));
        }
    }

    /** Emits what has come from elsewhere; on the worker. */
    void drain() {
        Queue<O> q = queue;
        if (q == null || draining) {
            return;
        }
        draining = true;
        for (O element; (element = q.poll()) != null; ) {
            if (outlet.isAttached(this)) {
                outlet.emit(element);
            } else { // it came when the next incarnation was there already
                Operators.onNextDropped(element, currentContext());
            }
        }
        draining = false;
    }

    @Override
    public void onError(Throwable error) {
        onWorker(this::drain);
        handler().onError(error);
    }

    @Override
    public void onComplete() {
        onWorker(this::drain);
        handler().onComplete();
    }

    /** By the framework, which ignores elements: what flows is decided by the outlet. */
    @Override
    public void request(long n) {}

    /** By the framework: the incarnation is over. What the flow has emitted still goes out. */
    @Override
    public void cancel() {
        Subscription s = upstream;
        if (s != null) {
            s.cancel();
        }
        cancelled = true;
        onWorker(this::drain);
    }
}
