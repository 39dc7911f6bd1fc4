package io.bastion.actor;

import io.bastion.mailbox.Inbox;
import java.util.ArrayList;
import java.util.List;
import java.util.Objects;
import java.util.concurrent.atomic.AtomicReferenceFieldUpdater;
import java.util.function.Consumer;
import org.jspecify.annotations.Nullable;
import org.reactivestreams.Publisher;
import org.reactivestreams.Subscription;
import reactor.core.CoreSubscriber;
import reactor.core.publisher.Operators;
import reactor.util.context.Context;

/** Runs a {@link Behavior.Flow}: one subscription of it to the mailbox, for one incarnation. */
final class FlowHandler<M>
        implements Behavior.Receive<M>, Behaviors.Wrapper, CoreSubscriber<Object>, FatalErrors.Victim {
    private static final AtomicReferenceFieldUpdater<FlowHandler, @Nullable Subscription> SUBSCRIPTION =
            AtomicReferenceFieldUpdater.newUpdater(FlowHandler.class, Subscription.class, "subscription");

    private final ActorCell<M> cell;
    private final Behavior.Flow<M> behavior;
    private final Inbox<M> inbox;
    private final Context context;
    private volatile @Nullable Subscription subscription;
    private boolean started;

    /** See {@link #failing()}; the cell's worker only. */
    private @Nullable Object failing;

    /** See {@link #hasGivenUp}; the worker only. */
    private List<Object> givenUp = List.of();

    /** What the flow has failed of on the cell's worker; the worker only. */
    private @Nullable Throwable failure;

    /** See {@link #hasFailedTaking()}; the worker only. */
    private boolean failedTaking;

    private final LastTaken last;

    FlowHandler(ActorCell<M> cell, Behavior.Flow<M> behavior) {
        this.cell = cell;
        this.behavior = behavior;
        inbox = new Inbox<>(cell);
        last = new LastTaken(cell.accepted);
        context = LateSignals.in(Context.of(Contexts.ON_DISCARD, (Consumer<Object>) this::discarded), cell);
    }

    /** Subscribes, the first time; and lets the inbox answer for a broken request. */
    void wake() throws Exception {
        if (!started) {
            started = true;
            Publisher<?> flow = behavior.flow(cell, inbox);
            FatalErrors.subscribe(Objects.requireNonNull(flow, "flow: returned null (expected: a Publisher)"), this);
        }
        inbox.rejectViolation();
    }

    @Override
    public Behavior<?> wrapped() {
        return behavior;
    }

    /** Whether the flow would take a message; any thread. */
    boolean ready() {
        return inbox.ready();
    }

    @Override
    public void receive(ActorContext<M> actor, M message) throws Exception {
        wake();
        if (FatalErrors.isWatching()) {
            FatalErrors.run(() -> emit(message), this);
        } else {
            emit(message);
        }
    }

    private void emit(M message) {
        if (!inbox.emit(message)) {
            cell.untaken();
        } else if (failure != null) {
            failedTaking = true;
            throw AsyncHandler.sneaky(failure);
        }
    }

    /** No more messages come. */
    void complete() throws Exception {
        wake();
        inbox.complete();
    }

    /** The incarnation is over; the worker only. */
    void cancel() {
        unsubscribe();
        M stranded = inbox.takeStranded();
        if (stranded != null && indexGivenUp(stranded) < 0) {
            giveUp(stranded);
        }
    }

    private void unsubscribe() {
        inbox.cancel();
        Operators.terminate(SUBSCRIPTION, this);
    }

    /** A filter discards what it has handled; what is discarded after the end was taken and not handled. */
    private void discarded(Object element) {
        if (!inbox.isCancelled()) {
            return;
        }
        boolean inWork = cell.isInWork(element);
        if (inWork && inbox.isCancelledByOwner()) {
            failing = element;
            return;
        }
        if (inWork) {
            giveUp(element);
        } else {
            cell.tellSystem(new SystemMessage.Discarded(this, element, false));
        }
    }

    private void giveUp(Object element) {
        if (givenUp.isEmpty()) {
            givenUp = new ArrayList<>(1);
        }
        givenUp.add(element);
        cell.tellSystem(new SystemMessage.Discarded(this, element, true));
    }

    /**
     * Whether it is a message that was given up on the worker, as another thread ended the flow while it was being taken:
     * operators with a queue may discard it on both threads.
     */
    boolean hasGivenUp(Object element) {
        int i = indexGivenUp(element);
        if (i >= 0) {
            givenUp.remove(i);
        }
        return i >= 0;
    }

    private int indexGivenUp(Object element) {
        int i = givenUp.size() - 1;
        while (i >= 0 && givenUp.get(i) != element) {
            i--;
        }
        return i;
    }

    /** The message that ended the flow as it was being taken, and was discarded then: the one that failed it, if it failed. */
    @Nullable Object failing() {
        return failing;
    }

    /** Whether it has failed as it took a message, whose handling has failed with it. */
    boolean hasFailedTaking() {
        return failedTaking;
    }

    LastTaken last() {
        return last;
    }

    @Override
    public Context currentContext() {
        return context;
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
        boolean late = subscription == Operators.cancelledSubscription();
        if (late) {
            Report.late(cell, t);
        } else if (cell.isMyWorker()) {
            failure = t;
        }
        ended();
        cell.tellSystem(new ActorTask(() -> cell.flowEnded(this, late ? null : t)));
    }

    @Override
    public void failFatally(Throwable fatal) {
        unsubscribe();
        cell.tellSystem(new ActorTask(() -> cell.flowEnded(this, fatal)));
    }

    @Override
    public void onComplete() {
        ended();
        cell.tellSystem(new ActorTask(() -> cell.flowEnded(this, null)));
    }

    /** The flow is not cancelled any more: operators that are cancelled after their end discard what they have emitted. */
    private void ended() {
        subscription = Operators.cancelledSubscription();
        inbox.cancel();
    }

    @Override
    public void onSignal(ActorContext<M> actor, Signal signal) throws Exception {
        behavior.onSignal(actor, signal);
    }
}
