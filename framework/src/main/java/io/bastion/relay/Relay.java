package io.bastion.relay;

import io.bastion.actor.ActorContext;
import io.bastion.actor.ActorSpec;
import io.bastion.actor.ActorSystem;
import io.bastion.actor.Behavior;
import io.bastion.actor.SupervisorRef;
import io.bastion.actor.SupervisorSpec;
import io.bastion.actor.TerminationReason;
import io.bastion.supervision.AutoShutdown;
import java.util.Queue;
import java.util.concurrent.atomic.AtomicInteger;
import org.jspecify.annotations.Nullable;
import org.reactivestreams.Publisher;
import org.reactivestreams.Subscription;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;
import reactor.core.CoreSubscriber;
import reactor.core.Exceptions;
import reactor.core.publisher.Operators;
import reactor.util.concurrent.Queues;
import reactor.util.context.Context;

/**
 * The output of a supervised publisher, for one consumer: each incarnation of an actor subscribes to a publisher anew, and the
 * consumer sees one stream, which ends with the actor's supervisor.
 *
 * <p>The consumer's open demand goes from one run to the next, and no more than that is requested of a publisher. What a run has handed
 * over is delivered before anything of the next one, even if they overlap, as when the earlier one was cancelled on another thread. The
 * consumer is called on the threads of the publishers, its end comes on a worker. Thread-safe.
 *
 * @param <T> the elements
 * @param <P> the point that the next run goes on from
 */
public abstract class Relay<T, P> implements Subscription {
    private static final Logger LOG = LoggerFactory.getLogger(Relay.class);

    private final Context context;
    private final Queue<T> accepted = Queues.<T>unbounded().get();
    private final AtomicInteger emitting = new AtomicInteger();

    /** Null when it has cancelled, or has been told the end; written under the lock. */
    private volatile @Nullable CoreSubscriber<? super T> consumer;

    private volatile @Nullable End end;

    /** How the latest actor has ended. */
    private volatile TerminationReason actorsEnd = TerminationReason.STOPPED;

    /** Of the latest run. Guarded by this, as are the following. */
    private boolean succeeded;

    private P point;

    /** What is requested and has not been handed over. */
    private long demand;

    private @Nullable Run<T, P> current;

    private @Nullable Runnable stop;

    /** Its owner ends it: there are no more runs, and the consumer will be told that it is complete. */
    private boolean closing;

    /** The consumer is told that it is over. */
    private record End(@Nullable Throwable error) {}

    /**
     * An output that has not been started. The consumer is to be given it as its subscription first.
     *
     * @param context what the publishers are subscribed to with
     * @param point what the first run begins with
     */
    protected Relay(CoreSubscriber<? super T> consumer, Context context, P point) {
        this.consumer = consumer;
        this.context = context;
        this.point = point;
    }

    // ------------------------------------------------------------------------------------------------ of subclasses

    /**
     * Makes the publisher of a run; on the actor's worker.
     *
     * @throws Exception a failure of the run
     */
    protected abstract Publisher<? extends T> source(P point) throws Exception;

    /** The point behind an element that is being handed over; what it throws is a failure of the run, without the element. */
    protected P advance(P point, T element) {
        return point;
    }

    /**
     * What the consumer is told when the last run has not completed.
     *
     * @param cause the last failure; null when it was stopped from outside
     * @return null for completion
     */
    protected abstract @Nullable Throwable failure(@Nullable Throwable cause);

    /** Counts a run that begins. */
    protected void subscribed() {}

    /** Counts an element that the consumer is given. */
    protected void delivered() {}

    /**
     * Counts elements that the consumer will not be given.
     *
     * @param failed whether an operator has failed at them; otherwise they were given up when a run ended
     */
    protected void lost(long elements, boolean failed) {}

    /** Counts an error that came after the end of its run. */
    protected void late(Throwable error) {
        LOG.debug("error after the end of a subscription", error);
    }

    // ------------------------------------------------------------------------------------------------ the actors

    /** The behavior of the actor whose incarnations are the runs. */
    public final Behavior<Object> behavior(ActorContext<Object> actor) {
        if (actor.incarnation() == 0) {
            actor.self().whenTerminated().subscribe(reason -> actorsEnd = reason);
        }
        return Behavior.flow((self, inbox) -> subscriber -> begin(Operators.toCoreSubscriber(subscriber)));
    }

    /** A supervisor for such an actor alone, which ends with it. */
    public static SupervisorSpec supervisor(String name, ActorSpec<Object> actor) {
        return SupervisorSpec.named(name)
                .autoShutdown(AutoShutdown.ANY_SIGNIFICANT)
                .child(actor.significant());
    }

    /** Starts the supervisor at the top of a tree; that it cannot be started is the consumer's error. */
    public final void start(ActorSystem system, SupervisorSpec spec) {
        SupervisorRef supervisor;
        try {
            supervisor = system.supervise(spec);
        } catch (Throwable t) {
            end(t);
            return;
        }
        stopWith(supervisor::stop);
        supervisor.whenTerminated().subscribe(this::ended);
    }

    /** What to do when the consumer cancels; at once if it has. */
    public final void stopWith(Runnable stop) {
        synchronized (this) {
            if (consumer != null) {
                this.stop = stop;
                return;
            }
        }
        stop.run();
    }

    /** The supervisor has terminated. */
    public final void ended(TerminationReason reason) {
        Throwable cause = causeOf(actorsEnd);
        if (cause == null) {
            cause = causeOf(reason);
        }
        boolean completed;
        synchronized (this) {
            completed = closing || succeeded && cause == null;
        }
        end(completed ? null : failure(cause));
    }

    private static @Nullable Throwable causeOf(TerminationReason reason) {
        return reason instanceof TerminationReason.Failed failed ? failed.cause() : null;
    }

    /** Where a further run would begin. */
    public final synchronized P point() {
        return point;
    }

    // ------------------------------------------------------------------------------------------------ runs

    private void begin(CoreSubscriber<? super Object> actor) {
        Run<T, P> run = new Run<>(this, actor, context);
        P from;
        synchronized (this) {
            if (consumer == null || end != null || closing) {
                actor.onSubscribe(Operators.emptySubscription()); // it is being stopped
                return;
            }
            current = run;
            succeeded = false;
            from = point;
        }
        subscribed();
        run.begin(from);
    }

    /** What the run is still to be asked for. */
    final synchronized long grant(Run<T, P> run) {
        if (current != run) {
            return 0;
        }
        long more = demand - run.granted;
        run.granted = demand;
        return more;
    }

    final void take(Run<T, P> run, T element) {
        boolean over;
        Throwable refusal = null;
        synchronized (this) {
            over = current != run;
            if (!over) {
                refusal = accept(run, element);
            }
        }
        if (refusal != null) {
            run.drop(element);
            run.fail(refusal);
        } else if (over) {
            run.drop(element);
        } else {
            drain();
        }
    }

    private @Nullable Throwable accept(Run<T, P> run, T element) {
        if (run.granted == 0) {
            return Exceptions.failWithOverflow("onNext: without demand (expected: no more elements than requested)");
        }
        try {
            point = advance(point, element);
        } catch (Throwable t) {
            return t;
        }
        run.granted = lessOne(run.granted);
        demand = lessOne(demand);
        accepted.add(element);
        return null;
    }

    private static long lessOne(long n) {
        return n == Long.MAX_VALUE ? n : n - 1;
    }

    /** The run is over; returns whether it was not already. */
    final synchronized boolean detach(Run<T, P> run, boolean success) {
        if (current != run) {
            return false;
        }
        current = null;
        succeeded = success;
        return true;
    }

    // ------------------------------------------------------------------------------------------------ the consumer

    @Override
    public final void request(long n) {
        if (!Operators.validate(n)) {
            return;
        }
        Run<T, P> run;
        synchronized (this) {
            demand = Operators.addCap(demand, n);
            run = current;
        }
        if (run != null) {
            run.demand();
        }
    }

    @Override
    public final void cancel() {
        Run<T, P> run;
        Runnable stop;
        synchronized (this) {
            if (consumer == null) {
                return;
            }
            consumer = null;
            run = current;
            current = null;
            stop = this.stop;
        }
        if (run != null) {
            run.abandon();
        }
        if (stop != null) {
            stop.run();
        }
        drain(); // nobody gets any more what was handed over
    }

    /** Ends the run, for whoever stops the supervisor then: the consumer will be told that it is complete. */
    public final void close() {
        Run<T, P> run;
        synchronized (this) {
            closing = true;
            run = current;
            current = null;
        }
        if (run != null) {
            run.abandon();
        }
    }

    /** Ends the run and tells the consumer of the end, behind what has been handed over. */
    public final void end(@Nullable Throwable error) {
        Run<T, P> run;
        synchronized (this) {
            if (end != null) {
                return;
            }
            end = new End(error);
            run = current;
            current = null;
        }
        if (run != null) {
            run.abandon();
        }
        drain();
    }

    /** Whether the consumer is told no more. */
    public final boolean isOver() {
        return consumer == null || end != null;
    }

    /** Delivers; one thread at a time, the others leave it their work. */
    private void drain() {
        if (emitting.getAndIncrement() != 0) {
            return;
        }
        int missed = 1;
        do {
            End last = end; // looked at first: nothing is handed over after it
            for (T element; (element = accepted.poll()) != null; ) {
                deliver(element);
            }
            CoreSubscriber<? super T> told = last == null ? null : release();
            if (told != null && last != null) {
                tell(told, last.error);
            }
            missed = emitting.addAndGet(-missed);
        } while (missed != 0);
    }

    private void deliver(T element) {
        CoreSubscriber<? super T> c = consumer;
        if (c == null) {
            lost(1, false);
            Operators.onDiscard(element, context);
            return;
        }
        delivered();
        try {
            c.onNext(element);
        } catch (Throwable t) { // rule 2.13: it counts as cancelled
            LOG.error("a subscriber has thrown and gets no more", t);
            cancel();
        }
    }

    private synchronized @Nullable CoreSubscriber<? super T> release() {
        CoreSubscriber<? super T> c = consumer;
        consumer = null;
        return c;
    }

    private static void tell(CoreSubscriber<?> consumer, @Nullable Throwable error) {
        try {
            if (error == null) {
                consumer.onComplete();
            } else {
                consumer.onError(error);
            }
        } catch (Throwable t) {
            LOG.error("a subscriber has thrown at the end", t);
        }
    }
}
