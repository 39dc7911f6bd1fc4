package io.bastion.cluster.remote;

import io.bastion.actor.TerminationReason;
import io.netty.buffer.ByteBuf;
import java.util.concurrent.ConcurrentHashMap;
import java.util.concurrent.ConcurrentMap;
import org.jspecify.annotations.Nullable;
import reactor.core.Disposable;
import reactor.core.Disposables;

/** What another node watches here. The end of an actor is kept until that node has acknowledged it. Thread-safe. */
final class WatchedHere {
    private final Peer peer;
    private final ConcurrentMap<Long, Watched> byId = new ConcurrentHashMap<>();
    private volatile boolean closed;

    WatchedHere(Peer peer) {
        this.peer = peer;
    }

    /** The other node watches, or says so again. */
    void watch(Session session, long id, long actor, long box) {
        Watched known = byId.get(id);
        if (known != null) {
            known.session = session;
            known.tell();
            return;
        }
        Exports.Export export = peer.remoting.exports.find(actor);
        Watched watched = new Watched(session, id, export == null ? actor : export.box(), box);
        if (export == null) { // nothing is kept: if this does not arrive, the question comes again
            watched.tell(TerminationReason.STOPPED);
            return;
        }
        byId.put(id, watched);
        watched.end.update(export.actor()
                .whenTerminated()
                .subscribe(watched::terminated, e -> watched.terminated(TerminationReason.STOPPED)));
        if (closed) {
            unwatch(id);
        }
    }

    /** All that one of the lanes there watches has been said on this link; the rest is watched no more. */
    void said(Session session, long lane, long lanes) {
        byId.values().forEach(watched -> {
            if (watched.session != session && Long.remainderUnsigned(watched.id, lanes) == lane) {
                unwatch(watched.id);
            }
        });
    }

    void unwatch(long id) {
        Watched watched = byId.remove(id);
        if (watched != null) {
            watched.end.dispose();
        }
    }

    int size() {
        return byId.size();
    }

    void close() {
        closed = true;
        byId.keySet().forEach(this::unwatch);
    }

    /** An actor here that a watcher there watches. */
    private final class Watched {
        private final long id;
        private final long actorBox;
        private final long watcherBox;
        private final Disposable.Swap end = Disposables.swap();
        private volatile @Nullable TerminationReason reason;

        /** The last link by which the other node has said that it watches. */
        private volatile Session session;

        Watched(Session session, long id, long actorBox, long watcherBox) {
            this.session = session;
            this.id = id;
            this.actorBox = actorBox;
            this.watcherBox = watcherBox;
        }

        void terminated(TerminationReason why) {
            reason = why;
            tell(why);
        }

        void tell() {
            TerminationReason known = reason;
            if (known != null) {
                tell(known);
            }
        }

        /** Tells behind what the actor has sent to the watcher, or has replied. */
        void tell(TerminationReason why) {
            Outlet outlet = watcherBox == 0 ? peer.lane(actorBox).free : peer.outletOrFree(watcherBox);
            outlet.lane.offer(new Frame(outlet) {
                @Override
                void write(ByteBuf out, Line line) {
                    int start = Wire.begin(out, Wire.TERMINATED);
                    Wire.writeNumber(out, id);
                    Reasons.write(why, out);
                    Wire.end(out, start);
                }
            });
        }
    }
}
