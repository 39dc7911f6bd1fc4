package io.bastion.actor;

import io.bastion.scheduler.TimerEntry;
import io.bastion.scheduler.WorkFrame;
import java.lang.invoke.MethodHandles;
import java.lang.invoke.VarHandle;
import java.time.Duration;
import java.util.List;
import java.util.Objects;
import java.util.Set;
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

    /** Whom to tell; let go with the end, since the reply reference may be kept for longer. Whoever ends the ask writes it. */
    private CoreSubscriber<? super R> actual;

    private volatile int state = WAITING;

    /** The reply that came before the demand; written before REPLIED. */
    private @Nullable R reply;

    /** The actor from within whose publisher is asked; written before the request is sent. */
    private @Nullable ActorCell<?> asker;

    /**
     * Where the request is: an {@link ActorCell} in whose mailbox it is, or the {@link InWork} that it is in; null when it was
     * handled without a reply, and may be with anybody.
     */
    private volatile @Nullable Object place;

    /** The request's wait for room in the mailbox, if there is one. */
    private volatile @Nullable Disposable wait;

    /** The asked actor has handled the request, without a reply. */
    private volatile boolean deferred;

    /** Where it is counted, if somebody wants to know. */
    private final @Nullable AskCounts counts;

    PendingAsk(AskMono<Q, R> source, CoreSubscriber<? super R> actual) {
        super(source.target().homeWorker());
        this.source = source;
        this.actual = actual;
        place = source.target();
        counts = source.target().system().metering().beginAsk();
    }

    ActorCell<Q> target() {
        return source.target();
    }

    /** The actor from within whose publisher is asked. */
    @Nullable ActorRef<?> asker() {
        return asker;
    }

    boolean isEnded() {
        return state == ENDED;
    }

    /** Whether there is no reply yet, nor will be an error. */
    boolean isWaiting() {
        int s = state;
        return s == WAITING || s == REQUESTED;
    }

    /** The request goes on to another mailbox, or into work. */
    void isNowIn(Object there) {
        if (place != null) {
            place = there;
            if (state == ENDED) {
                place = null;
            }
        }
    }

    /**
     * The work that must end before there can be a reply; any thread.
     *
     * @param all see {@link WorkingCell#blocking}
     */
    List<InWork> blocking(boolean all) {
        Object where = isWaiting() ? place : null;
        if (where instanceof InWork work && !work.isEnded()) {
            return List.of(work);
        }
        ActorCell<?> cell = cellOf(where);
        return cell == null ? List.of() : cell.blocking(all);
    }

    /** Whether there can be no reply when so much work does not end; any thread. */
    boolean isStuck(Set<InWork> stuck) {
        Object where = isWaiting() ? place : null;
        if (where instanceof InWork work && !work.isEnded()) {
            return stuck.contains(work);
        }
        ActorCell<?> cell = cellOf(where);
        if (cell == null) {
            return false;
        }
        int inWork = 0;
        for (InWork work : cell.blocking(true)) {
            if (stuck.contains(work)) {
                inWork++;
            }
        }
        return inWork > 0 && !cell.hasRoom(inWork);
    }

    /** The actor that has the request. */
    private static @Nullable ActorCell<?> cellOf(@Nullable Object place) {
        return place instanceof InWork work ? work.cell : (ActorCell<?>) place;
    }

    void start(CoreSubscriber<? super R> actual) {
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
                    if (counts != null) {
                        counts.wouldWaitForItself();
                    }
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

    private List<ActorRef<?>> enterWait(@Nullable InWork work) {
        if (work == null) {
            return List.of();
        }
        asker = work.cell;
        return AskCycles.enter(work, this);
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

    /** An actor has handled the request. */
    void handledBy(ActorCell<?> actor) {
        if (cellOf(place) == actor) { // else it has forwarded it
            place = null;
        }
        if (actor == source.target() && isWaiting()) {
            deferred = true;
            source.target().extension().deferredAsks().add(this);
            if (state == ENDED) {
                forgetDeferred(); // whoever ended it may not have seen that it is deferred
            }
        }
    }

    /**
     * On the asker's worker and in nobody's handler if an actor asks, otherwise here; never lets the subscriber's failure
     * fall on the replier.
     */
    private void emit(@Nullable R value, @Nullable Throwable error) {
        CoreSubscriber<? super R> to = actual;
        ended();
        ActorCell<?> waiting = asker;
        if (waiting != null) {
            waiting.tellSystem(new ActorTask(() -> signal(to, value, error)));
        } else {
            signalSafely(to, value, error);
        }
    }

    /** For calls by the subscriber itself: at once if this is the asker's worker. */
    private void emitHere(@Nullable R value, @Nullable Throwable error) {
        ActorCell<?> waiting = asker;
        if (waiting != null && waiting.isMyWorker()) {
            CoreSubscriber<? super R> to = actual;
            ended();
            signalSafely(to, value, error);
        } else {
            emit(value, error);
        }
    }

    private static <T> void signalSafely(CoreSubscriber<T> to, @Nullable T value, @Nullable Throwable error) {
        try {
            signal(to, value, error);
        } catch (Throwable t) {
            Report.warn("subscriber of an ask failed", t);
        }
    }

    private static <T> void signal(CoreSubscriber<T> to, @Nullable T value, @Nullable Throwable error) {
        if (error != null) {
            to.onError(error);
        } else {
            to.onNext(value);
            to.onComplete();
        }
    }

    /** By whoever ended it. */
    private void ended() {
        if (counts != null) {
            counts.ended();
        }
        actual = Operators.emptySubscriber();
        place = null;
        Disposable waiting = wait;
        if (waiting != null) {
            waiting.dispose();
        }
        forgetDeferred();
    }

    private void forgetDeferred() {
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
                if (counts != null) {
                    counts.endedLate();
                }
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
