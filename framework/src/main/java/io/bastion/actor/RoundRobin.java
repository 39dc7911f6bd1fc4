package io.bastion.actor;

import java.util.List;
import java.util.concurrent.atomic.AtomicLong;

/** {@link Dispatcher#roundRobin()}. */
final class RoundRobin<M> implements Dispatcher<M> {
    private final AtomicLong turns = new AtomicLong();

    @Override
    public int choose(M message, List<? extends ActorRef<?>> members) {
        return next(members.size());
    }

    int next(int size) {
        return (int) Long.remainderUnsigned(turns.getAndIncrement(), size);
    }
}
