package io.bastion.mailbox;

import java.lang.invoke.MethodHandles;
import java.lang.invoke.VarHandle;
import java.util.Objects;
import org.jspecify.annotations.Nullable;
import reactor.core.CoreSubscriber;
import reactor.core.Fuseable;
import reactor.core.Scannable;
import reactor.core.publisher.Flux;
import reactor.core.publisher.Operators;

/**
 * The mailbox as one incarnation's publisher: for one subscriber, emitting on the actor's worker exactly what is requested.
 *
 * <p>It offers {@code ASYNC} fusion (but not across a thread barrier): a fused operator polls messages one by one and holds
 * none of them back, so that nothing is lost when its incarnation fails. {@code request} never emits, so it never recurses.
 * {@code clear} does nothing: the mailbox outlives the incarnation.
 */
public final class Inbox<M> extends Flux<M> implements Fuseable, Fuseable.QueueSubscription<M>, Scannable {
    private static final VarHandle REQUESTED;
    private static final VarHandle EMITTED;
    private static final VarHandle ACTUAL;

    static {
        try {
            MethodHandles.Lookup lookup = MethodHandles.lookup();
            REQUESTED = lookup.findVarHandle(Inbox.class, "requested", long.class);
            EMITTED = lookup.findVarHandle(Inbox.class, "emitted", long.class);
            ACTUAL = lookup.findVarHandle(Inbox.class, "actual", CoreSubscriber.class);
        } catch (ReflectiveOperationException e) {
            throw new ExceptionInInitializerError(e);
        }
    }

    /** Stands in the place of a subscriber that has cancelled. */
    private static final CoreSubscriber<Object> GONE = Operators.emptySubscriber();

    private final MessageQueue queue;

    /** The one subscriber, or {@link #GONE} after it; once it is written there is no other. */
    private volatile @Nullable CoreSubscriber<? super M> actual;

    /** Sum of all requests, capped; any thread. */
    private volatile long requested;

    /** Elements emitted under the requests; written by the activation, read by it and by {@link #ready}. */
    private volatile long emitted;

    /** The subscriber has given up; any thread. */
    private volatile boolean cancelled;

    /** It was the actor's worker that cancelled; written before {@link #cancelled}. */
    private boolean byOwner;

    /** A request that breaks rule 3.9 was made; any thread. */
    private volatile boolean violated;

    /** The subscriber polls; written before {@code onSubscribe} returns. */
    private volatile boolean fused;

    /** A fused subscriber has polled in vain and waits for {@code onNext(null)}; any thread. */
    private volatile boolean wanted = true;

    /** The message that a fused subscriber may poll; activation only. */
    private @Nullable M offered;

    /** The message that another thread's cancel crossed, and who got it; activation only. */
    private @Nullable M crossing;

    private @Nullable CoreSubscriber<? super M> crossed;

    /** A terminal signal was sent; written by the activation. */
    private volatile boolean terminated;

    /**
     * @param queue the mailbox
     */
    public Inbox(MessageQueue queue) {
        this.queue = queue;
    }

    @Override
    public void subscribe(CoreSubscriber<? super M> subscriber) {
        Objects.requireNonNull(subscriber, "subscriber");
        if (!ACTUAL.compareAndSet(this, null, subscriber)) {
            Operators.error(subscriber, new IllegalStateException("inbox: has a subscriber already (expected: one)"));
            return;
        }
        subscriber.onSubscribe(this);
    }

    /**
     * Emits a message if there is demand for it; on the actor's worker only.
     *
     * @return whether the subscriber took it
     */
    public boolean emit(M message) {
        CoreSubscriber<? super M> subscriber = actual;
        if (subscriber == null || cancelled || terminated || rejectViolation()) {
            return false;
        }
        if (fused) {
            wanted = false;
            offered = message;
            subscriber.onNext(null);
            boolean taken = offered == null;
            offered = null;
            return taken;
        }
        long e = emitted;
        long r = requested;
        if (r == e) {
            return false;
        }
        if (r != Long.MAX_VALUE) {
            EMITTED.setRelease(this, e + 1); // parking, which re-reads it, is a full fence
        }
        subscriber.onNext(message);
        if (cancelled && !byOwner) {
            crossing = message;
            crossed = subscriber;
        }
        return true;
    }

    /**
     * The message that was being emitted as another thread cancelled, if it has been forgotten: an operator that empties its
     * queue when it is cancelled may be given one more behind that, and never look again. On the actor's worker, when the
     * subscription has ended; says it once.
     */
    public @Nullable M takeStranded() {
        M message = crossing;
        Scannable operator = Scannable.from(crossed);
        crossing = null;
        crossed = null;
        while (operator.isScanAvailable()) {
            Object buffered = operator.scanUnsafe(Attr.BUFFERED);
            if (buffered != null) {
                return buffered.equals(0) ? null : message;
            }
            operator = Scannable.from(operator.scan(Attr.ACTUAL));
        }
        return null;
    }

    /** Completes the subscriber; on the actor's worker only. */
    public void complete() {
        CoreSubscriber<? super M> subscriber = actual;
        if (subscriber != null && !cancelled && !terminated) {
            terminated = true;
            subscriber.onComplete();
        }
    }

    /**
     * Tells the subscriber of a broken request, if there was one; on the actor's worker only.
     *
     * @return whether there was one
     */
    public boolean rejectViolation() {
        if (!violated) {
            return false;
        }
        CoreSubscriber<? super M> subscriber = actual;
        if (subscriber != null && !cancelled && !terminated) {
            terminated = true;
            cancelled = true;
            subscriber.onError(
                    new IllegalArgumentException("request: not positive (expected: > 0, Reactive Streams rule 3.9)"));
        }
        return true;
    }

    /** Whether the next message would be taken; any thread. */
    public boolean ready() {
        return actual != null && !cancelled && !terminated && (violated || (fused ? wanted : requested != emitted));
    }

    /**
     * Whether the subscriber has cancelled, or the incarnation has: what is discarded from now on was not handled. Also when
     * another thread is about to cancel: an operator gives up what it is given as soon as it is cancelled itself.
     */
    public boolean isCancelled() {
        return cancelled || isBeingCancelled() || cancelled; // it may have come here meanwhile
    }

    private boolean isBeingCancelled() {
        Scannable operator = Scannable.from(actual);
        while (operator.isScanAvailable()) {
            if (operator.scanOrDefault(Attr.CANCELLED, false)) {
                return true;
            }
            operator = Scannable.from(operator.scan(Attr.ACTUAL));
        }
        return false;
    }

    @Override
    public void request(long n) {
        if (n <= 0) {
            violated = true;
            queue.wakeUp();
            return;
        }
        for (; ; ) {
            long r = requested;
            if (r == Long.MAX_VALUE) {
                break;
            }
            if (REQUESTED.compareAndSet(this, r, Operators.addCap(r, n))) {
                break;
            }
        }
        queue.resume();
    }

    /** Whether it was cancelled on the actor's worker, by what it did then. */
    public boolean isCancelledByOwner() {
        return cancelled && byOwner;
    }

    @Override
    public void cancel() {
        if (!cancelled) {
            byOwner = queue.isMine();
            cancelled = true;
        }
        actual = GONE; // rule 3.13: no reference is kept
    }

    @Override
    public int requestFusion(int mode) {
        if ((mode & ASYNC) != 0 && (mode & THREAD_BARRIER) == 0) {
            fused = true;
            return ASYNC;
        }
        return NONE;
    }

    @Override
    public @Nullable M poll() {
        if (cancelled) {
            return null;
        }
        if (!queue.isMine()) {
            // user code stays on the actor's worker: ask for an activation instead
            wanted = true;
            queue.resume();
            return null;
        }
        M message = offered;
        if (message == null) {
            wanted = true;
            return null;
        }
        offered = null;
        return message;
    }

    @Override
    public boolean isEmpty() {
        return !queue.isMine() || offered == null;
    }

    @Override
    public int size() {
        return isEmpty() ? 0 : 1;
    }

    @Override
    public void clear() {}

    @Override
    public @Nullable Object scanUnsafe(Attr key) {
        if (key == Attr.CANCELLED) {
            return cancelled;
        }
        if (key == Attr.BUFFERED) {
            return queue.depth();
        }
        return key == Attr.RUN_STYLE ? Attr.RunStyle.ASYNC : null;
    }
}
