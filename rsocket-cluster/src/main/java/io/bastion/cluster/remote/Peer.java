package io.bastion.cluster.remote;

import io.bastion.actor.ActorRef;
import io.bastion.actor.DeadLetter;
import io.bastion.actor.TerminationReason;
import io.bastion.cluster.link.Link;
import io.bastion.cluster.link.LinkStats;
import io.bastion.cluster.link.NodeId;
import io.netty.buffer.ByteBuf;
import java.util.Arrays;
import java.util.concurrent.ConcurrentHashMap;
import java.util.concurrent.ConcurrentMap;
import java.util.concurrent.RejectedExecutionException;
import java.util.concurrent.TimeUnit;
import java.util.concurrent.atomic.AtomicBoolean;
import java.util.concurrent.atomic.AtomicInteger;
import java.util.concurrent.atomic.LongAdder;
import java.util.function.Consumer;
import org.jspecify.annotations.Nullable;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/**
 * An incarnation of another node: what goes there and what comes from there, over one link after another, until it is lost. Dials
 * when something is to go there. Thread-safe.
 */
final class Peer {
    private static final Logger LOG = LoggerFactory.getLogger(Peer.class);
    private static final long FIRST_PAUSE_MILLIS = 50;
    private static final long LONGEST_PAUSE_MILLIS = 5_000;

    /** A link that lived for so long was a good one. */
    private static final long GOOD_LINK_NANOS = 1_000_000_000;

    /** Messages on their way back, at most; what comes to nobody beyond that is a dead letter here. */
    private static final int MAX_RETURNING = 10_000;

    /** Actors that messages to a stranger may be for. */
    private static final int MAX_ACTORS_OF_A_STRANGER = 1_024;

    /** Why there is nobody any more: what that makes of messages, and what watchers are told. */
    enum End {
        HERE(DeadLetter.Reason.TERMINATED, TerminationReason.STOPPED),
        LOST(DeadLetter.Reason.NODE_LOST, TerminationReason.NODE_LOST),

        /* These two are of this object only: the node may be there one day */
        FORGOTTEN(DeadLetter.Reason.UNREACHABLE, TerminationReason.NODE_LOST),
        CROWDED(DeadLetter.Reason.UNREACHABLE, TerminationReason.NODE_LOST);

        private final DeadLetter.Reason letters;

        @SuppressWarnings("ImmutableEnumChecker") // constants of it
        private final TerminationReason actors;

        End(DeadLetter.Reason letters, TerminationReason actors) {
            this.letters = letters;
            this.actors = actors;
        }
    }

    final Remoting remoting;
    final NodeId node;
    final RemoteSettings settings;
    final Watches watches = new Watches(this);
    final WatchedHere watchedHere = new WatchedHere(this);
    private final Lane[] lanes;
    private final ConcurrentMap<Long, Outlet> outlets = new ConcurrentHashMap<>();
    private final ConcurrentMap<Long, Inlet> inlets = new ConcurrentHashMap<>();
    private final AtomicBoolean dialling = new AtomicBoolean();
    private final AtomicInteger returning = new AtomicInteger();

    final LongAdder received = new LongAdder();
    final LongAdder deadLetters = new LongAdder();
    final LongAdder returned = new LongAdder();
    final LongAdder unreadable = new LongAdder();
    final LongAdder lostHere = new LongAdder();

    /** Changed under the lock of this object. */
    private volatile @Nullable Session session;

    /** Of the links that have ended; guarded by the lock of this object. */
    private long bytesWritten;

    private long bytesRead;

    /** When there was no link last, and how often it was dialled since, or was linked to no avail. */
    private volatile long unlinkedSince;

    private volatile int attempts;
    private volatile long upSince;

    /**
     * Changed under the lock of this object, once. A link comes, and a watch of somebody's is added, under it too, and only while this is not
     * {@link End#FORGOTTEN}: so what is forgotten has neither. Messages do without the lock: who sends one looks at this first, and the
     * lane that takes it looks again, so it is written over a link or becomes a dead letter.
     */
    private volatile @Nullable End end;

    /** Changed under the lock of this object. */
    private volatile boolean stranger;

    private volatile @Nullable Throwable lastFailure;

    Peer(Remoting remoting, NodeId node, int lanes) {
        this.remoting = remoting;
        this.node = node;
        settings = remoting.settings;
        this.lanes = new Lane[lanes];
        Arrays.setAll(this.lanes, i -> new Lane(this, i, settings, remoting.newWorker()));
    }

    // ------------------------------------------------------------------------------------------------ the way out

    Lane lane(long box) {
        return lanes[laneIndex(box)];
    }

    int laneIndex(long box) {
        return (int) ((box * 0x9E3779B97F4A7C15L >>> 33) % lanes.length);
    }

    int lanes() {
        return lanes.length;
    }

    Lane laneAt(int index) {
        return lanes[index];
    }

    Outlet outlet(RemoteRef<?> target) {
        Lane lane = lane(target.box);
        if (target.isReply() || isLost()) {
            return lane.free;
        }
        if (stranger && outlets.size() >= MAX_ACTORS_OF_A_STRANGER && !outlets.containsKey(target.box)) {
            return remoting.crowded(node).outlet(target);
        }
        return outlets.computeIfAbsent(
                target.box, box -> new Outlet(lane, box, settings.outboxPerActor(), settings.window()));
    }

    /** Where a frame keeps its place among the messages to an actor, if there are any. */
    Outlet outletOrFree(long box) {
        Outlet outlet = outlets.get(box);
        return outlet == null ? lane(box).free : outlet;
    }

    @Nullable Outlet outlet(long box) {
        return outlets.get(box);
    }

    /** Nobody is there any more. */
    void gone(long box) {
        Outlet outlet = outlets.remove(box);
        if (outlet != null) {
            outlet.close();
        }
    }

    void command(byte kind, RemoteRef<?> target) {
        Frame frame = new Frame(kind == Wire.DRAIN ? outletOrFree(target.box) : null) {
            @Override
            void write(ByteBuf out, Line line) {
                int start = Wire.begin(out, kind);
                Wire.writeNumber(out, target.id);
                Wire.end(out, start);
            }
        };
        lane(target.box).offer(frame);
    }

    void deadLetter(Outgoing message, DeadLetter.Reason reason) {
        if (message.ask == null) { // else the asker is told
            deadLetters.increment();
            remoting.deadLetter(new DeadLetter(message.message, message.target, null, reason));
        }
    }

    void unencodable(Outgoing message, RuntimeException failure) {
        LOG.warn("a message to {} cannot be sent: {}", message.target.path(), failure.toString());
        if (message.ask != null) {
            message.ask.fail(failure);
        }
        deadLetter(message, DeadLetter.Reason.UNENCODABLE);
    }

    /** Sends a message back that nobody took. */
    void giveBack(long id, int flags, Object message) {
        returned.increment();
        Returned back = new Returned(this, id, flags, message);
        if (returning.get() >= MAX_RETURNING) {
            back.deadHere();
        } else {
            returning.incrementAndGet();
            lane(id).offer(back);
        }
    }

    void returnedOne() {
        returning.decrementAndGet();
    }

    // ------------------------------------------------------------------------------------------------ the way in

    @Nullable Inlet inlet(long box) {
        return inlets.get(box);
    }

    /** The inlet of an actor here. */
    Inlet inlet(Exports.Export export) {
        Inlet known = inlets.get(export.box());
        if (known != null) {
            return known;
        }
        Inlet created = new Inlet(this, export.box(), export.actor());
        Inlet other = inlets.putIfAbsent(export.box(), created);
        if (other != null) {
            return other;
        }
        created.start();
        if (isLost()) {
            created.finish();
        }
        return created;
    }

    void forget(Inlet inlet) {
        inlets.remove(inlet.box, inlet);
    }

    // ------------------------------------------------------------------------------------------------ links

    /** There is a link. Returns false if this is not of use any more, but another one may be. */
    boolean up(Link link) {
        Session next = new Session(this, link);
        Session old;
        synchronized (this) {
            if (isForgotten()) {
                return false;
            }
            old = session;
            if (end == null) {
                acquainted();
                session = next;
            }
        }
        if (old != null) {
            old.end();
        }
        if (isLost()) {
            link.close("removed from the cluster");
            return true;
        }
        lastFailure = null;
        upSince = remoting.nanoTime();
        next.start();
        return true;
    }

    void down(Link link, String reason) {
        Session old = session;
        if (old == null || old.link != link) {
            return;
        }
        synchronized (this) {
            if (session == old) {
                session = null;
                LinkStats stats = link.stats();
                bytesWritten += stats.bytesWritten();
                bytesRead += stats.bytesRead();
            }
        }
        old.end();
        forEachLane(Lane::detach);
        if (remoting.nanoTime() - upSince >= GOOD_LINK_NANOS) {
            attempts = 0;
        }
        if (isWanted()) {
            ensureLink();
        }
    }

    boolean isLinked() {
        return session != null;
    }

    private boolean isWanted() {
        for (Lane lane : lanes) {
            if (lane.isWaiting()) {
                return true;
            }
        }
        return !watches.isEmpty();
    }

    void ensureLink() {
        if (session == null && !isLost() && dialling.compareAndSet(false, true)) {
            unlinkedSince = remoting.nanoTime();
            if (attempts == 0) {
                dial();
            } else {
                dialLater();
            }
        }
    }

    private void dial() {
        if (session != null || isLost()) {
            dialled();
            return;
        }
        attempts++;
        if (stranger && remoting.isMember(node)) {
            acquainted();
        }
        remoting.link(node).subscribe(link -> dialled(), this::notReached);
    }

    /** Dials no more, unless there is a reason by now of which somebody else has thought that it is dialled for. */
    private void dialled() {
        dialling.set(false);
        if (isWanted()) {
            ensureLink();
        }
    }

    private void notReached(Throwable failure) {
        lastFailure = failure;
        if (remoting.nanoTime() - unlinkedSince >= settings.unreachableAfter().toNanos()) {
            if (remoting.forget(this)) {
                return;
            }
            forEachLane(lane -> lane.flush(DeadLetter.Reason.UNREACHABLE));
        }
        if (isLost() || !(stranger || isWanted())) {
            dialled();
            return;
        }
        dialLater();
    }

    private void dialLater() {
        long pause = Math.min(LONGEST_PAUSE_MILLIS, FIRST_PAUSE_MILLIS << Math.min(attempts, 16));
        long jittered = pause + (long) (pause * remoting.random());
        try {
            remoting.scheduler().schedule(this::dial, jittered, TimeUnit.MILLISECONDS);
        } catch (RejectedExecutionException e) {
            dialling.set(false); // the system has ended
        }
    }

    private void forEachLane(Consumer<Lane> action) {
        for (Lane each : lanes) {
            each.offer(new Item() {
                @Override
                void taken(Lane lane) {
                    action.accept(lane);
                }
            });
        }
    }

    // ------------------------------------------------------------------------------------------------ the end

    boolean isLost() {
        return end != null;
    }

    /** Whether there may be another object for the node, now or later. */
    boolean isPassing() {
        End e = end;
        return e == End.FORGOTTEN || e == End.CROWDED;
    }

    boolean isForgotten() {
        return end == End.FORGOTTEN;
    }

    DeadLetter.Reason lostReason() {
        End e = end;
        return e == null ? DeadLetter.Reason.NODE_LOST : e.letters;
    }

    TerminationReason lostActors() {
        End e = end;
        return e == null ? TerminationReason.NODE_LOST : e.actors;
    }

    /**
     * Of a node that has had no link and is not known to be a member: a reference names it. It is one of few, and dials until it is none any
     * more or is forgotten, when messages have waited for long enough. What is watched or asked there is waited for.
     */
    Peer asStranger() {
        stranger = true;
        return this;
    }

    private synchronized void acquainted() {
        if (stranger) {
            stranger = false;
            remoting.acquainted();
        }
    }

    /** See {@link Remoting#forget}. */
    synchronized boolean forget() {
        if (!stranger || end != null || watches.areOfUse()) {
            return false;
        }
        end = End.FORGOTTEN;
        acquainted();
        return true;
    }

    /** This incarnation is dead for ever. */
    void end(End why, String reason) {
        Session old;
        synchronized (this) {
            if (end != null) {
                return;
            }
            end = why;
            acquainted();
            old = session;
            session = null;
        }
        if (old != null) {
            old.end();
            old.link.close(reason);
        }
        over();
    }

    /** Once there is an end. */
    void over() {
        forEachLane(Lane::lost);
        watches.allLost();
        watchedHere.close();
        inlets.values().forEach(Inlet::finish);
        outlets.clear();
    }

    // ------------------------------------------------------------------------------------------------ what is to be
    // seen

    /** In words, for who waits for an actor there. */
    String describe(RemoteRef<?> target) {
        Throwable failure = lastFailure;
        String link = isLost()
                ? "is lost"
                : isLinked() ? "is linked" : failure == null ? "has no link now" : "is not reached: " + failure;
        Outlet outlet = outlets.get(target.box);
        return "node " + node + " " + link + ", " + (outlet == null ? 0 : outlet.depth())
                + " messages to the actor wait here";
    }

    PeerStats stats() {
        long written = 0;
        long refused = 0;
        long waiting = 0;
        long mayBeLost = 0;
        long batches = 0;
        long creditInUse = 0;
        for (Lane lane : lanes) {
            written += lane.written();
            refused += lane.refused();
            waiting += lane.depth();
            mayBeLost += lane.mayBeLost();
            batches += lane.batches();
            creditInUse += lane.creditInUse();
        }
        LinkStats link = linkStats();
        return new PeerStats(
                node,
                isLinked(),
                written,
                refused,
                waiting,
                mayBeLost,
                deadLetters.sum(),
                received.sum(),
                returned.sum(),
                unreadable.sum(),
                lostHere.sum(),
                link.bytesWritten(),
                link.bytesRead(),
                batches,
                creditInUse,
                link.roundTrip());
    }

    /** Of all links until now, with the round trip of the present one. */
    private synchronized LinkStats linkStats() {
        Session now = session;
        LinkStats link = now == null ? LinkStats.NONE : now.link.stats();
        return new LinkStats(bytesWritten + link.bytesWritten(), bytesRead + link.bytesRead(), link.roundTrip());
    }

    int boxes() {
        return outlets.size() + inlets.size();
    }

    ActorRef<?> reference(long id) {
        return new RemoteRef<>(remoting, node, id, id, null);
    }
}
