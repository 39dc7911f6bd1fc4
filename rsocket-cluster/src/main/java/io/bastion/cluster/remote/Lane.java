package io.bastion.cluster.remote;

import io.bastion.actor.DeadLetter;
import io.netty.buffer.ByteBuf;
import io.netty.buffer.PooledByteBufAllocator;
import java.util.ArrayDeque;
import java.util.ArrayList;
import java.util.LinkedHashSet;
import java.util.Queue;
import java.util.Set;
import java.util.concurrent.RejectedExecutionException;
import java.util.concurrent.atomic.AtomicIntegerFieldUpdater;
import java.util.concurrent.atomic.AtomicLong;
import java.util.concurrent.atomic.LongAdder;
import org.jspecify.annotations.Nullable;
import org.reactivestreams.Publisher;
import reactor.core.publisher.Flux;
import reactor.core.publisher.Operators;
import reactor.core.scheduler.Scheduler;
import reactor.util.concurrent.Queues;

/**
 * One of the ways from here to another node: all that goes to some of its actors, over one link after another.
 *
 * <p>Items come in on a queue with many producers; whoever finds the lane at rest schedules it, and then it is one thread's until
 * it is at rest again. It sorts messages into the outlets of their actors, and writes batches while the link asks for them: from each
 * outlet some messages in turn, as far as there is credit. It never waits for a batch to be full.
 */
final class Lane implements Runnable {
    /*
     * wip counts items that were offered and signals, minus what run() has done away with. It is reduced after items were taken out,
     * never by more than was there before; and never to 0 by a round that may have left items. So it is also the number of items in
     * the queue, or a few more.
     */
    private static final AtomicIntegerFieldUpdater<Lane> WIP = AtomicIntegerFieldUpdater.newUpdater(Lane.class, "wip");

    /** Items that are sorted in before some are written. */
    private static final int ROUND = 1_024;

    /** Messages of one outlet in a row. */
    private static final int BURST = 64;

    /** Rounds before other work of the same worker has its turn. */
    private static final int ROUNDS = 16;

    final Peer peer;
    private final int index;
    private final int capacity;
    private final Scheduler.Worker worker;
    private final Queue<Item> queue = Queues.<Item>unboundedMultiproducer().get();
    private final LongAdder refused = new LongAdder();
    private volatile int wip;

    private static final AtomicIntegerFieldUpdater<Lane> PARKED =
            AtomicIntegerFieldUpdater.newUpdater(Lane.class, "parked");

    /** Messages in outlets, as others see it; written by the lane. */
    private volatile int parked;

    /** Messages written, and those of them that may have been lost; written by the lane. */
    private volatile long written;

    private volatile long mayBeLost;

    private volatile long batches;

    /** Credit that was used and is not given back yet, of all outlets together; written by the lane. */
    private final AtomicLong creditInUse = new AtomicLong();

    /** For replies, and what goes to nobody in particular. */
    final Outlet free;

    private final WireReferences references;
    private final ArrayDeque<Frame> urgent = new ArrayDeque<>();
    private final ArrayDeque<Outlet> ready = new ArrayDeque<>();
    private final Set<Outlet> listed = new LinkedHashSet<>();
    private final Set<Outlet> awaited = new LinkedHashSet<>();
    private @Nullable Line line;
    private int messagesInBatch;
    private int parkedNow;
    private long inUseNow;

    Lane(Peer peer, int index, RemoteSettings settings, Scheduler.Worker worker) {
        this.peer = peer;
        this.index = index;
        this.worker = worker;
        capacity = Math.max(1, settings.outboxPerNode() / settings.lanes());
        free = new Outlet(this, 0, capacity, Integer.MAX_VALUE);
        references = new WireReferences(peer);
    }

    // ------------------------------------------------------------------------------------------------ other threads

    void offer(Item item) {
        queue.offer(item);
        signal();
    }

    void signal() {
        if (WIP.getAndIncrement(this) == 0) {
            schedule();
        }
    }

    private void schedule() {
        try {
            worker.schedule(this);
        } catch (RejectedExecutionException e) { // the system has ended; the rest becomes dead letters
            run();
        }
    }

    /** Whether no more messages should be put in, for any actor. */
    boolean isFull() {
        return parked + wip >= capacity;
    }

    int depth() {
        return parked + Math.max(0, wip);
    }

    void countRefused(int messages) {
        refused.add(messages);
    }

    long refused() {
        return refused.sum();
    }

    long written() {
        return written;
    }

    long mayBeLost() {
        return mayBeLost;
    }

    long batches() {
        return batches;
    }

    long creditInUse() {
        return creditInUse.get();
    }

    /** What a link is to subscribe to. */
    Publisher<ByteBuf> over(Session session, int batchesInFlight) {
        return Flux.from(subscriber -> {
            Line next = new Line(session, this, Operators.toCoreSubscriber(subscriber), batchesInFlight);
            subscriber.onSubscribe(next);
            offer(next);
        });
    }

    // ------------------------------------------------------------------------------------------------ in turn

    @Override
    public void run() {
        for (int round = 0; ; round++) {
            if (round == ROUNDS) {
                try {
                    worker.schedule(this);
                    return;
                } catch (RejectedExecutionException e) {
                    round = 0;
                }
            }
            int signals = wip;
            int items = take();
            PARKED.lazySet(this, parkedNow);
            if (items != 0 && line == null) {
                peer.ensureLink();
            }
            write();
            admit();
            PARKED.lazySet(this, parkedNow);
            creditInUse.lazySet(inUseNow);
            // when the round was full, more may be there
            int done = items < ROUND ? signals : Math.min(items, signals - 1);
            if (WIP.addAndGet(this, -done) == 0) {
                return;
            }
        }
    }

    private int take() {
        int items = 0;
        while (items < ROUND) {
            Item item = queue.poll();
            if (item == null) {
                break;
            }
            items++;
            item.taken(this);
        }
        return items;
    }

    void addUrgent(Frame frame) {
        if (peer.isLost()) {
            frame.lost();
        } else {
            urgent.add(frame);
        }
    }

    void parked(int messages) {
        parkedNow += messages;
    }

    void creditInUse(int more) {
        inUseNow += more;
    }

    void ready(Outlet outlet) {
        ready.add(outlet);
    }

    void list(Outlet outlet) {
        listed.add(outlet);
        if (line != null) {
            outlet.expect(peer.settings.window());
        }
    }

    void unlist(Outlet outlet) {
        listed.remove(outlet);
        outlet.listed = false;
    }

    void admitLater(Outlet outlet) {
        awaited.add(outlet);
    }

    private void admit() {
        while (!awaited.isEmpty()) {
            awaited.removeIf(outlet -> !outlet.admit());
            if (ready.isEmpty() || line == null || !line.hasDemand()) {
                return;
            }
            write();
        }
    }

    /** A link is there: the other end expects a window for each actor, and to hear what is watched. */
    void attach(Line next) {
        detach();
        if (next.isOver() || peer.isLost()) {
            return;
        }
        line = next;
        int window = peer.settings.window();
        new ArrayList<>(listed).forEach(outlet -> outlet.start(window));
        peer.watches.forEach(watch -> {
            if (peer.lane(watch.ref().box) == this) {
                urgent.add(watch.frame());
            }
        });
        urgent.add(peer.watches.said(index));
    }

    /** The other end has given more credit, over a link that may have ended. */
    void credited(Outlet outlet, long number, Session session) {
        Line now = line;
        if (now != null && now.session == session && !outlet.credited(number, peer.settings.window())) {
            session.fail("more credit than there can be");
        }
    }

    /** The link has ended. */
    void detach() {
        Line old = line;
        if (old != null) {
            line = null;
            mayBeLost += old.mayBeLost();
        }
    }

    /** The node is lost: all that is here is dead. */
    void lost() {
        detach();
        new ArrayList<>(listed).forEach(Outlet::nodeLost);
        new ArrayList<>(awaited).forEach(Outlet::nodeLost);
        awaited.clear();
        ready.clear();
        urgent.forEach(Frame::lost);
        urgent.clear();
    }

    /** Nobody is reached for so long that messages should not wait any more. */
    void flush(DeadLetter.Reason reason) {
        new ArrayList<>(listed).forEach(outlet -> outlet.flush(reason));
        new ArrayList<>(awaited).forEach(outlet -> outlet.flush(reason));
    }

    boolean isWaiting() {
        return parked != 0 || wip != 0;
    }

    private void write() {
        Line to = line;
        if (to == null) {
            return;
        }
        if (to.isOver()) {
            detach();
            return;
        }
        while (to.hasDemand() && !(urgent.isEmpty() && ready.isEmpty())) {
            ByteBuf batch = PooledByteBufAllocator.DEFAULT.directBuffer(peer.settings.batchBytes() + 512);
            messagesInBatch = 0;
            try {
                fill(batch, to);
            } catch (Throwable t) { // of what is not caught where it can be said whose fault it is
                batch.release();
                to.session.fail("a batch could not be written: " + t);
                detach();
                return;
            }
            written += messagesInBatch;
            if (batch.isReadable()) {
                batches++;
                to.send(batch, messagesInBatch);
            } else {
                batch.release();
            }
        }
    }

    private void fill(ByteBuf batch, Line to) {
        int full = peer.settings.batchBytes();
        for (Frame frame = urgent.poll(); frame != null; frame = urgent.poll()) {
            frame.write(batch, to);
            if (batch.readableBytes() >= full) {
                return;
            }
        }
        while (batch.readableBytes() < full) {
            Outlet outlet = ready.poll();
            if (outlet == null) {
                return;
            }
            int messages = 0;
            for (int i = 0; i < BURST && outlet.canWrite() && batch.readableBytes() < full; i++) {
                Item item = outlet.next();
                if (item instanceof Outgoing message) {
                    messages++;
                    write(message, batch);
                } else {
                    ((Frame) item).write(batch, to);
                }
            }
            outlet.leave(messages);
            parked(-messages);
            if (outlet.canWrite()) {
                ready.add(outlet);
            } else {
                outlet.ready = false;
            }
        }
    }

    private void write(Outgoing message, ByteBuf batch) {
        int start = Wire.begin(batch, Wire.MESSAGE);
        try {
            int length = writeMessage(message.target, message.flags(), message, batch, start);
            message.outlet.written(peer.settings.cost(length));
            messagesInBatch++;
        } catch (RuntimeException e) {
            batch.writerIndex(start);
            peer.unencodable(message, e);
        }
    }

    private int writeMessage(RemoteRef<?> target, int flags, Outgoing message, ByteBuf batch, int start) {
        Wire.writeNumber(batch, target.id);
        batch.writeByte(flags);
        if (message.context != null) {
            ContextEntries.write(message.context, batch);
        }
        references.replyAs(message.outlet.needsCredit() ? message.outlet.box : target.box);
        peer.remoting.messages.encode(message.message, batch, references);
        int length = Wire.end(batch, start);
        if (length > peer.settings.maxMessageBytes()) {
            throw new IllegalArgumentException(
                    "message: " + length + " bytes (expected: <= " + peer.settings.maxMessageBytes() + ")");
        }
        return length;
    }

    /** Appends a message that nobody took. */
    void writeReturned(Returned returned, ByteBuf batch) {
        int start = Wire.begin(batch, Wire.RETURNED);
        try {
            Wire.writeNumber(batch, returned.id());
            batch.writeByte(returned.flags());
            references.replyAs(returned.id());
            peer.remoting.messages.encode(returned.message(), batch, references);
            Wire.end(batch, start);
        } catch (RuntimeException e) {
            batch.writerIndex(start);
            returned.deadHere();
        }
    }
}
