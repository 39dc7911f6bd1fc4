package io.bastion.actor;

import io.bastion.scheduler.TimerEntry;
import io.bastion.scheduler.WorkFrame;
import java.lang.invoke.MethodHandles;
import java.lang.invoke.VarHandle;
import java.time.Duration;
import java.util.List;
import java.util.Objects;
import java.util.concurrent.RejectedExecutionException;
import org.jspecify.annotations.Nullable;
import org.reactivestreams.Subscription;
import reactor.core.CoreSubscriber;
import reactor.core.Disposable;
import reactor.core.publisher.Mono;
import reactor.core.publisher.Operators;
import reactor.util.context.Context;

/**
 * An ask that waits for its reply: subscription, reply reference and time-out in one object.
 *
 * <p>Exactly one of reply, failure, time-out and cancellation ends it; what comes after that is a dead letter.
 */
final class PendingAsk<Q, R> extends TimerEntry implements OneShotRef<R>, Subscription {
    private static final VarHandle STATE;

    static {
        try {
            STATE = MethodHandles.lookup().findVarHandle(PendingAsk.class, "state", int.class);
        } catch (ReflectiveOperationException e) {
            throw new ExceptionInInitializerError(e);
        }
    }

    /** No demand and no reply yet; then one of them; then over. */
    private static final int WAITING = 0;

    private static final int REQUESTED = 1;
    private static final int REPLIED = 2;
    private static final int ENDED = 3;

    /** Between WAITING and REPLIED while the reply is put down; and when the demand comes in that moment. */
    private static final int REPLYING = 4;

    private static final int REPLYING_REQUESTED = 5;

    private final AskMono<Q, R> source;
    private final CoreSubscriber<? super R> actual;
    private volatile int state = WAITING;

    /** The reply that came before the demand; written before REPLIED. */
    private @Nullable R reply;

    /** The actor from within whose publisher is asked; written before the request is sent. */
    private @Nullable ActorCell<?> asker;

    /** The request's wait for room in the mailbox, if there is one. */
    private volatile @Nullable Disposable wait;

    /** The asked actor has handled the request, without a reply: it does not wait for the asker any more. */
    private volatile boolean deferred;

    PendingAsk(AskMono<Q, R> source, CoreSubscriber<? super R> actual) {
        super(source.target().homeWorker());
        this.source = source;
        this.actual = actual;
    }

    ActorCell<Q> target() {
        return source.target();
    }

    boolean isEnded() {
        return state == ENDED;
    }

    private boolean isWaiting() {
        int s = state;
        return s == WAITING || s == REQUESTED;
    }

    boolean isDeferred() {
        return deferred;
    }

    void start() {
        if (state == ENDED) {
            return;
        }
        ActorCell<Q> target = source.target();
        Context context = actual.currentContext();
        Q message;
        try {
            if (!context.isEmpty()) {
                List<ActorRef<?>> cycle = enterWait(context.getOrDefault(AskMono.ASKER, null));
                if (!cycle.isEmpty()) {
                    refuse(new AskCycleException(cycle));
                    return;
                }
            }
            message = Objects.requireNonNull(source.request().apply(this), "request: null (expected: a message)");
        } catch (Throwable t) {
            refuse(Operators.onOperatorError(t, context));
            return;
        }
        RuntimeException refusal = target.request(message, context, this);
        if (refusal == null) {
            startTimer(target);
        } else {
            refuse(refusal);
        }
    }

    boolean waitsForRoom() {
        return source.waits();
    }

    /** The mailbox is full; what ends the ask takes the request back, unless it has got in by then. */
    void awaitRoom(AskNode node) {
        ActorCell<Q> target = source.target();
        Disposable waiting = Mono.<Boolean>create(sink -> SendMono.await(target, node, sink))
                .subscribe(
                        accepted -> {
                            if (!accepted) {
                                fail(new ActorTerminatedException(
                                        target, ActorTerminatedException.Progress.NOT_ACCEPTED));
                            }
                        },
                        this::fail);
        wait = waiting;
        if (state == ENDED) {
            waiting.dispose();
        }
    }

    /** After the request: a reply that is here already has stopped the timer, which then does not start. */
    private void startTimer(ActorCell<Q> target) {
        try {
            target.timer().start(this, source.timeoutNanos());
        } catch (RejectedExecutionException e) {
            fail(new ActorTerminatedException(target));
        }
    }

    private List<ActorRef<?>> enterWait(@Nullable ActorCell<?> waiting) {
        if (waiting == null) {
            return List.of();
        }
        asker = waiting;
        return waiting.waitsSerially() ? AskCycles.enter(waiting, this) : List.of();
    }

    @Override
    public TellResult tell(R message) {
        Objects.requireNonNull(message, "message: null (expected: a message)");
        for (; ; ) {
            int s = state;
            if (s == REQUESTED) {
                if (STATE.compareAndSet(this, s, ENDED)) {
                    stopTimer();
                    emit(message, null);
                    return TellResult.ACCEPTED;
                }
            } else if (s == WAITING) {
                if (STATE.compareAndSet(this, s, REPLYING)) {
                    stopTimer();
                    keep(message);
                    return TellResult.ACCEPTED;
                }
            } else {
                source.target().lateReply(message, this);
                return TellResult.TERMINATED;
            }
        }
    }

    /** Keeps the reply for the demand; if that came at the same moment, emits it. */
    private void keep(R message) {
        reply = message;
        if (!STATE.compareAndSet(this, REPLYING, REPLIED) && STATE.compareAndSet(this, REPLYING_REQUESTED, ENDED)) {
            emit(message, null);
        } // else it was cancelled
    }

    /** Ends the ask with an error, unless it has ended or has its reply. */
    void fail(Throwable error) {
        if (end()) {
            emit(null, error);
        }
    }

    /** Ends the ask where it is subscribed to. */
    private void refuse(Throwable error) {
        if (end()) {
            emitHere(null, error);
        }
    }

    /** Whether this call ended the ask, before there was a reply. */
    private boolean end() {
        for (; ; ) {
            int s = state;
            if (s != WAITING && s != REQUESTED) {
                return false;
            }
            if (STATE.compareAndSet(this, s, ENDED)) {
                stopTimer();
                return true;
            }
        }
    }

    /** The asked actor has handled the request. */
    void requestHandled() {
        if (isWaiting()) {
            deferred = true;
            source.target().extension().deferredAsks().add(this);
            if (state == ENDED) {
                ended(); // whoever ended it may not have seen that it is deferred
            }
        }
    }

    /**
     * On the asker's worker and in nobody's handler if an actor asks, otherwise here; never lets the subscriber's failure
     * fall on the replier.
     */
    private void emit(@Nullable R value, @Nullable Throwable error) {
        ended();
        ActorCell<?> waiting = asker;
        if (waiting != null) {
            waiting.tellSystem(new ActorTask(() -> signal(value, error)));
        } else {
            signalSafely(value, error);
        }
    }

    /** For calls by the subscriber itself: at once if this is the asker's worker. */
    private void emitHere(@Nullable R value, @Nullable Throwable error) {
        ActorCell<?> waiting = asker;
        if (waiting != null && waiting.isMyWorker()) {
            ended();
            signalSafely(value, error);
        } else {
            emit(value, error);
        }
    }

    private void signalSafely(@Nullable R value, @Nullable Throwable error) {
        try {
            signal(value, error);
        } catch (Throwable t) {
            AskMono.dropped(t, actual);
        }
    }

    private void signal(@Nullable R value, @Nullable Throwable error) {
        if (error != null) {
            actual.onError(error);
        } else {
            actual.onNext(value);
            actual.onComplete();
        }
    }

    private void ended() {
        Disposable waiting = wait;
        if (waiting != null) {
            waiting.dispose();
        }
        if (deferred) {
            source.target().extension().deferredAsks().remove(this);
        }
    }

    /** The time is over. */
    @Override
    protected void run(WorkFrame frame) {
        for (; ; ) {
            int s = state;
            if (s != WAITING && s != REQUESTED) {
                return;
            }
            if (STATE.compareAndSet(this, s, ENDED)) {
                ActorCell<Q> target = source.target();
                emit(
                        null,
                        new AskTimeoutException(
                                target,
                                Duration.ofNanos(source.timeoutNanos()),
                                CallSites.of(source.site()),
                                target.describe()));
                return;
            }
        }
    }

    @Override
    public void request(long n) {
        if (!Operators.validate(n)) {
            return;
        }
        for (; ; ) {
            int s = state;
            if (s == WAITING || s == REPLYING) {
                if (STATE.compareAndSet(this, s, s == WAITING ? REQUESTED : REPLYING_REQUESTED)) {
                    return;
                }
            } else if (s == REPLIED) {
                if (STATE.compareAndSet(this, s, ENDED)) {
                    emitHere(reply, null);
                    return;
                }
            } else {
                return;
            }
        }
    }

    @Override
    public void cancel() {
        if ((int) STATE.getAndSet(this, ENDED) != ENDED) {
            stopTimer();
            ended();
        }
    }

    @Override
    public String path() {
        return source.target().path() + "/reply";
    }

    @Override
    public String toString() {
        return path();
    }
}
