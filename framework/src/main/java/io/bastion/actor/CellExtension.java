package io.bastion.actor;

import io.bastion.mailbox.Mailbox;
import io.bastion.mailbox.MessageNode;
import io.bastion.mailbox.MessageStore;
import io.bastion.supervision.Restart;
import io.bastion.supervision.RestartHistory;
import java.util.ArrayDeque;
import java.util.ArrayList;
import java.util.Collections;
import java.util.IdentityHashMap;
import java.util.LinkedHashMap;
import java.util.LinkedHashSet;
import java.util.List;
import java.util.Map;
import java.util.Objects;
import java.util.Set;
import java.util.concurrent.atomic.AtomicIntegerFieldUpdater;
import java.util.concurrent.atomic.AtomicLongFieldUpdater;
import org.jspecify.annotations.Nullable;
import reactor.core.Disposable;
import reactor.core.Disposables;
import reactor.core.publisher.MonoSink;
import reactor.util.context.Context;
import reactor.util.context.ContextView;

/**
 * What few cells need, so that most do without it. Belongs to the cell's worker but for what is said to be shared; made by
 * whoever needs it first.
 */
final class CellExtension<M> {
    /** Stands among what is {@link #watching} for the signal itself. */
    static final Object SIGNAL = new Object();

    private final ActorCell<M> cell;

    private static final AtomicIntegerFieldUpdater<CellExtension> WAITING =
            AtomicIntegerFieldUpdater.newUpdater(CellExtension.class, "waiting");
    private static final AtomicIntegerFieldUpdater<CellExtension> OVERFLOWING =
            AtomicIntegerFieldUpdater.newUpdater(CellExtension.class, "overflowing");
    private static final AtomicLongFieldUpdater<CellExtension> ID =
            AtomicLongFieldUpdater.newUpdater(CellExtension.class, "id");
    private static final AtomicLongFieldUpdater<CellExtension> REFUSED =
            AtomicLongFieldUpdater.newUpdater(CellExtension.class, "refused");
    private static final AtomicLongFieldUpdater<CellExtension> EVICTED =
            AtomicLongFieldUpdater.newUpdater(CellExtension.class, "evicted");
    private static final AtomicLongFieldUpdater<CellExtension> DISCARDED_LATE =
            AtomicLongFieldUpdater.newUpdater(CellExtension.class, "discardedLate");

    /** Shared: number of the cell within the system, for the path of one without a name; 0 until it is asked for. */
    private volatile long id;

    /** Shared: names of the living children. */
    private volatile @Nullable ChildNames names;

    /** Shared: messages that never got in, and those that were evicted. */
    private volatile long refused;

    private volatile long evicted;

    /** Shared: messages that the cell has counted as handled, and that operators of its flow discarded after its end. */
    private volatile long discardedLate;

    /** Shared: senders that wait for room, also those of which the cell does not know yet. */
    private volatile int waiting;

    /** Shared: 1 from the moment that a mailbox with {@code Overflow.FAIL} overflows until the next incarnation. */
    private volatile int overflowing;

    /** Shared: asks whose request was handled without a reply, in that order: a replayed run fails them in the same one. */
    private volatile @Nullable Set<PendingAsk<?, ?>> deferredAsks;

    /** Shared: guards itself; made with the extension when the mailbox needs it. */
    final @Nullable MessageStore store;

    /** Shared: what it does is being interrupted by a kill, which is no failure of it. */
    volatile boolean killed;

    /** The counters of all below the cell that have terminated. */
    MessageStats ended = MessageStats.NONE;

    int incarnation;
    long failed;
    long discarded;
    long deadLettered;

    /** The mailbox was closed by a drain, and a flow is finishing what it took from it. */
    boolean draining;

    /** The incarnation is to end normally when the work of its messages has ended; none begins any more. */
    boolean ending;

    /** Messages in asynchronous work that are also in the stash. */
    private @Nullable Set<InWork> stashedWork;

    /** An incarnation has run. */
    boolean started;

    /** The parent has asked to be told when the present start is over. */
    boolean startAwaited;

    /** How many of the children that it is to have from the start have been spawned. */
    int startedChildren;

    /** A significant child of the incarnation has ended by itself. */
    boolean significantEnded;

    /** The one of them whose start is awaited. */
    @Nullable ActorCell<?> startingChild;

    /** Why the incarnation ended, until the next runs. */
    @Nullable Throwable cause;

    /** The actor below this one whose failure it was, if it was not this one's own. */
    @Nullable ActorRef<?> origin;

    /** The message whose handling failed, and what it carried. */
    @Nullable Object failedMessage;

    ContextView failedContext = Context.empty();

    /** What comes when the incarnation is undone. */
    @Nullable AfterClose afterClose;

    /** The hook that runs. */
    @Nullable HookRun hook;

    /** The back-off that runs. */
    @Nullable ActorTask delay;

    @Nullable ChildrenStop childrenStop;

    @Nullable TerminationReason endReason;

    /** When the cell is to have ended, by the timer's clock; {@code Long.MAX_VALUE} for no limit. */
    long deadline = Long.MAX_VALUE;

    /** Shared: the members, if the cell is a group that has begun to start. */
    volatile @Nullable LivingGroup group;

    /** What resizes them. */
    @Nullable GroupResizing resizing;

    /** Shared: as a member of a group it has been removed, and handles what it has. */
    volatile boolean retired;

    /** Shared: how it treats its children; only if it had to. */
    volatile @Nullable CellSupervision supervision;

    /** What its parent remembers of its failures; belongs to the parent's worker. */
    private @Nullable RestartHistory history;

    /** Messages that have been handed to a second incarnation. */
    private @Nullable Set<MessageNode> redelivered;

    /** What came while a decision was awaited, and is of the incarnation that may go on. */
    private @Nullable List<Runnable> whenResumed;

    @Nullable MessageNode untakenTicket;

    @Nullable CellTimers<M> timers;

    @Nullable CellStash<M> stash;

    @Nullable ActorScheduler scheduler;

    private @Nullable ArrayDeque<MessageNode> replay;
    private @Nullable Set<SendMono.Waiter> waiters;

    /** Shared: the latest message in asynchronous work, for diagnosis. */
    volatile @Nullable InWork latestWork;

    /** Shared: read by the search for circles of asks; made by the worker. */
    private volatile @Nullable WorkList inWork;

    private @Nullable Set<ActorCell<?>> watchers;
    private @Nullable Map<ActorRef<?>, Object> watching;
    private @Nullable Set<MonoSink<TerminationReason>> ends;
    private @Nullable List<MonoSink<Void>> startWaiters;
    private @Nullable Set<Feed<?>> feeds;
    private Disposable.@Nullable Composite subscriptions;

    CellExtension(ActorCell<M> cell, Mailbox mailbox) {
        this.cell = cell;
        store = MessageStore.isNeeded(mailbox) ? new MessageStore(mailbox) : null;
    }

    long id() {
        if (id == 0) {
            ID.compareAndSet(this, 0, cell.system().nextId());
        }
        return id;
    }

    void countRefused() {
        REFUSED.incrementAndGet(this);
    }

    long refused() {
        return refused;
    }

    /** Senders that wait for room are on their way here, one more or less; any thread. */
    void countWaiting(int difference) {
        WAITING.addAndGet(this, difference);
    }

    /** Whether senders wait for room; any thread. */
    boolean isAwaited() {
        return waiting != 0;
    }

    /** Whether this overflow is the incarnation's first. */
    boolean beginOverflow() {
        return overflowing == 0 && OVERFLOWING.compareAndSet(this, 0, 1);
    }

    void endOverflow() {
        overflowing = 0;
    }

    void countEvicted() {
        EVICTED.incrementAndGet(this);
    }

    long evicted() {
        return evicted;
    }

    void countDiscardedLate() {
        DISCARDED_LATE.incrementAndGet(this);
    }

    long discardedLate() {
        return discardedLate;
    }

    ChildNames names() {
        ChildNames n = names;
        if (n == null) {
            synchronized (this) {
                n = names;
                if (n == null) {
                    n = new ChildNames();
                    names = n;
                }
            }
        }
        return n;
    }

    Set<PendingAsk<?, ?>> deferredAsks() {
        Set<PendingAsk<?, ?>> d = deferredAsks;
        if (d == null) {
            synchronized (this) {
                d = deferredAsks;
                if (d == null) {
                    d = Collections.synchronizedSet(new LinkedHashSet<>());
                    deferredAsks = d;
                }
            }
        }
        return d;
    }

    WorkList inWork() {
        WorkList w = inWork;
        if (w == null) {
            w = new WorkList();
            inWork = w;
        }
        return w;
    }

    int inWorkSize() {
        WorkList w = inWork;
        return w == null ? 0 : w.size();
    }

    /** The handler of the message whose work began last has stashed it. */
    void stashedInWork() {
        if (stashedWork == null) {
            stashedWork = new LinkedHashSet<>();
        }
        stashedWork.add(Objects.requireNonNull(latestWork));
    }

    /** The work of a message has ended; returns whether the message is still to come, because it was stashed. */
    boolean forgetStashed(InWork work) {
        return stashedWork != null && stashedWork.remove(work);
    }

    Set<ActorCell<?>> watchers() {
        if (watchers == null) {
            watchers = new LinkedHashSet<>();
        }
        return watchers;
    }

    /** Watched actor to the message that replaces its signal, or to {@link #SIGNAL}. */
    Map<ActorRef<?>, Object> watching() {
        if (watching == null) {
            watching = new LinkedHashMap<>();
        }
        return watching;
    }

    Set<MonoSink<TerminationReason>> ends() {
        if (ends == null) {
            ends = new LinkedHashSet<>();
        }
        return ends;
    }

    List<MonoSink<Void>> startWaiters() {
        if (startWaiters == null) {
            startWaiters = new ArrayList<>();
        }
        return startWaiters;
    }

    void announceStart() {
        if (startWaiters != null) {
            startWaiters.forEach(sink -> Report.guard(sink::success));
            startWaiters = null;
        }
    }

    Set<Feed<?>> feeds() {
        if (feeds == null) {
            feeds = new LinkedHashSet<>();
        }
        return feeds;
    }

    /** Messages that come before the mailbox. */
    ArrayDeque<MessageNode> replay() {
        if (replay == null) {
            replay = new ArrayDeque<>();
        }
        return replay;
    }

    boolean hasReplay() {
        return replay != null && !replay.isEmpty();
    }

    /** Puts messages before those that come before the mailbox. */
    void replayFirst(ArrayDeque<MessageNode> nodes) {
        for (MessageNode node; (node = nodes.pollLast()) != null; ) {
            replay().addFirst(node);
        }
    }

    /** Takes a message out of the stash, or from where it was put back to. */
    void unstash(MessageNode node) {
        if (stash == null || !stash.nodes().removeLastOccurrence(node)) {
            replay().removeLastOccurrence(node);
        }
    }

    /** Senders that wait for room. */
    Set<SendMono.Waiter> waiters() {
        if (waiters == null) {
            waiters = new LinkedHashSet<>();
        }
        return waiters;
    }

    /** There will be no room any more. */
    void refuseWaiters() {
        if (waiters != null) {
            waiters.forEach(waiter -> waiter.undeliverable(cell));
            waiters = null;
        }
    }

    /** What the parent remembers of the cell's failures; belongs to the parent's worker. */
    RestartHistory history(Restart restart) {
        if (history == null) {
            history = new RestartHistory(restart);
        }
        return history;
    }

    boolean isRedelivered(MessageNode node) {
        return redelivered != null && redelivered.contains(node);
    }

    /** Puts a message back whose handling has failed; returns false if that was done before. */
    boolean redeliver(MessageNode node) {
        if (!noteRedelivered(node)) {
            forgetRedelivered(node);
            return false;
        }
        replay().addFirst(node);
        return true;
    }

    /** Returns false if it has been noted before. */
    boolean noteRedelivered(MessageNode node) {
        if (redelivered == null) {
            redelivered = Collections.newSetFromMap(new IdentityHashMap<>());
        }
        return redelivered.add(node);
    }

    void forgetFailedMessage() {
        failedMessage = null;
        failedContext = Context.empty();
    }

    /** The message has left for good. */
    void forgetRedelivered(MessageNode node) {
        if (redelivered != null) {
            redelivered.remove(node);
        }
    }

    /** Does something once the incarnation, about which a decision is awaited, goes on; or not at all. */
    void whenResumed(Runnable work) {
        if (whenResumed == null) {
            whenResumed = new ArrayList<>();
        }
        whenResumed.add(work);
    }

    void resumed() {
        List<Runnable> work = whenResumed;
        whenResumed = null;
        if (work != null) {
            work.forEach(Runnable::run);
        }
    }

    /** Cancels what the present phase is waiting for. */
    void stopWaiting() {
        if (hook != null) {
            hook.cancel();
            hook = null;
        }
        if (delay != null) {
            delay.dispose();
            delay = null;
        }
        startingChild = null;
    }

    CellTimers<M> timers() {
        if (timers == null) {
            timers = new CellTimers<>(cell);
        }
        return timers;
    }

    CellStash<M> stash(int capacity) {
        if (stash == null) {
            stash = new CellStash<>(cell, capacity);
        }
        return stash;
    }

    ActorScheduler scheduler() {
        ActorScheduler s = scheduler;
        if (s == null) {
            s = new ActorScheduler(cell);
            scheduler = s;
        }
        return s;
    }

    /** Subscriptions that end with the incarnation. */
    Disposable.Composite subscriptions() {
        if (subscriptions == null || subscriptions.isDisposed()) {
            subscriptions = Disposables.composite();
        }
        return subscriptions;
    }

    /** What comes when an incarnation has been undone. */
    sealed interface AfterClose {
        /** How long the next incarnation waits. */
        long delayNanos();

        /** The next incarnation begins after a delay. */
        record Restart(long delayNanos) implements AfterClose {
            static final Restart AT_ONCE = new Restart(0);
        }

        /** The parent is told, and says when the next incarnation begins: not before a delay that it waits itself. */
        record Hold(long delayNanos) implements AfterClose {}
    }

    /** Ends what belongs to the incarnation only, and what messages in work need not. */
    void endTimers() {
        whenResumed = null;
        origin = null;
        if (timers != null) {
            timers.endAll();
        }
    }

    /** Ends what belongs to the incarnation only. */
    void endIncarnation() {
        endTimers();
        if (subscriptions != null) {
            subscriptions.dispose();
        }
    }

    /** Messages put aside, about to come back, or in asynchronous work. */
    int held() {
        return (stash == null ? 0 : stash.size())
                + (replay == null ? 0 : replay.size())
                + inWorkSize()
                - (stashedWork == null ? 0 : stashedWork.size());
    }

    /** Tells everybody of the end of the cell but those who wait for nothing else. */
    void announceEnd(TerminationReason reason) {
        if (watchers != null) {
            watchers.forEach(watcher -> watcher.watchedTerminated(cell, reason));
            watchers = null;
        }
        if (watching != null) {
            watching.keySet().forEach(cell::endWatch);
            watching = null;
        }
        if (feeds != null) {
            List.copyOf(feeds).forEach(feed -> Report.guard(feed::terminated));
            feeds = null;
        }
        Set<PendingAsk<?, ?>> asks = deferredAsks;
        if (asks != null) {
            List<PendingAsk<?, ?>> open;
            synchronized (asks) {
                open = List.copyOf(asks);
            }
            open.forEach(ask -> Report.guard(() -> ask.fail(new ActorTerminatedException(cell))));
        }
        if (startWaiters != null) {
            startWaiters.forEach(sink -> Report.guard(() -> sink.error(ActorStartException.of(cell))));
            startWaiters = null;
        }
    }

    /** Tells those who wait for the end, which now is over. */
    void answerEnds(TerminationReason reason) {
        if (ends != null) {
            ends.forEach(sink -> Report.guard(() -> sink.success(reason)));
            ends = null;
        }
    }
}
