package io.bastion.actor;

import java.util.List;

/** {@link Dispatcher#leastLoaded()}. */
final class LeastLoaded<M> implements Dispatcher<M> {
    private final RoundRobin<M> turns = new RoundRobin<>();

    @Override
    public int choose(M message, List<? extends ActorRef<?>> members) {
        int size = members.size();
        int best = turns.next(size);
        long least = load(members.get(best));
        for (int i = 1, m = best; i < size && least > 0; i++) {
            m = m + 1 == size ? 0 : m + 1;
            long load = load(members.get(m));
            if (load < least) {
                least = load;
                best = m;
            }
        }
        return best;
    }

    /** 0 for one that has nothing to do. */
    private static long load(ActorRef<?> member) {
        if (member instanceof ActorCell<?> cell) {
            return cell.isBusy() ? 1L + cell.depth() : 0;
        }
        return member.stats().queued();
    }
}
