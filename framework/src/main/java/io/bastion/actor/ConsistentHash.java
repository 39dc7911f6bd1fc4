package io.bastion.actor;

import java.util.Arrays;
import java.util.List;
import java.util.Objects;
import java.util.function.Function;
import org.jspecify.annotations.Nullable;

/**
 * {@link Dispatcher#consistentHash}: a ring of hash values on which every member has many points; a key belongs to the member
 * whose point is the next one.
 *
 * <p>After D. Karger et al., <em>Consistent Hashing and Random Trees: Distributed Caching Protocols for Relieving Hot Spots on
 * the World Wide Web</em>, STOC 1997. The hash is FNV-1a with the finalizer of MurmurHash3 behind it, since FNV alone hardly
 * tells names apart that differ in the last character.
 */
final class ConsistentHash<M> implements Dispatcher<M> {
    /** Points of a member: the shares of members then differ by about a tenth. */
    private static final int POINTS = 128;

    private static final long FNV_OFFSET = 0xcbf29ce484222325L;
    private static final long FNV_PRIME = 0x100000001b3L;

    private final Function<? super M, ?> key;

    /** That of the members who were looked at last. */
    private volatile @Nullable Ring ring;

    ConsistentHash(Function<? super M, ?> key) {
        this.key = Objects.requireNonNull(key, "key: null (expected: a function that gives a message's key)");
    }

    @Override
    public int choose(M message, List<? extends ActorRef<?>> members) {
        Object k = Objects.requireNonNull(key.apply(message), "key: null (expected: a key of the message)");
        Ring r = ring;
        if (r == null || r.members != members) {
            r = new Ring(members);
            ring = r;
        }
        return r.owner(k instanceof CharSequence text ? hash(text) : mix(k.hashCode()));
    }

    private static long hash(CharSequence text) {
        long h = FNV_OFFSET;
        for (int i = 0; i < text.length(); i++) {
            h = (h ^ text.charAt(i)) * FNV_PRIME;
        }
        return mix(h);
    }

    private static long mix(long hash) {
        long h = hash;
        h = (h ^ h >>> 33) * 0xff51afd7ed558ccdL;
        h = (h ^ h >>> 33) * 0xc4ceb9fe1a85ec53L;
        return h ^ h >>> 33;
    }

    private static final class Ring {
        private record Point(long hash, int owner) {}

        final List<? extends ActorRef<?>> members;

        /** In ascending order; and whose they are. */
        private final long[] points;

        private final int[] owners;

        Ring(List<? extends ActorRef<?>> members) {
            this.members = members;
            Point[] all = new Point[members.size() * POINTS];
            for (int m = 0; m < members.size(); m++) {
                String path = members.get(m).path();
                String name = path.substring(path.lastIndexOf('/') + 1);
                for (int p = 0; p < POINTS; p++) {
                    all[m * POINTS + p] = new Point(hash(name + "#" + p), m);
                }
            }
            Arrays.sort(all, (a, b) -> Long.compare(a.hash, b.hash));
            points = Arrays.stream(all).mapToLong(Point::hash).toArray();
            owners = Arrays.stream(all).mapToInt(Point::owner).toArray();
        }

        int owner(long hash) {
            int i = Arrays.binarySearch(points, hash);
            int next = i >= 0 ? i : -i - 1;
            return owners[next == owners.length ? 0 : next];
        }
    }
}
