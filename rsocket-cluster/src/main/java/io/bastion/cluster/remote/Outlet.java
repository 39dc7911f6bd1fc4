package io.bastion.cluster.remote;

import io.bastion.actor.DeadLetter;
import io.bastion.actor.RemoteActorRef;
import io.bastion.actor.RemoteActorRef.Watcher;
import io.bastion.actor.TellResult;
import io.bastion.actor.TerminationReason;
import java.util.ArrayDeque;
import java.util.Iterator;
import java.util.List;
import java.util.Set;
import java.util.concurrent.ConcurrentHashMap;
import java.util.concurrent.atomic.AtomicBoolean;
import java.util.concurrent.atomic.AtomicIntegerFieldUpdater;
import java.util.concurrent.atomic.AtomicLongFieldUpdater;
import java.util.function.Function;
import reactor.core.publisher.Mono;
import reactor.core.publisher.MonoSink;

/**
 * What goes to one actor of another node, in its order. Holds back what the other node has given no credit for.
 *
 * <p>Senders count in what they add, the lane counts out what it has written: the difference is bounded. All else is the lane's.
 */
final class Outlet {
    private static final AtomicLongFieldUpdater<Outlet> ACCEPTED =
            AtomicLongFieldUpdater.newUpdater(Outlet.class, "accepted");
    private static final AtomicLongFieldUpdater<Outlet> LEFT = AtomicLongFieldUpdater.newUpdater(Outlet.class, "left");
    private static final AtomicIntegerFieldUpdater<Outlet> WAITING =
            AtomicIntegerFieldUpdater.newUpdater(Outlet.class, "waiting");

    final Lane lane;

    /** Number of the actor; 0 for the outlet of a lane for replies, which need no credit. */
    final long box;

    private final int capacity;

    /** Messages that senders have put in; by CAS. */
    private volatile long accepted;

    /** Messages that have left; written by the lane only. */
    private volatile long left;

    /** Senders that wait, or are about to. */
    private volatile int waiting;

    /** Nobody is there any more. */
    private volatile boolean gone;

    /** Asks that wait for a reply of this actor. */
    private final Set<RemoteAsk<?, ?>> asks = ConcurrentHashMap.newKeySet();

    private final AtomicBoolean watched = new AtomicBoolean();

    // ---- the lane's

    private final ArrayDeque<Item> queue = new ArrayDeque<>();
    private final ArrayDeque<Waiting> waiters = new ArrayDeque<>();
    private int credit;

    /** Is among those that the lane will write from. */
    boolean ready;

    /** Is among those that the lane knows. */
    boolean listed;

    Outlet(Lane lane, long box, int capacity, int credit) {
        this.lane = lane;
        this.box = box;
        this.capacity = capacity;
        this.credit = credit;
    }

    boolean needsCredit() {
        return box != 0;
    }

    // ------------------------------------------------------------------------------------------------ senders

    TellResult tell(Outgoing message) {
        if (isClosed()) {
            dead(message, closedReason());
            return closedResult();
        }
        if (lane.isFull() || !accept(1)) {
            lane.countRefused(1);
            return TellResult.REFUSED;
        }
        lane.offer(message);
        return TellResult.ACCEPTED;
    }

    TellResult tellAll(List<Outgoing> messages) {
        if (isClosed()) {
            messages.forEach(message -> dead(message, closedReason()));
            return closedResult();
        }
        if (lane.isFull() || !accept(messages.size())) {
            lane.countRefused(messages.size());
            return TellResult.REFUSED;
        }
        lane.offer(new Item() {
            @Override
            void taken(Lane own) {
                messages.forEach(Outlet.this::add);
            }
        });
        return TellResult.ACCEPTED;
    }

    /** Puts the message in when there is room; gives whether it is in. */
    Mono<Boolean> send(Function<MonoSink<?>, Outgoing> message) {
        return Mono.create(sink -> {
            Outgoing outgoing = message.apply(sink);
            if (isClosed()) {
                dead(outgoing, closedReason());
                sink.success(false);
            } else if (waiting == 0 && !lane.isFull() && accept(1)) {
                lane.offer(outgoing);
                sink.success(true);
            } else {
                WAITING.incrementAndGet(this);
                Waiting waiter = new Waiting(outgoing, sink);
                sink.onCancel(waiter::cancel);
                lane.offer(waiter);
            }
        });
    }

    private boolean accept(int n) {
        for (; ; ) {
            long a = accepted;
            if (a - left + n > capacity) {
                return false;
            }
            if (ACCEPTED.compareAndSet(this, a, a + n)) {
                return true;
            }
        }
    }

    /** Whether it is known that nobody will get anything any more. */
    boolean isClosed() {
        return gone || lane.peer.isLost();
    }

    private DeadLetter.Reason closedReason() {
        return lane.peer.isLost() ? lane.peer.lostReason() : DeadLetter.Reason.TERMINATED;
    }

    private TellResult closedResult() {
        return lane.peer.isPassing() ? TellResult.DROPPED : TellResult.TERMINATED;
    }

    private void dead(Outgoing message, DeadLetter.Reason reason) {
        lane.peer.deadLetter(message, reason);
    }

    int depth() {
        return (int) (accepted - left);
    }

    /** Notes an ask; it fails when the actor ends. Returns false if it has ended. */
    boolean await(RemoteAsk<?, ?> ask, RemoteRef<?> target) {
        asks.add(ask);
        if (watched.compareAndSet(false, true)) {
            lane.peer.watches.add(target.ofActor(), new ForAsks(), 0);
        }
        if (isClosed()) {
            asks.remove(ask);
            return false;
        }
        return true;
    }

    void forget(RemoteAsk<?, ?> ask) {
        asks.remove(ask);
    }

    /** Hears that the actor has ended, when what it has replied before has arrived. */
    final class ForAsks implements Watcher {
        boolean isOfUse() {
            return !asks.isEmpty();
        }

        @Override
        public void terminated(RemoteActorRef<?> actor, TerminationReason reason) {
            close();
            asks.forEach(RemoteAsk::targetEnded);
        }
    }

    /** Refuses what comes from now on; what waits becomes dead letters in the lane's turn. */
    void close() {
        gone = true;
        lane.offer(new Item() {
            @Override
            void taken(Lane own) {
                gone();
            }
        });
    }

    /** A sender that waits for room. */
    private final class Waiting extends Item {
        private final Outgoing message;
        private final MonoSink<Boolean> sink;
        private volatile boolean cancelled;

        Waiting(Outgoing message, MonoSink<Boolean> sink) {
            this.message = message;
            this.sink = sink;
        }

        @Override
        void taken(Lane own) {
            if (cancelled) {
                WAITING.decrementAndGet(Outlet.this);
                return;
            }
            waiters.add(this);
            lane.admitLater(Outlet.this);
        }

        void cancel() {
            cancelled = true;
            lane.offer(new Item() {
                @Override
                void taken(Lane own) {
                    if (waiters.remove(Waiting.this)) {
                        WAITING.decrementAndGet(Outlet.this);
                    }
                }
            });
        }

        void end(boolean in) {
            WAITING.decrementAndGet(Outlet.this);
            Guard.run(() -> sink.success(in));
        }
    }

    // ------------------------------------------------------------------------------------------------ the lane

    /** Appends what has been accepted. */
    void add(Item item) {
        if (isClosed()) {
            if (item instanceof Outgoing message) {
                leave(1);
                dead(message, closedReason());
            } else {
                ((Frame) item).lost();
            }
            return;
        }
        queue.add(item);
        if (item instanceof Outgoing) {
            lane.parked(1);
        }
        becomeReady();
    }

    private void becomeReady() {
        if (!listed) {
            listed = true;
            lane.list(this);
        }
        if (!ready && canWrite()) {
            ready = true;
            lane.ready(this);
        }
    }

    /** Whether there is something, and credit for it. */
    boolean canWrite() {
        Item next = queue.peek();
        return next != null && (credit > 0 || !(next instanceof Outgoing) || !needsCredit());
    }

    Item next() {
        return queue.remove();
    }

    /** A message was written, of that cost. */
    void written(int cost) {
        if (needsCredit()) {
            credit -= cost;
            lane.creditInUse(cost);
        }
    }

    /** Messages have left; senders see room. */
    void leave(int messages) {
        LEFT.lazySet(this, left + messages);
    }

    int credit() {
        return credit;
    }

    /** More credit; returns false if that is more than there can be. */
    boolean credited(long n, int window) {
        if (isClosed()) {
            return true;
        }
        if (n > window - credit) {
            return false;
        }
        credit += (int) n;
        lane.creditInUse((int) -n);
        becomeReady();
        return true;
    }

    /** A new link: the other node expects so much. */
    void start(int window) {
        expect(window);
        becomeReady();
    }

    void expect(int window) {
        if (needsCredit()) {
            lane.creditInUse(credit - window);
            credit = window;
        }
    }

    /** Lets waiting senders in while there is room; returns whether some are left. */
    boolean admit() {
        while (!waiters.isEmpty()) {
            if (isClosed()) {
                flushWaiters(closedReason());
            } else if (lane.isFull() || !accept(1)) {
                return true;
            } else {
                Waiting waiter = waiters.remove();
                if (waiter.cancelled) {
                    leave(1);
                    WAITING.decrementAndGet(this);
                } else {
                    add(waiter.message);
                    waiter.end(true);
                }
            }
        }
        return false;
    }

    private void flushWaiters(DeadLetter.Reason reason) {
        for (Waiting waiter = waiters.poll(); waiter != null; waiter = waiters.poll()) {
            if (waiter.cancelled) {
                WAITING.decrementAndGet(this);
            } else {
                dead(waiter.message, reason);
                waiter.end(false);
            }
        }
    }

    /** All messages that wait are dead letters. */
    void flush(DeadLetter.Reason reason) {
        int messages = 0;
        for (Iterator<Item> items = queue.iterator(); items.hasNext(); ) {
            if (items.next() instanceof Outgoing message) {
                items.remove();
                messages++;
                dead(message, reason);
            }
        }
        leave(messages);
        lane.parked(-messages);
        flushWaiters(reason);
    }

    /** Nobody is there any more. */
    void gone() {
        gone = true;
        flush(closedReason());
        queue.forEach(frame -> ((Frame) frame).lost());
        queue.clear();
        expect(lane.peer.settings.window());
        lane.unlist(this);
    }

    /** The node is lost: no ask gets a reply. */
    void nodeLost() {
        gone();
        asks.forEach(RemoteAsk::targetEnded);
    }
}
