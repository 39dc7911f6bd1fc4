package io.bastion.cluster.remote;

import io.bastion.actor.ActorRef;
import io.bastion.actor.ActorTerminatedException;
import io.bastion.actor.RemotePort;
import io.netty.buffer.ByteBuf;
import java.util.Queue;
import java.util.concurrent.atomic.AtomicInteger;
import java.util.concurrent.atomic.AtomicIntegerFieldUpdater;
import java.util.concurrent.atomic.AtomicLongFieldUpdater;
import org.jspecify.annotations.Nullable;
import org.reactivestreams.Subscription;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;
import reactor.core.CoreSubscriber;
import reactor.core.publisher.Flux;
import reactor.core.publisher.Operators;
import reactor.util.concurrent.Queues;
import reactor.util.context.Context;

/**
 * What comes from one node for one actor here, in its order: the publisher that the actor is fed from. What has gone into the
 * mailbox is given back as credit, at half a window at a time; so what waits here is bounded by the window.
 *
 * <p>Outlives links, so that what came over one goes before what comes over the next.
 */
final class Inlet extends Flux<Object> implements Subscription {
    private static final Logger LOG = LoggerFactory.getLogger(Inlet.class);

    private static final AtomicIntegerFieldUpdater<Inlet> WIP =
            AtomicIntegerFieldUpdater.newUpdater(Inlet.class, "wip");

    private static final AtomicLongFieldUpdater<Inlet> REQUESTED =
            AtomicLongFieldUpdater.newUpdater(Inlet.class, "requested");

    /** Windows of what may wait here: more than one only after links broke. */
    private static final int MAX_WINDOWS = 3;

    final long box;
    private final Peer peer;
    private final ActorRef<?> actor;
    private final Queue<Arrived> queue =
            Queues.<Arrived>unboundedMultiproducer().get();
    private final AtomicInteger waiting = new AtomicInteger();
    private volatile int wip;
    private volatile long requested;
    private volatile @Nullable CoreSubscriber<? super Object> actual;

    /** The actor has ended. */
    private volatile boolean gone;

    // ---- in turn

    private volatile boolean finished;
    private @Nullable Session owing;
    private int owed;

    Inlet(Peer peer, long box, ActorRef<?> actor) {
        this.peer = peer;
        this.box = box;
        this.actor = actor;
    }

    /** What has come. */
    private abstract static class Arrived {}

    private static final class Message extends Arrived {
        final Session session;
        final long id;
        final int flags;
        final Object message;
        final @Nullable Context context;
        final int cost;

        Message(Session session, long id, int flags, Object message, @Nullable Context context, int cost) {
            this.session = session;
            this.id = id;
            this.flags = flags;
            this.message = message;
            this.context = context;
            this.cost = cost;
        }
    }

    private static final class Signal extends Arrived {
        final Runnable action;

        Signal(Runnable action) {
            this.action = action;
        }
    }

    @SuppressWarnings("unchecked") // who cannot take a message, fails
    void start() {
        ((ActorRef<Object>) actor).feed(this).subscribe(null, this::ended);
    }

    private void ended(Throwable failure) {
        if (!(failure instanceof ActorTerminatedException)) {
            LOG.warn("{} could not take a message of {}", actor.path(), peer.node, failure);
            signal(() -> {
                actual = null;
                requested = 0;
            });
            start();
            return;
        }
        gone = true;
        peer.forget(this);
        peer.lane(box).offer(new Gone(box));
        drain();
    }

    /** A message has come, at that cost. */
    void arrived(Session session, long id, int flags, Object message, @Nullable Context context, int cost) {
        if (wip == 0 && WIP.compareAndSet(this, 0, 1)) {
            CoreSubscriber<? super Object> to = actual;
            if (to != null && requested > 0 && !gone && queue.isEmpty()) {
                emit(to, message, context);
                account(session, cost);
            } else {
                await(new Message(session, id, flags, message, context, cost));
            }
            drainLoop(1);
        } else {
            await(new Message(session, id, flags, message, context, cost));
            drain();
        }
    }

    private void await(Message message) {
        int now = waiting.addAndGet(message.cost);
        queue.offer(message);
        if (now > MAX_WINDOWS * peer.settings.window()) {
            message.session.fail("more for " + actor.path() + " than there was credit for");
        }
    }

    /** Runs something after what has come before. */
    void signal(Runnable action) {
        queue.offer(new Signal(action));
        drain();
    }

    /** Gives credit back for a message that did not get here. */
    void skip(Session session, int cost) {
        signal(() -> account(session, cost));
    }

    /** The node is lost: the last comes when all that has come from it is in the mailbox. */
    void finish() {
        signal(() -> {
            finished = true;
            peer.forget(this);
            CoreSubscriber<? super Object> to = actual;
            if (to != null) {
                to.onComplete();
            }
        });
    }

    private void drain() {
        if (WIP.getAndIncrement(this) == 0) {
            drainLoop(1);
        }
    }

    private void drainLoop(int signals) {
        int missed = signals;
        do {
            take();
            missed = WIP.addAndGet(this, -missed);
        } while (missed != 0);
    }

    private void take() {
        for (Arrived next = queue.peek(); next != null; next = queue.peek()) {
            if (next instanceof Signal signal) {
                queue.poll();
                Guard.run(signal.action);
                continue;
            }
            Message message = (Message) next;
            CoreSubscriber<? super Object> to = actual;
            if (gone || finished) {
                queue.poll();
                waiting.addAndGet(-message.cost);
                peer.giveBack(message.id, message.flags, message.message);
            } else if (to != null && requested > 0) {
                queue.poll();
                waiting.addAndGet(-message.cost);
                emit(to, message.message, message.context);
                account(message.session, message.cost);
            } else if (message.session.isClosed() && waiting.get() > 2 * peer.settings.window()) {
                queue.poll();
                waiting.addAndGet(-message.cost);
                peer.lostHere.increment();
            } else {
                return;
            }
        }
    }

    private void emit(CoreSubscriber<? super Object> to, Object message, @Nullable Context context) {
        if (requested != Long.MAX_VALUE) {
            REQUESTED.decrementAndGet(this);
        }
        to.onNext(context == null ? message : RemotePort.element(message, context, null));
    }

    private void account(Session session, int cost) {
        if (session != owing) {
            owing = session;
            owed = 0;
        }
        owed += cost;
        if (owed >= peer.settings.window() / 2) {
            if (!session.isClosed()) {
                peer.lane(box).offer(new Credit(session, box, owed));
            }
            owed = 0;
        }
    }

    /** Whether nothing more gets to the actor here. */
    boolean isOver() {
        return gone || finished;
    }

    /** What is not given back yet; exact at rest. */
    int owed() {
        return owed;
    }

    @Override
    public void subscribe(CoreSubscriber<? super Object> subscriber) {
        actual = subscriber;
        subscriber.onSubscribe(this);
        drain();
    }

    @Override
    public void request(long n) {
        if (Operators.validate(n)) {
            Operators.addCap(REQUESTED, this, n);
            drain();
        }
    }

    @Override
    public void cancel() {
        actual = null;
    }

    /** So much has left the inlet. */
    private static final class Credit extends Frame {
        private final Session session;
        private final long box;
        private final int number;

        Credit(Session session, long box, int number) {
            this.session = session;
            this.box = box;
            this.number = number;
        }

        @Override
        void write(ByteBuf out, Line line) {
            if (line.session == session) { // another one began with whole windows
                int start = Wire.begin(out, Wire.CREDIT);
                Wire.writeNumber(out, box);
                Wire.writeNumber(out, number);
                Wire.end(out, start);
            }
        }
    }

    /** Nobody is there any more. */
    private static final class Gone extends Frame {
        private final long box;

        Gone(long box) {
            this.box = box;
        }

        @Override
        void write(ByteBuf out, Line line) {
            int start = Wire.begin(out, Wire.GONE);
            Wire.writeNumber(out, box);
            Wire.end(out, start);
        }
    }
}
