package io.bastion.cluster.remote;

import io.bastion.actor.ActorRef;
import io.bastion.actor.ReferencePort;
import java.util.concurrent.ConcurrentHashMap;
import java.util.concurrent.ConcurrentMap;
import java.util.concurrent.atomic.AtomicInteger;
import java.util.concurrent.atomic.AtomicLong;
import org.jspecify.annotations.Nullable;
import reactor.core.Disposable;
import reactor.core.Disposables;

/**
 * The references of this node that others know, by number. An actor's leaves when it has terminated, that of a reply when the reply
 * has come or nobody waits for it any more. No number is given twice. Thread-safe.
 *
 * <p>Numbers of actors are odd, those of replies even. Number 1 is the node's own actor.
 */
final class Exports {
    static final long NODE_ACTOR = 1;

    /** Replies of which nobody has seen for a while whether they are over, at least. */
    private static final int SWEEP = 256;

    private final ConcurrentMap<Long, Export> byId = new ConcurrentHashMap<>();
    private final ConcurrentMap<ActorRef<?>, Export> byReference = new ConcurrentHashMap<>();
    private final AtomicLong ids = new AtomicLong(NODE_ACTOR);
    private final AtomicInteger replies = new AtomicInteger();
    private volatile int sweepAt = SWEEP;
    private volatile boolean closed;

    /**
     * A reference that others know.
     *
     * @param id its number
     * @param reference the reference
     * @param actor the actor that gets what is sent to it
     * @param box the number of that actor: what has the same is kept in order
     */
    record Export(long id, ActorRef<?> reference, ActorRef<?> actor, long box, Disposable.Swap end) {}

    static boolean isReply(long id) {
        return (id & 1) == 0;
    }

    /** Makes a reference known, if it is not yet. */
    Export export(ActorRef<?> reference) {
        Export known = byReference.get(reference);
        if (known != null) {
            return known;
        }
        boolean reply = reference instanceof RemoteAsk || ReferencePort.isReply(reference);
        return reply ? exportReply(reference) : exportActor(reference, 2 * ids.getAndIncrement() + 1);
    }

    /** Makes an actor known under a number that others know beforehand. */
    Export exportAs(long id, ActorRef<?> reference) {
        return exportActor(reference, id);
    }

    private Export exportActor(ActorRef<?> reference, long id) {
        ActorRef<?> actor = ReferencePort.actor(reference);
        long box = actor == reference ? id : export(actor).box();
        Export export = new Export(id, reference, actor, box, Disposables.swap());
        byId.put(id, export); // before anybody can know the number
        Export other = byReference.putIfAbsent(reference, export);
        if (other != null) {
            byId.remove(id);
            return other;
        }
        export.end().update(actor.whenTerminated().subscribe(reason -> remove(export), e -> remove(export)));
        if (closed) {
            remove(export);
        }
        return export;
    }

    private Export exportReply(ActorRef<?> reference) {
        if (replies.get() >= sweepAt) {
            sweep();
        }
        long id = 2 * ids.getAndIncrement();
        Export export = new Export(id, reference, reference, id, Disposables.swap());
        byId.put(id, export); // before anybody can know the number
        Export other = byReference.putIfAbsent(reference, export);
        if (other != null) {
            byId.remove(id);
            return other;
        }
        replies.incrementAndGet();
        if (isOver(reference) || closed) {
            remove(export);
        }
        return export;
    }

    private static boolean isOver(ActorRef<?> reply) {
        return reply instanceof RemoteAsk<?, ?> ask ? ask.isOver() : ReferencePort.isOver(reply);
    }

    /** Forgets the replies that nobody waits for. The next time is when there are twice as many as are left. */
    private void sweep() {
        sweepAt = Integer.MAX_VALUE;
        byId.values().forEach(export -> {
            if (isReply(export.id()) && isOver(export.reference())) {
                remove(export);
            }
        });
        sweepAt = Math.max(SWEEP, 2 * replies.get());
    }

    @Nullable Export find(long id) {
        return byId.get(id);
    }

    /** For the reply that has come. */
    @Nullable Export take(long id) {
        Export export = byId.get(id);
        return export != null && remove(export) ? export : null;
    }

    /** Nobody waits for that reply any more. */
    void forget(ActorRef<?> reply) {
        Export export = byReference.get(reply);
        if (export != null) {
            remove(export);
        }
    }

    private boolean remove(Export export) {
        byReference.remove(export.reference(), export);
        if (!byId.remove(export.id(), export)) {
            return false;
        }
        export.end().dispose();
        if (isReply(export.id())) {
            replies.decrementAndGet();
        }
        return true;
    }

    int size() {
        return byId.size();
    }

    /** Nobody knows anything of this node any more. */
    void close() {
        closed = true;
        byId.values().forEach(this::remove);
    }
}
