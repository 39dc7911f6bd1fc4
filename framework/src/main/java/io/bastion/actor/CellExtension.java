package io.bastion.actor;

import io.bastion.mailbox.Mailbox;
import io.bastion.mailbox.MessageNode;
import io.bastion.mailbox.MessageStore;
import io.bastion.supervision.Restart;
import io.bastion.supervision.RestartBudget;
import java.util.ArrayDeque;
import java.util.HashMap;
import java.util.LinkedHashSet;
import java.util.List;
import java.util.Map;
import java.util.Objects;
import java.util.Set;
import java.util.concurrent.ConcurrentHashMap;
import java.util.concurrent.CopyOnWriteArrayList;
import java.util.concurrent.atomic.AtomicIntegerFieldUpdater;
import java.util.concurrent.atomic.AtomicLongFieldUpdater;
import org.jspecify.annotations.Nullable;
import reactor.core.Disposable;
import reactor.core.Disposables;
import reactor.core.publisher.MonoSink;

/**
 * What few cells need, so that most do without it. Belongs to the cell's worker but for what is said to be shared; made by
 * whoever needs it first.
 */
final class CellExtension<M> {
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

    /** Shared: number of the cell within the system, for the path of one without a name; 0 until it is asked for. */
    private volatile long id;

    /** Shared: names of the living children. */
    private volatile @Nullable ConcurrentHashMap<String, ActorCell<?>> names;

    /** Shared: messages that never got in, and those that were evicted. */
    private volatile long refused;

    private volatile long evicted;

    /** Shared: senders that wait for room, also those of which the cell does not know yet. */
    private volatile int waiting;

    /** Shared: 1 from the moment that a mailbox with {@code Overflow.FAIL} overflows until the next incarnation. */
    private volatile int overflowing;

    /** Shared: asks whose request was handled without a reply. */
    private volatile @Nullable Set<PendingAsk<?, ?>> deferredAsks;

    /** Shared: asks from within the work of this actor; read by the search for circles. */
    private volatile @Nullable List<PendingAsk<?, ?>> waits;

    /** Shared: guards itself; made with the extension when the mailbox needs it. */
    final @Nullable MessageStore store;

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

    /** Why the incarnation ended, while a decision is awaited. */
    @Nullable Throwable cause;

    @Nullable TerminationReason endReason;

    @Nullable RestartBudget budget;

    @Nullable MessageNode untakenTicket;

    @Nullable CellTimers<M> timers;

    @Nullable CellStash<M> stash;

    @Nullable ActorScheduler scheduler;

    private @Nullable ArrayDeque<MessageNode> replay;
    private @Nullable Set<SendMono.Waiter> waiters;

    /** Shared: the latest message in asynchronous work, for diagnosis. */
    volatile @Nullable InWork latestWork;

    private @Nullable Set<InWork> inWork;
    private @Nullable Set<ActorCell<?>> watchers;
    private @Nullable Map<ActorCell<?>, Object> watching;
    private @Nullable Set<MonoSink<TerminationReason>> ends;
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

    ConcurrentHashMap<String, ActorCell<?>> names() {
        ConcurrentHashMap<String, ActorCell<?>> n = names;
        if (n == null) {
            synchronized (this) {
                n = names;
                if (n == null) {
                    n = new ConcurrentHashMap<>();
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
                    d = ConcurrentHashMap.newKeySet();
                    deferredAsks = d;
                }
            }
        }
        return d;
    }

    List<PendingAsk<?, ?>> waits() {
        List<PendingAsk<?, ?>> w = waits;
        return w == null ? List.of() : w;
    }

    void addWait(PendingAsk<?, ?> ask) {
        synchronized (this) {
            List<PendingAsk<?, ?>> w = waits;
            if (w == null) {
                w = new CopyOnWriteArrayList<>();
                waits = w;
            }
            w.removeIf(PendingAsk::isEnded);
            w.add(ask);
        }
    }

    void clearWaits() {
        List<PendingAsk<?, ?>> w = waits;
        if (w != null) {
            w.clear();
        }
    }

    Set<InWork> inWork() {
        if (inWork == null) {
            inWork = new LinkedHashSet<>();
        }
        return inWork;
    }

    int inWorkSize() {
        return inWork == null ? 0 : inWork.size();
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

    /** Watched actor to the message that replaces its signal, or to itself when the signal is wanted. */
    Map<ActorCell<?>, Object> watching() {
        if (watching == null) {
            watching = new HashMap<>();
        }
        return watching;
    }

    Set<MonoSink<TerminationReason>> ends() {
        if (ends == null) {
            ends = new LinkedHashSet<>();
        }
        return ends;
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

    /** The restarts of the cell; belongs to its parent's worker. */
    RestartBudget budget(Restart restart) {
        if (budget == null) {
            budget = new RestartBudget(restart);
        }
        return budget;
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

    /** Ends what belongs to the incarnation only. */
    void endIncarnation() {
        if (timers != null) {
            timers.endAll();
        }
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

    /** Tells everybody who waited for the end of the cell. */
    void announceEnd(TerminationReason reason) {
        if (watchers != null) {
            watchers.forEach(watcher -> watcher.watchedTerminated(cell));
            watchers = null;
        }
        if (watching != null) {
            watching.keySet().forEach(watched -> watched.tellSystem(new SystemMessage.Unwatch(cell)));
            watching = null;
        }
        if (feeds != null) {
            List.copyOf(feeds).forEach(feed -> Report.guard(feed::terminated));
            feeds = null;
        }
        Set<PendingAsk<?, ?>> asks = deferredAsks;
        if (asks != null) {
            List.copyOf(asks).forEach(ask -> Report.guard(() -> ask.fail(new ActorTerminatedException(cell))));
        }
        if (ends != null) {
            ends.forEach(sink -> Report.guard(() -> sink.success(reason)));
            ends = null;
        }
    }
}
