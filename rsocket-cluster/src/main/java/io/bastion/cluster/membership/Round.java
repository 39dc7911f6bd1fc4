package io.bastion.cluster.membership;

import java.util.Collection;
import java.util.HashSet;
import java.util.Set;

/** The question to all members whether they are there: whoever is taken for dead is removed when a majority has answered. */
final class Round {
    /** So many ticks without an answer of a majority, and there is none. */
    private static final int PATIENCE = 3;

    private long number;
    private int ticks = -1;
    private final Set<Long> answers = new HashSet<>();
    private final Set<Long> condemned = new HashSet<>();

    boolean isOpen() {
        return ticks >= 0;
    }

    /** Begins anew, in place of one that is open; gives its number. */
    long begin(long self, Collection<Peer> dead) {
        ticks = 0;
        answers.clear();
        answers.add(self);
        condemned.clear();
        dead.forEach(peer -> condemned.add(peer.node().uid()));
        return ++number;
    }

    /** Whether the node was taken for dead when the round began. */
    boolean condemns(long uid) {
        return condemned.contains(uid);
    }

    /** Takes the answer of a member; returns whether it counts. */
    boolean answered(long uid, long question) {
        return isOpen() && question == number && answers.add(uid);
    }

    int answers() {
        return answers.size();
    }

    /** Whether it has lasted too long, one tick later. */
    boolean isOverdue() {
        return ++ticks >= PATIENCE;
    }

    void end() {
        ticks = -1;
    }
}
