package io.bastion.actor;

import io.bastion.mailbox.MessageNode;
import java.util.ArrayList;
import java.util.List;
import org.jspecify.annotations.Nullable;
import reactor.util.context.Context;

/** A message whose publisher has not ended. It is its publisher's context that says who asks from within it. */
final class InWork extends PublisherRun {
    /** How many asks are noted before those that have ended are looked for. */
    private static final int FEW_ASKS = 4;

    private final MessageNode node;

    /** Made when it is first asked for; a race makes two of them. */
    private @Nullable Context context;

    /** Asks from within it that may not have ended; guarded by itself. */
    private volatile @Nullable List<PendingAsk<?, ?>> asks;

    /** When it began, if its time is taken; the worker's. */
    private long begun;

    private boolean timed;

    /** When to look for asks that have ended; guarded by the list. */
    private int manyAsks = FEW_ASKS;

    /** Links of the {@link WorkList}. */
    volatile @Nullable InWork next;

    @Nullable InWork previous;

    InWork(ActorCell<?> cell, MessageNode node) {
        super(cell);
        this.node = node;
    }

    MessageNode node() {
        return node;
    }

    /** Has the time be taken from then on. */
    void time(long from) {
        begun = from;
        timed = true;
    }

    boolean isTimed() {
        return timed;
    }

    long begun() {
        return begun;
    }

    @Override
    public Context currentContext() {
        Context c = context;
        if (c == null) {
            c = LateSignals.in(Context.of(Contexts.of(node)).put(AskMono.ASKER, this), cell);
            context = c;
        }
        return c;
    }

    /** Notes an ask from within it; any thread. Returns false if it has ended, and waits for nothing. */
    boolean addAsk(PendingAsk<?, ?> ask) {
        List<PendingAsk<?, ?>> list = noted();
        synchronized (list) {
            if (isEnded()) {
                return false;
            }
            if (list.size() >= manyAsks) {
                list.removeIf(PendingAsk::isEnded);
                manyAsks = Math.max(FEW_ASKS, 2 * list.size());
            }
            list.add(ask);
            return true;
        }
    }

    private List<PendingAsk<?, ?>> noted() {
        List<PendingAsk<?, ?>> list = asks;
        if (list == null) {
            synchronized (this) {
                list = asks;
                if (list == null) {
                    list = new ArrayList<>(FEW_ASKS);
                    asks = list;
                }
            }
        }
        return list;
    }

    /** Asks from within it that have no reply yet; any thread. */
    List<PendingAsk<?, ?>> waitingAsks() {
        List<PendingAsk<?, ?>> list = asks;
        if (list == null || isEnded()) {
            return List.of();
        }
        synchronized (list) {
            return list.stream().filter(PendingAsk::isWaiting).toList();
        }
    }

    /** How many asks it holds; for tests. */
    int notedAsks() {
        List<PendingAsk<?, ?>> list = asks;
        return list == null ? 0 : list.size();
    }

    /** It has ended: asks that go on are not its any more. */
    void forgetAsks() {
        List<PendingAsk<?, ?>> list = asks;
        if (list != null) {
            synchronized (list) {
                list.clear();
            }
        }
    }

    @Override
    void deliver(ActorCell<?> cell) {
        cell.workEnded(this);
    }

    @Override
    void undeliverable(ActorCell<?> cell) {
        Throwable error = error();
        if (error != null) {
            Report.late(cell, error);
        }
    }
}
