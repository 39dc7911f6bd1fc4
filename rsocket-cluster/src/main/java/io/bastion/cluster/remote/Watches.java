package io.bastion.cluster.remote;

import io.bastion.actor.RemoteActorRef.Watcher;
import io.bastion.actor.TerminationReason;
import io.netty.buffer.ByteBuf;
import java.util.concurrent.ConcurrentHashMap;
import java.util.concurrent.ConcurrentMap;
import java.util.concurrent.atomic.AtomicLong;
import java.util.function.Consumer;

/**
 * What is watched from here at another node. Each link begins with all of it, so the other node may be told of a watch several times,
 * and tell of an end several times: who takes a watch out of this map tells the watcher, once. Thread-safe.
 */
final class Watches {
    /** Watchers are told apart by identity. */
    private record Key(long actor, Watcher watcher) {
        @Override
        public boolean equals(Object other) {
            return other instanceof Key that && actor == that.actor && watcher == that.watcher;
        }

        @Override
        public int hashCode() {
            return 31 * Long.hashCode(actor) + System.identityHashCode(watcher);
        }
    }

    private final Peer peer;
    private final ConcurrentMap<Key, Watch> byKey = new ConcurrentHashMap<>();
    private final ConcurrentMap<Long, Watch> byId = new ConcurrentHashMap<>();
    private final AtomicLong ids = new AtomicLong();

    Watches(Peer peer) {
        this.peer = peer;
    }

    /**
     * A watch.
     *
     * @param id modulo the number of lanes, it is the index of its lane
     * @param box of the watcher, whose messages go before the signal; 0 if it gets none
     */
    record Watch(long id, RemoteRef<?> ref, Watcher watcher, long box) {
        Frame frame() {
            return new Frame() {
                @Override
                void write(ByteBuf out, Line line) {
                    int start = Wire.begin(out, Wire.WATCH);
                    Wire.writeNumber(out, id);
                    Wire.writeNumber(out, ref.id);
                    Wire.writeNumber(out, box);
                    Wire.end(out, start);
                }
            };
        }
    }

    /** Returns false if the peer is not of use any more, but another one may be. */
    boolean add(RemoteRef<?> ref, Watcher watcher, long box) {
        Key key = new Key(ref.id, watcher);
        int lanes = peer.lanes();
        Watch watch = new Watch(ids.incrementAndGet() * lanes + peer.laneIndex(ref.box), ref, watcher, box);
        synchronized (peer) {
            if (peer.isForgotten()) {
                return false;
            }
            if (byKey.putIfAbsent(key, watch) != null) {
                return true;
            }
            byId.put(watch.id(), watch);
        }
        if (peer.isLost()) {
            lost(watch);
        } else {
            peer.lane(ref.box).offer(watch.frame());
        }
        return true;
    }

    void remove(RemoteRef<?> ref, Watcher watcher) {
        Watch watch = byKey.remove(new Key(ref.id, watcher));
        if (watch != null && byId.remove(watch.id(), watch)) {
            acknowledge(watch.id());
        }
    }

    /** The other node tells of an end. */
    void terminated(long id, TerminationReason reason) {
        Watch watch = byId.get(id);
        if (watch == null) {
            acknowledge(id);
        } else {
            afterMessages(watch, () -> tell(watch, reason, true));
        }
    }

    void allLost() {
        byId.values().forEach(this::lost);
    }

    private void lost(Watch watch) {
        afterMessages(watch, () -> tell(watch, peer.lostActors(), false));
    }

    private void afterMessages(Watch watch, Runnable action) {
        Inlet inlet = watch.box() == 0 ? null : peer.inlet(watch.box());
        if (inlet == null) {
            action.run();
        } else {
            inlet.signal(action);
        }
    }

    private void tell(Watch watch, TerminationReason reason, boolean acknowledged) {
        if (byId.remove(watch.id(), watch)) {
            byKey.remove(new Key(watch.ref().id, watch.watcher()), watch);
            if (acknowledged) {
                watch.ref().refuse(); // who hears of it and sends something is refused
            }
            Guard.run(() -> watch.watcher().terminated(watch.ref(), reason));
            if (acknowledged) {
                acknowledge(watch.id());
            }
        }
    }

    /** Lets the other node forget it; behind the watch itself, in the same lane. */
    private void acknowledge(long id) {
        peer.laneAt((int) Long.remainderUnsigned(id, peer.lanes())).offer(new Frame() {
            @Override
            void write(ByteBuf out, Line line) {
                int start = Wire.begin(out, Wire.UNWATCH);
                Wire.writeNumber(out, id);
                Wire.end(out, start);
            }
        });
    }

    /** Said after what a lane watches, when a link begins: the other node forgets the rest. */
    Frame said(int lane) {
        return new Frame() {
            @Override
            void write(ByteBuf out, Line line) {
                int start = Wire.begin(out, Wire.WATCHES_SAID);
                Wire.writeNumber(out, lane);
                Wire.writeNumber(out, peer.lanes());
                Wire.end(out, start);
            }
        };
    }

    void forEach(Consumer<Watch> action) {
        byId.values().forEach(action);
    }

    /** Whether somebody waits for something: asks that are over leave a watch behind. */
    boolean areOfUse() {
        return byId.values().stream()
                .anyMatch(watch -> !(watch.watcher() instanceof Outlet.ForAsks asks) || asks.isOfUse());
    }

    boolean isEmpty() {
        return byId.isEmpty();
    }
}
