package io.bastion.cluster.membership;

import java.util.ArrayList;
import java.util.Collection;
import java.util.LinkedHashMap;
import java.util.LinkedHashSet;
import java.util.List;
import java.util.Map;
import java.util.Random;
import java.util.Set;

/** The addresses at which nodes may be found that are no members, and when to look there again. Confined to one thread. */
final class Contacts {
    /** How many addresses of removed members are remembered; the latest. */
    private static final int MAX_FORMER = 256;

    private final long shortest;
    private final long longest;
    private final Random random;
    private final Map<String, Next> next = new LinkedHashMap<>();
    private final Set<String> former = new LinkedHashSet<>();
    private Set<String> known = Set.of();

    private record Next(long time, long rest) {}

    Contacts(Timings timings, Random random) {
        shortest = timings.contact().toNanos();
        longest = timings.maxContact().toNanos();
        this.random = random;
    }

    /** Replaces the known ones. */
    void know(Collection<String> addresses) {
        known = new LinkedHashSet<>(addresses);
    }

    /** A member was removed; its node may come back. */
    void remember(String address) {
        former.remove(address);
        former.add(address);
        if (former.size() > MAX_FORMER) {
            former.remove(former.iterator().next());
        }
    }

    /** All of them are due. */
    void hurry() {
        next.clear();
    }

    /**
     * Those that are due; each of them rests then, twice as long as the last time.
     *
     * @param now in nanoseconds
     * @param excluded the addresses of members; they do not rest afterwards
     */
    List<String> due(long now, Collection<String> excluded) {
        Set<String> all = new LinkedHashSet<>(known);
        all.addAll(former);
        excluded.forEach(next::remove);
        all.removeAll(excluded);
        next.keySet().retainAll(all);
        List<String> due = new ArrayList<>();
        for (String address : all) {
            Next last = next.get(address);
            if (last == null || now - last.time >= 0) {
                due.add(address);
                long rest = last == null ? shortest : Math.min(2 * last.rest, longest);
                next.put(address, new Next(now + (long) (rest * (0.8 + 0.4 * random.nextDouble())), rest));
            }
        }
        return due;
    }
}
