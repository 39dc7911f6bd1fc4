package io.bastion.cluster;

import io.bastion.actor.ActorRef;
import io.bastion.actor.Distributor;
import io.bastion.actor.RemotePort;
import java.util.HashSet;
import java.util.Set;
import reactor.core.Disposable;

/** A group of this node's system as a part of the group over all nodes of the same name. Thread-safe. */
final class SharedGroup implements Disposable {
    private final NodeActorsService actors;
    private final Distributor<Object> local;
    private final Disposable listening;

    /** Those that have joined; guarded by this, as is what follows. */
    private final Set<ActorRef<?>> members = new HashSet<>();

    private boolean disposed;

    SharedGroup(String name, NodeActorsService actors) {
        this.actors = actors;
        local = actors.system().distributor(name, Object.class);
        listening = RemotePort.of(actors.system()).onMembersChanged(name, this::follow);
        follow();
    }

    /** Compares with what there is now, so that it does not matter in which order changes are told. */
    private synchronized void follow() {
        if (!disposed) {
            become(new HashSet<>(local.members()));
        }
    }

    private void become(Set<ActorRef<?>> now) {
        for (ActorRef<?> member : Set.copyOf(members)) {
            if (!now.contains(member)) {
                members.remove(member);
                actors.leave(local.name(), member);
            }
        }
        for (ActorRef<?> member : now) {
            if (members.add(member)) {
                actors.join(local.name(), member);
            }
        }
    }

    @Override
    public synchronized void dispose() {
        disposed = true;
        listening.dispose();
        become(Set.of());
    }

    @Override
    public synchronized boolean isDisposed() {
        return disposed;
    }
}
